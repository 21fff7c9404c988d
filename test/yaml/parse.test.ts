// YAML as the rooms above it see it: where each value stands, what was written twice, and a text that is refused.
import assert from 'node:assert/strict';
import type { YamlBounds } from '../../src/yaml/bounds.ts';
import type { YamlNode } from '../../src/yaml/node.ts';
import { readYaml } from '../../src/yaml/parse.ts';
import type { Position } from '../../src/yaml/position.ts';

const BOUNDS: YamlBounds = {
  bytes: 1024,
  depth: 4,
  depthFix: 'flatten it',
  nodes: 50,
  tokens: 200,
  chars: 2048,
  fix: 'split it',
};

function read(text: string): { readonly root: YamlNode | undefined; readonly told: readonly string[] } {
  const told: string[] = [];
  const problems = {
    get count() {
      return told.length;
    },
    addObject: ({ line, column }: Position, _subject: undefined, what: string) =>
      void told.push(`${line}:${column} ${what}`),
  };
  return { root: readYaml(text, BOUNDS, problems), told };
}

/** Scalars as text, each with its place. */
function shown(node: YamlNode | undefined): unknown {
  if (node === undefined) return undefined;
  if (node.kind === 'scalar') return `${node.text} ${node.at.line}:${node.at.column}`;
  if (node.kind === 'list') return node.items.map(shown);
  return Object.fromEntries([...node.fields].map(([key, { value }]) => [key, shown(value)]));
}

describe('readYaml', () => {
  it('says where each value stands, whatever stands around it', () => {
    const { root, told } = read('# first\n\na: 0640 # as written\n"b" :\n  - {c: \'x\', d: "y"}\n  # between\n  - é\n');
    assert.deepEqual(shown(root), { a: '0640 3:4', b: [{ c: 'x 5:9', d: 'y 5:17' }, 'é 7:5'] });
    assert.deepEqual(told, []);
  });

  it('follows aliases and merges, and keeps apart what is written twice', () => {
    const { root } = read('- &x {a: 1, b: 2}\n- <<: *x\n  b: 3\n  b: 4\n');
    assert.deepEqual(shown(root), [
      { a: '1 1:10', b: '2 1:16' },
      { b: '3 3:6', a: '1 1:10' },
    ]);
    assert.ok(root?.kind === 'list' && root.items[1]?.kind === 'map');
    assert.deepEqual(root.items[1].duplicates, [{ key: 'b', at: { line: 4, column: 3 } }]);
  });

  it('knows nothing from a text', () => {
    assert.deepEqual(read(''), { root: undefined, told: [] });
    assert.deepEqual(read('# a comment\n'), { root: undefined, told: [] });
  });

  const refusals: readonly (readonly [says: string, text: string, told: RegExp])[] = [
    ['one problem of many', 'a: "x\nb: [\n- c: *d\n', /^\d+:\d+ a character is missing/],
    ['too much text', 'a'.repeat(1025), /^1:1 larger than 1 KiB; split it$/],
    ['too many values', `[${'1,'.repeat(60)}]`, /^1:\d+ more than 50 values up to here; split it$/],
    ['too deep a nesting', '[[[[[[1]]]]]]', /^1:\d nested deeper than 4 levels; flatten it$/],
    ['a second document', 'a: 1\n---\nb: 2\n', /^2:1 a second YAML document starts here/],
    ['a tag of its own', 'a: !ruby x\n', /^1:4 custom tags are not supported/],
    ['an alias within its own anchor', 'a: &x [*x]\n', /^1:8 an alias within its own anchor/],
  ];
  for (const [says, text, expected] of refusals) {
    it(`tells of ${says}, once`, () => {
      const { root, told } = read(text);
      assert.equal(root, undefined);
      assert.equal(told.length, 1, told.join('\n'));
      assert.match(told[0] ?? '', expected);
    });
  }
});
