// Pods of the Vault Agent injector, migrated: what a real `vault agent` wrote for a container, the classes bring it too,
// byte for byte, mounted by the built daemon under the role that the pod had before.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { ANNOTATIONS, PREFIX } from '../../src/migrate/injector/annotation-table.ts';
import { entryOf } from '../../src/migrate/injector/annotations.ts';
import { oneValueOf } from '../../src/migrate/injector/one-value.ts';
import type { SeenFile } from './consumers.ts';
import {
  expectedKinds,
  INJECTOR_CASES,
  INJECTOR_FOLDER,
  INJECTOR_STAYS,
  injectorSource,
  readInjectorRecorded,
} from './recorded-injector.ts';
import { KV2 } from './store.ts';
import { MigrateWorld, readText, runMigrate } from './world.ts';

interface Told {
  readonly level: string;
  readonly rule: string;
  readonly line: number;
  readonly message: string;
}

/** When KV version 2 took a secret. */
const TIME = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;

function textsOf(files: Readonly<Record<string, SeenFile>>): Record<string, unknown> {
  const entries = Object.entries(files).map(([path, { mode, contents }]) => {
    return [path, { mode, text: Buffer.from(contents, 'base64').toString().replace(TIME, 'TIME') }] as const;
  });
  return Object.fromEntries(entries);
}

/** The roles that the pods had before: each is for one account, and nothing of it is changed. */
async function addRoles({ bao }: MigrateWorld): Promise<void> {
  await bao.enablePki();
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
  await bao.request('POST', 'secret/data/shop/db', { data: KV2['shop/db']?.at(-1) }, { namespace });
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
    await addTeam(world);
  });
  after(() => world.stop());

  it('are compared with what an agent of the pinned version made of the same cases', () => {
    assert.equal(recorded.version, 'v1.21.2');
    assert.deepEqual(Object.keys(recorded.cases).sort(), [...INJECTOR_CASES].sort());
  });

  for (const name of INJECTOR_CASES)
    it(`show every container the same: ${name}`, async () => {
      const out = join(world.folder, name);
      const ran = await runMigrate(join(INJECTOR_FOLDER, `${name}.yaml`), `--out=${out}`);
      assert.equal(ran.code, 0, ran.out + ran.err);
      const text = readText(out, `${name}.yaml`);
      assert.ok(!text.includes(PREFIX), text);
      const seen = Object.entries(await world.see(text)).filter(([, { files }]) => Object.keys(files).length > 0);
      const before = Object.entries(recorded.cases[name] ?? {});
      assert.ok(before.length > 0);
      assert.deepEqual(
        Object.fromEntries(seen.map(([container, { files }]) => [container, textsOf(files)])),
        Object.fromEntries(before.map(([container, files]) => [container, textsOf(files)])),
      );
    });

  it('have a case for each annotation that is mapped, beside those of the agent itself', () => {
    const used = new Set(
      INJECTOR_CASES.flatMap((name) =>
        [...injectorSource(name).matchAll(/vault\.hashicorp\.com\/([\w.-]+)/g)].map(
          ([, one = '']) => entryOf(one)?.text,
        ),
      ),
    );
    const missing = Object.entries(ANNOTATIONS).filter(
      ([, text]) => text.end === 'mapped' && !text.isOfAgent && !used.has(text),
    );
    assert.deepEqual(
      missing.map(([name]) => name),
      [],
    );
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
      const ran = await runMigrate(join(INJECTOR_FOLDER, `${name}.yaml`), `--out=${out}`, '--report=json');
      assert.equal(ran.code, 1, ran.err);
      const { outcomes } = JSON.parse(ran.out) as { outcomes: Told[] };
      const errors = outcomes.filter(({ level, message }) => level === 'error' && !message.includes(' stays with '));
      assert.deepEqual(errors.map(({ rule }) => rule).sort(), expectedKinds(name), ran.out);
      assert.equal(readText(out, `${name}.yaml`), injectorSource(name));
    });
});
