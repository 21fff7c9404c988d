// Classes with problems: each file of corpus/bad beside the report that it brings. `UPDATE_DOCS=1 npm test` writes the
// reports anew; read the difference.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkManifests } from '../../src/check/check.ts';
import { reportText } from '../../src/cli/check/report-text.ts';

const folder = join(import.meta.dirname, 'corpus/bad');
const check = (name: string) => checkManifests([{ name, text: readFileSync(join(folder, name), 'utf8') }]);

describe('check finds each problem at its place', () => {
  for (const name of readdirSync(folder).filter((file) => !file.endsWith('.txt'))) {
    it(name, () => {
      const path = join(folder, name.replace(/\.\w+$/, '.txt'));
      const report = reportText(check(name), false);
      if (process.env['UPDATE_DOCS']) writeFileSync(path, report);
      else assert.equal(report, readFileSync(path, 'utf8'));
    });
  }

  it('of twelve, each at the very word, each with what to do', () => {
    const lines = readFileSync(join(folder, 'twelve.yaml'), 'utf8').split('\n');
    const { findings } = check('twelve.yaml');
    const words = findings.map(({ line, column }) => /^[\w-]+/.exec(lines[line - 1]?.slice(column - 1) ?? '')?.[0]);
    assert.deepEqual(words, [
      'valt',
      'rolName',
      'vaultAddress',
      'true',
      'secretPth',
      'objectName',
      'secretkey',
      'filePermission',
      'objectName',
      'encoding',
      'db-pasword',
      'driver',
    ]);
    for (const { message } of findings) assert.match(message, /did you mean|rename|write|use digits|put it in quotes/);
  });

  it('over files: a pod and a class in two of them', () => {
    const pod = `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  volumes:\n  - csi:
      driver: secrets-store.csi.k8s.io\n      readOnly: true\n      volumeAttributes: {secretProviderClass: shp}\n`;
    const text = readFileSync(join(folder, 'twelve.yaml'), 'utf8');
    const { findings } = checkManifests([
      { name: 'pod.yaml', text: pod },
      { name: 'class.yaml', text },
    ]);
    const [ofPod, ...ofClass] = findings.toReversed().filter(({ rule }) => rule === 'volume-class');
    assert.deepEqual(
      [ofPod?.file, ofPod?.line, ofPod?.message, ofClass],
      ['pod.yaml', 9, 'there is no class "shp"; did you mean "shop"?', []],
    );
  });
});
