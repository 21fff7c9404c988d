// The end of the report of `secretmount migrate`: what was written where, and what is left to do before pods mount.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Folder } from '../check/run-check.ts';
import { runMigrate } from './world.ts';

const SECRET = `kind: Secret
metadata: {name: db, namespace: shop}
stringData: {a: <path:secret/data/db#a>}
`;
const podOf = (container: string, metadata = '') => `---
kind: Pod
metadata: {name: app, namespace: shop${metadata}}
spec:
  containers: [{name: app, image: 'app:1', ${container}}]
  volumes: [{name: db, secret: {secretName: db}}]
`;
const FILES = podOf('volumeMounts: [{name: db, mountPath: /db}]');
const VARIABLES = podOf('envFrom: [{secretRef: {name: db}}]');
const ARGUMENTS = podOf('volumeMounts: [{name: db, mountPath: /db}], args: ["<path:secret/data/db#a>", "<path:a#b>"]');
const INJECTED = `---
kind: Pod
metadata:
  name: web
  namespace: shop
  annotations:
    vault.hashicorp.com/agent-inject: "true"
    vault.hashicorp.com/role: web
    vault.hashicorp.com/agent-inject-secret-a: secret/data/db
spec:
  containers: [{name: web, image: 'web:1'}]
`;

describe('the report of migrate ends with', () => {
  let folder: Folder;
  let out: string;
  beforeEach(() => {
    folder = new Folder();
    out = join(folder.path, 'out');
  });
  afterEach(() => folder.remove());

  /** What stands behind the counts. */
  const endOf = (report: string) =>
    report
      .slice(report.search(/^\d+ mapped, |^nothing to migrate/m))
      .split('\n')
      .slice(1);
  const migrate = (text: string, ...flags: readonly string[]) => runMigrate(folder.write('a.yaml', text), ...flags);
  const NOT_WRITTEN =
    'nothing was written; --out=FOLDER would write 3 files, with store-roles.sh to run (or store-roles.tf to apply) before pods mount';

  it('what was written where, and the roles to write before pods mount', async () => {
    const ran = await migrate(SECRET + FILES, `--out=${out}`);
    assert.deepEqual(endOf(ran.out), [
      `written to ${out}: 3 files; run "sh ${out}/store-roles.sh", or apply store-roles.tf, before pods mount`,
      '',
    ]);
    assert.ok(existsSync(join(out, 'store-roles.sh')));
  });

  it('no role where there is none, and with one file where nothing moves', async () => {
    const [injected, none] = [join(folder.path, 'injected'), join(folder.path, 'none')];
    assert.deepEqual(endOf((await migrate(INJECTED, `--out=${injected}`)).out), [`written to ${injected}: 1 file`, '']);
    assert.deepEqual(endOf((await migrate('kind: Other\n', `--out=${none}`)).out), [`written to ${none}: 1 file`, '']);
    assert.deepEqual(endOf((await migrate('kind: Other\n')).out), ['']);
  });

  it('what --out would write, without it', async () => {
    assert.deepEqual(endOf((await migrate(SECRET + FILES)).out), [NOT_WRITTEN, '']);
    const ran = await migrate(SECRET + FILES, '--diff');
    assert.deepEqual(endOf(ran.err), [NOT_WRITTEN, '']);
    const both = await migrate(SECRET + FILES, '--diff', `--out=${out}`);
    assert.match(both.err, /\nwritten to .*: 3 files; run /);
  });

  it('how many fields are to be done by hand', async () => {
    const text = SECRET + FILES + ARGUMENTS.replace('name: app', 'name: other');
    assert.deepEqual(endOf((await migrate(text)).out), [
      NOT_WRITTEN,
      '2 fields are left to do by hand, or as their errors say',
      '',
    ]);
    const one = SECRET + FILES + ARGUMENTS.replace('name: app', 'name: other').replace(', "<path:a#b>"', '');
    assert.ok(endOf((await migrate(one)).out).includes('1 field is left to do by hand, or as its error says'));
  });

  it('what the driver needs: synced Secrets, and the audiences that classes name', async () => {
    const sync = 'the driver needs syncSecret.enabled=true, as classes sync Secrets';
    assert.deepEqual(endOf((await migrate(SECRET + VARIABLES)).out), [NOT_WRITTEN, sync, '']);
    const audience = 'the driver needs in its tokenRequests each audience that classes name: "bao"';
    const ran = await migrate(SECRET + VARIABLES + INJECTED, '--audience=bao');
    assert.deepEqual(endOf(ran.out), [NOT_WRITTEN, sync, audience, '']);
    assert.deepEqual(endOf((await migrate(INJECTED, '--audience=bao')).out).slice(1), [audience, '']);
    // What stays as it is needs nothing of the driver.
    assert.deepEqual(endOf((await migrate(SECRET, '--audience=bao')).out), [
      '2 fields are left to do by hand, or as their errors say',
      '',
    ]);
  });

  it('the same as a list in markdown, and as fields in JSON', async () => {
    const flags = ['--audience=a|b', '--report=markdown', `--out=${out}`];
    const markdown = (await migrate(SECRET + VARIABLES, ...flags)).out;
    const steps = markdown.slice(markdown.lastIndexOf('|\n') + 2);
    assert.match(
      steps,
      /^\n- written to .*: 3 files; run .*\n- the driver needs syncSecret.*\n- the driver needs in its .*: "a&#124;b"\n$/,
    );
    const { output, driver } = JSON.parse((await migrate(SECRET + VARIABLES, '--audience=a', '--report=json')).out);
    assert.deepEqual(output, { files: ['a.yaml', 'store-roles.sh', 'store-roles.tf'] });
    assert.deepEqual(driver, { syncSecret: true, tokenRequests: ['a'] });
    const other = join(folder.path, 'other');
    const written = JSON.parse((await migrate(SECRET + FILES, '--report=json', `--out=${other}`)).out);
    assert.equal(written.output.folder, other);
  });
});
