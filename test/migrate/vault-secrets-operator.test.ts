// Manifests of Vault Secrets Operator, migrated: what a container saw of the Secret that the operator's own packages made
// of them (recorded-vso.json), it sees of the classes, mounted by the built daemon with the roles that were written.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { VSO_VERSION } from '../harness/vso-binary.ts';
import { parseManifests } from './consumers.ts';
import { CASES, expectedKinds, fileOf, issuedFileOf, readRecorded, sourceOf, withoutTimes } from './recorded-vso.ts';
import { MigrateWorld, readText, runMigrate, runMigrateIn, seeOriginal } from './world.ts';

const MAPPED = CASES.filter((name) => expectedKinds(name).length === 0);

describe('manifests of Vault Secrets Operator, migrated', () => {
  const recorded = readRecorded();
  let world: MigrateWorld;
  before(async () => {
    world = await MigrateWorld.start();
  });
  after(() => world.stop());

  it('are compared with what the pinned version made of the same cases', () => {
    assert.equal(recorded.version, VSO_VERSION);
    assert.deepEqual(Object.keys(recorded.cases).sort(), [...MAPPED].sort());
    assert.ok(MAPPED.length >= 15);
  });

  for (const name of MAPPED)
    it(`show every container the same: ${name}`, async () => {
      const out = join(world.folder, name);
      const ran = await runMigrate(fileOf(name), `--out=${out}`);
      assert.equal(ran.code, 0, ran.out + ran.err);
      await world.writeRoles(join(out, 'store-roles.sh'));
      const before = await seeOriginal(`${sourceOf(name)}${recorded.cases[name] ?? ''}`);
      assert.ok(Object.keys(before).length > 0);
      const migrated = readText(out, basename(fileOf(name)));
      assert.deepEqual(withoutTimes(await world.see(migrated)), withoutTimes(before));
      assertConnection(migrated, recorded.cases[name] ?? '');
    });

  for (const name of CASES.filter((one) => expectedKinds(one).length > 0))
    it(`are left as they are, and told: ${name}`, async () => {
      const out = join(world.folder, name);
      const ran = await runMigrate(fileOf(name), `--out=${out}`, '--report=json');
      assert.equal(ran.code, 1, ran.err);
      const { outcomes } = JSON.parse(ran.out) as { outcomes: { level: string; rule: string; message: string }[] };
      const errors = outcomes.filter(({ level, message }) => level === 'error' && !message.includes(' stays with '));
      assert.deepEqual(errors.map(({ rule }) => rule).sort(), expectedKinds(name), ran.out);
      assert.equal(readText(out, `${name}.yaml`), sourceOf(name));
    });

  for (const [what, name, from, to, said] of [
    [
      'headers of a VaultAuthGlobal that are merged',
      'auth-global',
      '{ name: shared }',
      '{ name: shared, mergeStrategy: { headers: union } }',
      /:\d+:12: error: headers: a class cannot add headers to its login \[store\]/,
    ],
    [
      'a default that is not in the input',
      'static-v2',
      '  vaultConnectionRef: bao\n',
      '',
      /:7:1: error: it takes the operator's default VaultConnection, which is not in the input/,
    ],
    [
      'a default in its own namespace, where the operator hardly runs',
      'operator-default',
      /namespace: default/g,
      'namespace: shop',
      /error: it takes the operator's default VaultAuth, which is not in the input, or not once/,
    ],
    [
      'a template that is longer than a class with what it calls',
      'transformation',
      '{{- define "login" -}}',
      `{{- define "login" -}}${'x'.repeat(300_000)}`,
      /the template "greeting": it is longer than 262144 characters with what it calls/,
    ],
    [
      'a token of a Secret',
      'jwt',
      '    serviceAccount: vault-reader\n',
      '    secretRef: token\n',
      /:14:3: error: jwt: a pod logs in by its service account, and none is named here \[store\]/,
    ],
    [
      'a leased credential that is taken as variables',
      'dynamic',
      '      image: web:1\n',
      '      image: web:1\n      env: [{name: A, valueFrom: {secretKeyRef: {name: app, key: token}}}]\n',
      /error: Secret "app" is taken as variables, and each pod has a credential of its own; .* \[leased\]/,
    ],
    [
      'a key that the filter leaves out',
      'includes-and-excludes',
      '        secretName: app\n',
      '        secretName: app\n        items: [{key: user, path: u}, {key: port, path: p}]\n',
      /error: Secret "app" has no key "port"; remove it here \[form\]/,
    ],
    [
      'a template that may read labels of something else',
      'labels-and-annotations',
      '({{ $.Secrets.user }})',
      '({{ .Labels }})',
      /it may read Labels of its resource where that cannot be known; write \$\.Labels, or the value/,
    ],
    [
      'a template that takes all by one dot',
      'transformation',
      'Hello {{',
      'Hello {{ . | toJson }} {{',
      /it takes all that it has by one dot; name what it takes, for example \.Secrets \[secret-template\]/,
    ],
    [
      'a template that calls one that is not there',
      'transformation',
      '{{ template "login" . }}\'',
      '{{ template "nowhere" . }}\'',
      /the template "greeting": it calls the template "nowhere", which is not there/,
    ],
    [
      'a version that is no number',
      'version',
      'version: 2',
      'version: two',
      /error: the version "two" is no number \[path\]/,
    ],
    [
      'an expression that RE2 does not read',
      'includes-and-excludes',
      '"^port"',
      '"(?=a)"',
      /error: excludes: "\(\?=a\)" is no expression of a class \[field\]/,
    ],
  ] as const)
    it(`do not move with ${what}`, async () => {
      const text = sourceOf(name).replace(from, to);
      assert.notEqual(text, sourceOf(name));
      const file = join(world.folder, 'refused.yaml');
      writeFileSync(file, text);
      const ran = await runMigrate(file);
      assert.equal(ran.code, 1);
      assert.match(ran.out, said);
      assert.doesNotMatch(ran.out, /in SecretProviderClass/);
    });

  async function parametersOf(text: string): Promise<Record<string, string>> {
    const file = join(world.folder, 'parameters.yaml');
    writeFileSync(file, text);
    const out = join(world.folder, 'parameters');
    const ran = await runMigrate(file, `--out=${out}`);
    assert.equal(ran.code, 0, ran.out + ran.err);
    const found = parseManifests(readText(out, 'parameters.yaml')).find(({ kind }) => kind === 'SecretProviderClass');
    return found.spec.parameters;
  }

  it('have the connection of a VaultAuthGlobal in another namespace, by jwt', async () => {
    const text = sourceOf('auth-global')
      .replace('tlsServerName: bao.internal', 'skipTLSVerify: true')
      .replace('defaultAuthMethod: kubernetes', 'defaultAuthMethod: jwt\n  defaultVaultNamespace: team/a')
      .replace('  kubernetes:\n    mount: kubernetes\n', '  jwt:\n')
      .replace('  kubernetes: { role: shop }', '  jwt: { role: shop }')
      .replace('  mount: secret', '  namespace: team/a\n  mount: secret');
    const { objects: _, ...rest } = await parametersOf(text);
    assert.deepEqual(rest, {
      roleName: 'shop.web',
      vaultAddress: 'https://bao.example.com:8200',
      vaultNamespace: 'team/a',
      vaultAuthMountPath: 'elsewhere',
      audience: 'bao',
      vaultSkipTLSVerify: 'true',
    });
    assert.equal(
      (
        await parametersOf(
          text
            .replace('  defaultVaultNamespace: team/a\n', '')
            .replace('  vaultAuthGlobalRef:', '  namespace: team/a\n  vaultAuthGlobalRef:'),
        )
      )['vaultNamespace'],
      'team/a',
    );
  });

  it('have every argument of a certificate, and the issuer in the path', async () => {
    const text = readText(issuedFileOf('intermediate')).replace(
      / {2}commonName:[\s\S]*? {2}destination:\n/,
      `  issuerRef: web-issuer
  rolloutRestartTargets: [{kind: Deployment, name: web}]
  commonName: web.example.com
  uriSans: [spiffe://a, spiffe://b]
  otherSans: ["1.2.3;UTF8:x"]
  userIDs: [u, v]
  notAfter: "2030-01-02T03:04:05Z"
  format: pem
  revoke: false
  destination:
`,
    );
    const [first] = parse((await parametersOf(text))['objects'] ?? '');
    assert.deepEqual(first, {
      objectName: '.',
      secretPath: 'pki-int/issuer/web-issuer/issue/web',
      method: 'PUT',
      secretArgs: {
        common_name: 'web.example.com',
        not_after: '2030-01-02T03:04:05Z',
        format: 'pem',
        uri_sans: 'spiffe://a,spiffe://b',
        other_sans: '1.2.3;UTF8:x',
        user_ids: 'u,v',
        remove_roots_from_chain: true,
      },
      keys: { exclude: ['^ca_chain$'] },
      revoke: false,
    });
  });

  it('take all keys as variables with --resolve', async () => {
    const text = sourceOf('static-v2').replace(
      '      image: web:1\n',
      '      image: web:1\n      envFrom: [{secretRef: {name: app}}]\n',
    );
    const file = join(world.folder, 'resolved.yaml');
    writeFileSync(file, text);
    assert.equal((await runMigrate(file)).code, 1);
    const out = join(world.folder, 'resolved');
    const env = { BAO_ADDR: world.bao.address, BAO_TOKEN: world.bao.rootToken };
    const ran = await runMigrateIn(env, file, '--resolve', `--out=${out}`);
    assert.equal(ran.code, 0, ran.out + ran.err);
    await world.writeRoles(join(out, 'store-roles.sh'));
    const before = await seeOriginal(`${text}${recorded.cases['static-v2'] ?? ''}`);
    assert.deepEqual(withoutTimes(await world.see(readText(out, 'resolved.yaml'))), withoutTimes(before));
  });
});

/** As the operator resolves it, of its own references. */
function assertConnection(migrated: string, secrets: string): void {
  const annotations = parse(secrets.replace(/^---\n/, '')).metadata.annotations;
  const of = (name: string) => annotations[`oracle.test/${name}`];
  for (const { kind, spec } of parseManifests(migrated)) {
    if (kind !== 'SecretProviderClass') continue;
    const { vaultAddress, vaultAuthMountPath, audience } = spec.parameters;
    assert.equal(vaultAddress, of('address'));
    assert.equal(vaultAuthMountPath, of('mount'));
    if (of('audiences') !== undefined) assert.equal(audience, of('audiences').split(',')[0]);
  }
}
