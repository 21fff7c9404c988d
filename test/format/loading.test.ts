// What only some classes need is in pieces of the bundle that the daemon loads when the first of them comes.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const DIST = join(import.meta.dirname, '../../dist');
const files = readdirSync(DIST).filter((name) => name.endsWith('.js') && name !== 'check.js');
const texts = new Map(files.map((name) => [name, readFileSync(join(DIST, name), 'utf8')]));

describe('the bundle', () => {
  for (const source of ['src/format/yaml.ts', 'src/format/pkcs12.ts', 'node_modules/asn1js/build/index.js'])
    it(`loads ${source} only if it is asked for`, () => {
      const holders = files.filter((name) => texts.get(name)?.includes(`// ${source}\n`));
      assert.equal(holders.length, 1);
      const [holder] = holders;
      const importers = files.filter((name) => texts.get(name)?.includes(`./${holder}"`));
      assert.ok(importers.length > 0);
      for (const name of importers) assert.doesNotMatch(texts.get(name) ?? '', new RegExp(`from "\\./${holder}"`));
    });
});
