// The rights of what `secretmount migrate --out` writes: a copy may be read by nobody who may not read its source.
import assert from 'node:assert/strict';
import { chmodSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Folder } from '../check/run-check.ts';
import { runMigrate } from './world.ts';

const TEXT = `kind: Secret
metadata: {name: db, namespace: shop}
stringData: {password: <path:secret/data/db#password>}
---
kind: Pod
metadata: {name: app, namespace: shop}
spec:
  containers: [{name: app, image: 'app:1', volumeMounts: [{name: db, mountPath: /db}]}]
  volumes:
    - name: db
      secret: {secretName: db}
`;

describe('what migrate --out writes', () => {
  let folder: Folder;
  let out: string;
  let umask: number;

  beforeEach(() => {
    umask = process.umask(0o022);
    folder = new Folder();
    out = join(folder.path, 'out');
  });

  afterEach(() => {
    process.umask(umask);
    folder.remove();
  });

  const write = (name: string, mode: number) => {
    const file = folder.write(name, TEXT);
    chmodSync(file, mode);
  };
  const migrate = async () => {
    const ran = await runMigrate(join(folder.path, 'in'), `--out=${out}`);
    assert.equal(ran.code, 0, ran.out + ran.err);
  };
  const modeOf = (...path: readonly string[]) => (statSync(join(out, ...path)).mode & 0o777).toString(8);

  it('has no right that its source had not, and none to run it', async () => {
    for (const mode of [0o600, 0o640, 0o644, 0o755, 0o400]) write(`in/${mode.toString(8)}/a.yaml`, mode);
    await migrate();
    assert.deepEqual(
      ['600', '640', '644', '755', '400'].map((name) => modeOf(name, 'a.yaml')),
      ['600', '640', '644', '644', '400'],
    );
    // Digests of all of them.
    assert.equal(modeOf('.secretmount-migrate'), '400');
    assert.equal(modeOf('store-roles.sh'), '644');
    await migrate();
  });

  it('follows the umask', async () => {
    write('in/base/a.yaml', 0o644);
    process.umask(0o077);
    await migrate();
    assert.deepEqual(
      [[], ['base']].map((path) => modeOf(...path)),
      ['700', '700'],
    );
    assert.deepEqual(
      [['base', 'a.yaml'], ['store-roles.sh']].map((path) => modeOf(...path)),
      ['600', '600'],
    );
    process.umask(0o002);
    rmSync(out, { recursive: true });
    await migrate();
    assert.equal(modeOf(), '775');
  });

  it('keeps what a person took from the folder that is written again', async () => {
    write('in/a.yaml', 0o644);
    await migrate();
    assert.equal(modeOf(), '755');
    chmodSync(out, 0o700);
    await migrate();
    assert.equal(modeOf(), '700');
  });
});
