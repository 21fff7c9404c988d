// Pods of the Vault Agent injector, migrated: what a real `vault agent` wrote for a container, the classes bring it too,
// byte for byte, mounted by the built daemon under the role that the pod had before.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ANNOTATIONS, PREFIX } from '../../src/migrate/injector/annotation-table.ts';
import { oneValueOf } from '../../src/migrate/injector/one-value.ts';
import { fillForPods } from './injector-store.ts';
import {
  caseWith,
  digestOfFiles,
  expectedKinds,
  INJECTOR_CASES,
  INJECTOR_STAYS,
  injectorFile,
  injectorSource,
  randomInjectedTexts,
  readInjectorRecorded,
  SEED,
  textsOf,
} from './recorded-injector.ts';
import { MigrateWorld, readText, runMigrate } from './world.ts';

interface Told {
  readonly level: string;
  readonly rule: string;
  readonly line: number;
  readonly message: string;
}

/** The roles that the pods had before: each is for one account, and nothing of it is changed. */
async function addRoles({ bao }: MigrateWorld): Promise<void> {
  await fillForPods(bao);
  const paths = [may('secret/*', 'read'), may('kv1/*', 'read'), may('pki/issue/web', 'update')];
  await bao.addPolicy('shop-web', paths.join(''));
  const token_policies = ['shop-web'];
  for (const [role, account] of [
    ['shop-web', 'web'],
    ['shop-once', 'default'],
    ['shop-nightly', 'nightly'],
    ['shop-queue', 'default'],
  ] as const) {
    const names = { bound_service_account_names: [account], bound_service_account_namespaces: ['shop'] };
    await bao.request('POST', `auth/kubernetes/role/${role}`, { ...names, audience: 'vault', token_policies });
  }
  await bao.request('POST', 'auth/jwt/role/shop-web', { ...jwtRole('bao'), token_policies });
}

/** Of the case `namespace`. */
async function addTeam(world: MigrateWorld): Promise<void> {
  const { bao } = world;
  const namespace = 'team';
  await bao.addNamespace(namespace);
  await bao.enableKv('secret', 2, namespace);
  await fillForPods(bao, namespace);
  await bao.addPolicy('shop-web', may('secret/*', 'read'), namespace);
  const login = await bao.enableJwt({ mount: 'team-jwt', namespace });
  await login.addRole('shop-web', { policies: ['shop-web'], fields: jwtRole('vault') });
  world.addLogin(login);
}

function jwtRole(audience: string) {
  const subject = { bound_subject: 'system:serviceaccount:shop:web', bound_audiences: [audience] };
  return { role_type: 'jwt', user_claim: 'sub', ...subject };
}

function may(path: string, capability: string): string {
  return `path "${path}" { capabilities = ["${capability}"] }\n`;
}

describe('pods of the Vault Agent injector, migrated', () => {
  const recorded = readInjectorRecorded();
  let world: MigrateWorld;
  before(async () => {
    world = await MigrateWorld.start();
    await addRoles(world);
    if (world.bao.hasNamespaces) await addTeam(world);
  });
  after(() => world.stop());

  it('are compared with what an agent of the pinned version made of the same cases', () => {
    assert.equal(recorded.version, 'v1.21.2');
    assert.equal(recorded.seed, SEED);
    assert.deepEqual(Object.keys(recorded.cases).sort(), [...INJECTOR_CASES].sort());
  });

  for (const name of INJECTOR_CASES)
    it(`show every container the same: ${name}`, async function () {
      if (name === 'namespace' && !world.bao.hasNamespaces) return this.skip();
      const out = join(world.folder, name);
      const ran = await runMigrate(injectorFile(name), `--out=${out}`);
      assert.equal(ran.code, 0, ran.out + ran.err);
      const text = readText(out, basename(injectorFile(name)));
      assert.ok(!text.includes(PREFIX), text);
      const seen = Object.entries(await world.see(text)).filter(([, { files }]) => Object.keys(files).length > 0);
      const before = Object.entries(recorded.cases[name] ?? {});
      assert.ok(before.length > 0);
      assert.deepEqual(
        Object.fromEntries(seen.map(([container, { files }]) => [container, textsOf(files)])),
        Object.fromEntries(before.map(([container, files]) => [container, textsOf(files)])),
      );
    });

  it('show it also for 200 random ones of one seed', async () => {
    const folder = join(world.folder, 'random-pods');
    mkdirSync(folder);
    for (const [index, text] of randomInjectedTexts().entries()) writeFileSync(join(folder, `${index}.yaml`), text);
    const out = join(world.folder, 'random-pods-out');
    const ran = await runMigrate(folder, `--out=${out}`);
    assert.equal(ran.code, 0, ran.out);
    const digests: Record<string, string> = {};
    for (const index of randomInjectedTexts().keys())
      for (const [container, { files }] of Object.entries(await world.see(readText(out, `${index}.yaml`))))
        if (Object.keys(files).length > 0) digests[container] = digestOfFiles(files);
    assert.deepEqual(digests, recorded.digests, `seed ${SEED}`);
  });

  it('have a case for each annotation', () => {
    const missing = Object.entries(ANNOTATIONS).filter(([, text]) => caseWith(text) === undefined);
    assert.deepEqual(
      missing.map(([name]) => name),
      [],
    );
  });

  it('have user and password of one lease, be they values or templates', async () => {
    const leased = await world.bao.enableLeased();
    await world.bao.addPolicy('shop-web-leases', may(leased.path, 'read'));
    const names = { bound_service_account_names: ['web'], bound_service_account_namespaces: ['shop'] };
    const role = { ...names, audience: 'vault', token_policies: ['shop-web-leases'] };
    await world.bao.request('POST', 'auth/kubernetes/role/leases', role);
    const take = (text: string) => JSON.stringify(`{{ with secret "${leased.path}" }}${text}{{ end }}`);
    const file = join(world.folder, 'leases.yaml');
    writeFileSync(
      file,
      `kind: Pod
metadata:
  name: web
  namespace: shop
  annotations:
    vault.hashicorp.com/agent-inject: "true"
    vault.hashicorp.com/role: leases
    vault.hashicorp.com/agent-inject-template-user: ${take('{{ .Data.username }}')}
    vault.hashicorp.com/agent-inject-template-password: ${take('{{ .Data.password }}')}
    vault.hashicorp.com/agent-inject-template-url: ${take('amqp://{{ .Data.username }}:{{ .Data.password }}@mq')}
spec: {serviceAccountName: web, containers: [{name: web, image: "web:1"}]}
`,
    );
    const out = join(world.folder, 'leases');
    assert.equal((await runMigrate(file, `--out=${out}`)).code, 0);
    const { files = {} } = (await world.see(readText(out, 'leases.yaml')))['Pod shop/web web'] ?? {};
    const [user, password, url] = ['user', 'password', 'url'].map((name) =>
      Buffer.from(files[`/vault/secrets/${name}`]?.contents ?? '', 'base64').toString(),
    );
    assert.deepEqual([...leased.users], [user]);
    assert.equal(url, `amqp://${user}:${password}@mq`);
  });

  for (const [template, expected] of [
    ['{{ with secret "secret/data/a" }}{{ .Data.data.k }}{{ end }}', 'secret/data/a#k'],
    ['{{with secret "secret/data/a"}}{{.Data.data.k}}{{end}}', 'secret/data/a#k'],
    ['{{- with secret "/secret/data/a?version=2" -}} {{ .Data.data.k }} {{- end -}}', 'secret/data/a?version=2#k'],
    ['{{ with secret "kv/a" }}{{ index .Data "k.l" }}{{ end }}', 'kv/a#k.l'],
    [
      '{{ with secret "pki/issue/a" "common_name=b=c" "ttl=1h" }}{{ .Data.certificate }}{{ end }}',
      'pki/issue/a#certificate',
    ],
    // The line break is a part of the file.
    ['{{ with secret "secret/data/a" }}{{ .Data.data.k }}{{ end }}\n', undefined],
    ['{{ with secret "secret/data/a" }} {{ .Data.data.k }}{{ end }}', undefined],
    ['{{ with secret "secret/data/a" }}{{ .Data.data.k }}{{ else }}none{{ end }}', undefined],
    ['{{ with secret "secret/data/a" }}{{ .Data.data.k | toUpper }}{{ end }}', undefined],
    ['{{ with secret "secret/data/a" }}{{ .Data.data.k.l }}{{ end }}', undefined],
    ['{{ with secret "secret/data/a" }}{{ .Data.data }}{{ end }}', undefined],
    ['{{ with secret "secret/data/a" }}{{ .Data.k }}{{ end }}', undefined],
    // The store is asked for the mount, which a class does not do.
    ['{{ with secret "secret/a" }}{{ .Data.data.k }}{{ end }}', undefined],
    ['{{ with secret "kv/a" }}{{ .Data.metadata }}{{ end }}', undefined],
    ['{{ with secret "kv/a" }}{{ .LeaseID }}{{ end }}', undefined],
    ['{{ with $s := secret "kv/a" }}{{ $s.Data.k }}{{ end }}', undefined],
    ['{{ with secret "kv/a" "nothing" }}{{ .Data.k }}{{ end }}', undefined],
    ['{{ with secret (printf "kv/a") }}{{ .Data.k }}{{ end }}', undefined],
    ['{{ with secret "kv/../a" }}{{ .Data.k }}{{ end }}', undefined],
    ['{{ with secret "kv/a" }}{{ .Data.k }}', undefined],
  ] as const)
    it(`take ${JSON.stringify(template)} for ${expected === undefined ? 'more than one value' : 'one value'}`, () => {
      const one = oneValueOf(template, ['{{', '}}']);
      assert.equal(one && `${one.path}#${one.key}`, expected);
    });

  for (const name of INJECTOR_STAYS)
    it(`are left as they are, and told: ${name}`, async () => {
      const out = join(world.folder, name);
      const ran = await runMigrate(injectorFile(name), `--out=${out}`, '--report=json');
      assert.equal(ran.code, 1, ran.err);
      const { outcomes } = JSON.parse(ran.out) as { outcomes: Told[] };
      const errors = outcomes.filter(({ level, message }) => level === 'error' && !message.includes(' stays with '));
      assert.deepEqual(errors.map(({ rule }) => rule).sort(), expectedKinds(name), ran.out);
      assert.equal(readText(out, basename(injectorFile(name))), injectorSource(name));
    });
});
