// Placeholders are found where the plugin's own expressions find them (v1.18.1, pkg/kube/util.go), here written for
// JavaScript, whose `?` after a quantifier is what Go's flag U turns round.
import assert from 'node:assert/strict';
import { parsePlaceholders } from '../../src/migrate/avp/placeholder.ts';
import { Random } from '../plan/random.ts';

const ANY = /<([^\n]*?)>/g;
const WITH_PATH = /<path:([^#]+?)#([^#]+?)(?:#([^#]+?))??>/g;

function byExpression(text: string, hasPath: boolean): string[] {
  return [...text.matchAll(hasPath ? ANY : WITH_PATH)].map(([match]) => match);
}

describe('placeholders of argocd-vault-plugin', () => {
  const read = (text: string, hasPath = false) => parsePlaceholders(text, hasPath);
  const placeholder = (of: object) => ({ path: undefined, version: undefined, modifiers: [], ...of });

  it('name a path, a key and a version', () => {
    assert.deepEqual(read('<path:a/data/b#c>'), [placeholder({ path: 'a/data/b', key: 'c' })]);
    assert.deepEqual(read('<path:a#b c #7>'), [placeholder({ path: 'a', key: 'b c', version: '7' })]);
    assert.deepEqual(read('<path:a#b | base64decode|indent 2>'), [
      placeholder({ path: 'a', key: 'b', modifiers: ['base64decode', 'indent 2'] }),
    ]);
  });

  it('are any text in brackets with the annotation, and none without it', () => {
    assert.deepEqual(read('x <a> < b >', true), ['x ', placeholder({ key: 'a' }), ' ', placeholder({ key: 'b' })]);
    assert.deepEqual(read('x <a> <b>'), ['x <a> <b>']);
    assert.deepEqual(read('<a\nb>', true), ['<a\nb>']);
  });

  it('are found where the expressions find them, in 20,000 random texts', () => {
    const random = new Random(19);
    for (let count = 0; count < 20_000; count++) {
      const length = random.below(14);
      const text = Array.from({ length }, () => random.pick(['<path:', '<', '>', '#', '#', 'a', '\n', '|'])).join('');
      for (const hasPath of [true, false]) {
        const parts = read(text, hasPath);
        const expected = byExpression(text, hasPath);
        assert.equal(parts.filter((part) => typeof part !== 'string').length, expected.length, JSON.stringify(text));
        const texts = text
          .split(hasPath ? /<[^\n]*?>/ : /<path:[^#]+?#[^#]+?(?:#[^#]+?)??>/)
          .filter((one) => one !== '');
        assert.deepEqual(
          parts.filter((part) => typeof part === 'string'),
          texts,
          JSON.stringify(text),
        );
      }
    }
  });
});
