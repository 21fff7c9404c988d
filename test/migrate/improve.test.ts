// Classes of HashiCorp's and OpenBao's provider: nothing to do, and with --improve what can be written better. Real OpenBao
// and the built daemon.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MigrateWorld, readText, runMigrate } from './world.ts';

const CLASS = `# A class of the other provider.
apiVersion: secrets-store.csi.x-k8s.io/v1
kind: SecretProviderClass
metadata: {name: db, namespace: shop} # its name
spec:
  provider: vault
  parameters:
    roleName: shop.web
    objects: |
      # Whole answers.
      - objectName: all.json
        secretPath: secret/data/shop/db # read by the app
        filePermission: 0440
      - {objectName: tls, secretPath: "secret/data/shop/tls"}
      - secretPath: "kv1/shop/old"
        objectName: old
      # Others.
      - objectName: user
        secretPath: secret/data/shop/db
        secretKey: user
      - objectName: keys
        secretPath: secret/data/shop/tls
        keys: all
`;
const POD = `---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  serviceAccountName: web
  containers: [{name: web, image: "web:1", volumeMounts: [{name: v, mountPath: /v}]}]
  volumes:
    - name: v
      csi: {driver: secrets-store.csi.k8s.io, readOnly: true, volumeAttributes: {secretProviderClass: db}}
`;
const ROLE = `set -e
"$STORE" policy write shop.web - <<'END'
path "secret/data/*" { capabilities = ["read"] }
path "kv1/*" { capabilities = ["read"] }
END
"$STORE" write auth/kubernetes/role/shop.web bound_service_account_names=web bound_service_account_namespaces=shop \\
  audience=vault token_policies=shop.web
`;

describe("classes of HashiCorp's and OpenBao's provider", () => {
  let world: MigrateWorld;
  before(async () => {
    world = await MigrateWorld.start();
  });
  after(() => world.stop());

  const migrated = async (name: string, text: string, ...flags: readonly string[]) => {
    const file = join(world.folder, `${name}.yaml`);
    writeFileSync(file, text);
    const out = join(world.folder, name);
    const ran = await runMigrate(file, `--out=${out}`, ...flags);
    return { ...ran, text: readText(out, `${name}.yaml`) };
  };

  it('need nothing, and it says so', async () => {
    const { code, out, text } = await migrated('nothing', CLASS + POD);
    assert.equal(code, 0);
    assert.equal(text, CLASS + POD);
    assert.match(out, /nothing to do: it is served as it is \[nothing-to-do\]/);
  });

  it('have the data in place of whole answers with --improve, and the same at each poll', async () => {
    const { code, out, text } = await migrated('improved', CLASS + POD, '--improve');
    assert.equal(code, 0, out);
    const expected = CLASS.replace('# read by the app\n', '# read by the app\n        format: json\n')
      .replace('- {objectName: tls', '- {format: json, objectName: tls')
      .replace('- secretPath: "kv1/shop/old"\n', '- secretPath: "kv1/shop/old"\n        format: json\n');
    assert.equal(text, expected + POD);
    assert.equal(out.match(/is the store's whole answer, which differs at each read; format: json/g)?.length, 3);
    const script = join(world.folder, 'role.sh');
    writeFileSync(script, ROLE);
    await world.writeRoles(script);
    const filesOf = async (manifests: string) => {
      const { files } = Object.values(await world.see(manifests))[0] ?? assert.fail();
      return Object.fromEntries(
        Object.entries(files).map(([path, { contents }]) => [path, Buffer.from(contents, 'base64').toString()]),
      );
    };
    const [old, first, second] = [await filesOf(CLASS + POD), await filesOf(text), await filesOf(text)];
    for (const [path, read] of [
      ['/v/all.json', (answer: string) => JSON.parse(answer).data.data],
      ['/v/tls', (answer: string) => JSON.parse(answer).data.data],
      ['/v/old', (answer: string) => JSON.parse(answer).data],
    ] as const) {
      assert.deepEqual(JSON.parse(first[path] ?? ''), read(old[path] ?? ''));
      assert.ok(old[path]?.includes('request_id'));
    }
    assert.deepEqual(first, second);
    assert.equal(first['/v/user'], old['/v/user']);
  });

  it('are told what leases do, and need nothing beside', async () => {
    const text = CLASS.replace(
      /objects: \|[\s\S]*/,
      'objects: |\n      - {objectName: u, secretPath: database/creds/app, secretKey: username}\n      - {objectName: c, secretPath: pki/issue/web, method: PUT, secretArgs: {common_name: a}, secretKey: certificate}\n',
    );
    const ran = await migrated('leases', text, '--improve');
    assert.equal(ran.code, 0);
    assert.equal(ran.text, text);
    assert.match(ran.out, /"u": what "database\/creds\/app" makes is kept, renewed while the pod runs/);
    assert.match(ran.out, /"c": what "pki\/issue\/web" makes is kept/);
  });

  it('are left as they are where their text cannot be changed in place', async () => {
    const repeated = `${CLASS.replace('    objects: |', '    objects: &text |')}    again: *text\n`;
    const ran = await migrated('anchor', repeated, '--improve');
    assert.equal(ran.code, 1);
    assert.equal(ran.text, repeated);
    assert.match(ran.out, /write format: json yourself/);
  });

  it('say nothing to do with --improve, if there is nothing to improve', async () => {
    const text = CLASS.replace(/ {6}# Whole[\s\S]*# Others\.\n/, '');
    const { out, text: after } = await migrated('fine', text, '--improve');
    assert.equal(after, text);
    assert.match(out, /nothing to do: it is served as it is/);
  });
});
