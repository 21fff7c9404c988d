// `check --output=policy`: the rights that classes need, for each role; and that a real store lets them be mounted with no other.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../src/cli/run.ts';
import { type OpenBao, startOpenBao } from '../harness/openbao.ts';
import { Folder, runCheck } from './run-check.ts';

const CLASS = `apiVersion: secrets-store.csi.x-k8s.io/v1
kind: SecretProviderClass
metadata: {name: app, namespace: shop}
spec:
  provider: vault
  parameters:
    roleName: app
    objects: |
`;
const OBJECTS = [
  '- {objectName: a, secretPath: secret/data/app, secretKey: k}',
  '- {objectName: p, secretPath: pki/issue/app, method: POST, secretKey: certificate, secretArgs: {common_name: a}}',
  '- {objectName: t, secretPath: secret/data/team, tree: all}',
  '- {objectName: f, secretPath: team/kv, find: {tags: {a: b}, mount: team/kv, version: 2}}',
  '- {objectName: u, secretPath: kv/team, tree: all}',
  '- objectName: app.ini',
  '  template: |',
  '    {{ with secret "/secret/data/app?version=1" }}{{ .Data.data.x }}{{ end }}{{ (secret "kv/short").Data.x }}',
  '    {{ range secrets "secret/metadata/dir/" }}{{ with secret (printf "secret/data/dir/%s" .) }}{{ end }}{{ end }}',
  '    {{ with pkiCert "pki/issue/web" "common_name=a" }}{{ .Cert }}{{ else }}{{ "database/creds/a" | secret }}{{ end }}',
  '    {{ define "x" }}{{ secret "transit/encrypt/k" "plaintext=a" }}{{ .x | secret }}{{ end }}',
  '- objectName: dsn',
  '  templateSyntax: sprig',
  '  reads: {db: {secretPath: secret/data/db}}',
  '  template: "{{ .db.user }}"',
];

describe('check --output=policy', () => {
  const folder = new Folder();
  after(() => folder.remove());

  const policyOf = async (text: string) => runCheck([folder.write('class.yaml', text), '--output=policy']);

  it('grants what objects and templates read, and says what it cannot know', async () => {
    const { code, out, err } = await policyOf(CLASS + OBJECTS.map((line) => `      ${line}\n`).join(''));
    assert.deepEqual([code, err], [0, '']);
    const rights = [...out.matchAll(/^path "(.*)" \{\n {2}capabilities = \[(.*)\]\n\}$/gm)].map(
      ([, path, capabilities]) => `${path}: ${capabilities?.replaceAll('"', '')}`,
    );
    assert.deepEqual(rights, [
      'database/creds/a: read',
      'kv/short: read',
      'kv/team/*: list, read',
      'pki/issue/app: create, update',
      'pki/issue/web: create, update',
      'secret/data/app: read',
      'secret/data/db: read',
      'secret/data/team/*: read',
      'secret/metadata/dir: list',
      'secret/metadata/team/*: list',
      'team/kv/data/*: read',
      'team/kv/metadata/*: list, read',
      'transit/encrypt/k: create, update',
    ]);
    assert.deepEqual(out.match(/^#.*$/gm), [
      '# role app, kubernetes: SecretProviderClass shop/app',
      '# kv/team: if its engine is KV version 2, "list" is for the same path behind metadata/, "read" behind data/',
      '# app.ini: if the engine of kv/short is KV version 2, the path has data/ behind the mount',
      '# app.ini: line 2 of its template makes a path when it is rendered; add what it comes to',
      '# app.ini: line 4 of its template makes a path when it is rendered; add what it comes to',
    ]);
  });

  it('has one policy for each role, and none of a class that cannot be read', async () => {
    const one = `${CLASS}      - {objectName: a, secretPath: secret/data/a}\n`;
    const other = one.replace('roleName: app', 'roleName: other').replace('name: app,', 'name: b,');
    const same = one.replace('data/a}', 'data/b}').replace('name: app,', 'name: c,');
    const bad = one.replace('secretPath', 'secretPth').replace('name: app,', 'name: d,');
    const { code, out, err } = await policyOf([one, other, same, bad].join('---\n'));
    assert.equal(code, 1);
    assert.match(
      err,
      /class.yaml:\d+:\d+: error: object "a": secretPath is missing; rename "secretPth" to it \[object\]\n$/,
    );
    assert.equal(
      out,
      `# role app, kubernetes: SecretProviderClass shop/app; SecretProviderClass shop/c; SecretProviderClass shop/d
path "secret/data/a" {
  capabilities = ["read"]
}
path "secret/data/b" {
  capabilities = ["read"]
}
# SecretProviderClass shop/d: its errors come first; what it reads is not known

# role other, kubernetes: SecretProviderClass shop/b
path "secret/data/a" {
  capabilities = ["read"]
}
`,
    );
  });

  it('grants nothing that a name forges', async () => {
    const text = `${CLASS.replace('name: app', String.raw`name: "a\npath *"`)}      - {objectName: a, secretPath: secret/data/*}
      - {objectName: b, secretPath: secret/+/x}
      - {objectName: c, secretPath: "secret/data/q\\"x"}
`;
    assert.equal(
      (await policyOf(text)).out,
      `# role app, kubernetes: SecretProviderClass shop/a\\u000apath *
path "secret/data/q\\"x" {
  capabilities = ["read"]
}
# secret/data/* is not granted: to a policy it means other paths too; grant what it is to read by hand
# secret/+/x is not granted: to a policy it means other paths too; grant what it is to read by hand
`,
    );
  });

  describe('beside a real store', () => {
    const out = mkdtempSync('/dev/shm/policy-test-');
    let bao: OpenBao;
    before(async () => {
      bao = await startOpenBao();
      const write = (path: string, data: object) => bao.request('POST', `secret/data/${path}`, { data });
      await write('shop', { user: 'shop', password: 'p' });
      await write('db', { user: 'db', password: 'a&b' });
      await write('service', { config: '{"hosts":["a.example"]}' });
      await write('team/a', { k: 'v' });
      await write('team/deep/b', { k: 'w' });
    });
    after(async () => {
      await bao.stop();
      rmSync(out, { recursive: true, force: true });
    });

    const example = readFileSync(new URL('../../docs/examples/templates.yaml', import.meta.url), 'utf8');
    const ofTree = `${CLASS}      - {objectName: t, secretPath: secret/data/team, tree: all}\n`;
    const ofList = `${CLASS}      - {objectName: l, template: '{{ range secrets "secret/metadata/team" }}{{ . }}{{ end }}'}\n`;
    for (const [name, text] of Object.entries({ example, ofTree, ofList }))
      it(`lets a class be mounted with no right beside it: ${name}`, async () => {
        const file = folder.write(`${name}.yaml`, text);
        const policy = (await runCheck([file, '--output=policy'])).out;
        const mount = async (granted: string) => {
          await bao.addPolicy(name, granted);
          const { auth } = await bao.request('POST', 'auth/token/create', {
            policies: [name],
            no_default_policy: true,
          });
          const token = folder.write('token', auth.client_token);
          const said: string[] = [];
          const flags = [`--out=${join(out, name)}`, `--token-file=${token}`, `--vault-addr=${bao.address}`];
          const streams = { out: (line: string) => said.push(line), err: (line: string) => said.push(line) };
          return { code: await run(['mount', file, ...flags], {}, { ...streams, isTerminal: false }), said };
        };
        const { code, said } = await mount(policy);
        assert.equal(code, 0, said.join(''));
        const rule = /^path [^}]*\}\n/m;
        assert.equal((await mount(policy.replace(rule, ''))).code, 1);
      });
  });
});
