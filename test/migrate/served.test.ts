// Classes of the providers before this one: that there is nothing to do is said only where `secretmount check` has nothing
// to refuse.
import assert from 'node:assert/strict';
import { Folder } from '../check/run-check.ts';
import { runMigrate } from './world.ts';

const classOf = (name: string, objects: string) => `apiVersion: secrets-store.csi.x-k8s.io/v1
kind: SecretProviderClass
metadata: {name: ${name}, namespace: shop}
spec:
  provider: vault
  parameters:
    roleName: app
    objects: |
      ${objects}
`;
const FINE = classOf('fine', '- {objectName: a, secretPath: secret/data/a, secretKey: a}');
const ONE = classOf('one', '- {objectName: a, secretKey: a}');
const TWO = classOf('two', '- {objectName: ../a, secretKey: a}');
const MOVED = `---
kind: Secret
metadata: {name: db, namespace: shop}
stringData: {a: <path:secret/data/db#a>}
---
kind: Pod
metadata: {name: app, namespace: shop}
spec:
  containers: [{name: app, image: 'app:1', envFrom: [{secretRef: {name: db}}]}]
`;

describe('a class that is served as it is', () => {
  let folder: Folder;
  beforeEach(() => {
    folder = new Folder();
  });
  afterEach(() => folder.remove());

  for (const [beside, text] of [
    ['', ''],
    [', also beside a Secret that moves', MOVED],
  ])
    it(`is said to need repair if check finds errors in it, and no other is${beside}`, async () => {
      const file = folder.write('a.yaml', [FINE, ONE, TWO].join('---\n') + text);
      const { out, code } = await runMigrate(file);
      assert.equal(code, 0, out);
      const lines = out.split('\n').filter((line) => /nothing-to-do|\[check\]/.test(line));
      assert.deepEqual(
        lines.map((line) => line.slice(file.length)),
        [
          ':1:1: note: nothing to do: it is served as it is [nothing-to-do]',
          ':11:1: warning: "secretmount check" finds 1 error in it; run it, and repair that [check]',
          ':21:1: warning: "secretmount check" finds 2 errors in it; run it, and repair them [check]',
        ],
      );
    });

  it('is its own: one of the same name in another file needs no repair', async () => {
    folder.write('in/a.yaml', FINE);
    folder.write('in/b.yaml', ONE.replace('name: one', 'name: fine'));
    const { out } = await runMigrate(folder.path);
    assert.match(out, /a\.yaml:1:1: note: nothing to do.*\n.*b\.yaml:1:1: warning: "secretmount check" finds 1 error/);
  });

  it('keeps what --improve says of its leases', async () => {
    const leased = classOf('leased', '- {objectName: ../u, secretPath: database/creds/app, secretKey: username}');
    const { out } = await runMigrate(folder.write('a.yaml', leased), '--improve');
    assert.match(out, /note: "..\/u": what "database\/creds\/app" makes is kept, .*\[nothing-to-do\]/);
  });

  it('says so in each form of the report', async () => {
    const file = folder.write('a.yaml', ONE);
    const { outcomes, counts } = JSON.parse((await runMigrate(file, '--report=json')).out);
    assert.deepEqual(counts, { mapped: 0, warned: 1, notMapped: 0 });
    assert.equal(outcomes[0].rule, 'check');
    assert.match((await runMigrate(file, '--report=sarif')).out, /"ruleId": "check"/);
  });
});
