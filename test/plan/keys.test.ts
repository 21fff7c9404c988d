import assert from 'node:assert/strict';
import { PATTERNS } from '../../src/patterns.ts';
import { assertCheap, cost } from '../harness/cpu-time.ts';
import { objectsOf, objectWith, problemsOf } from './request.ts';

const keysOf = (fields: string) => {
  const { source } = objectWith(fields);
  return source.kind === 'keys' ? [source.keys.include, source.keys.exclude, source.keys.rename] : undefined;
};

describe('keys', () => {
  before(() => PATTERNS.load());

  it('takes all, or chooses and renames', () => {
    assert.deepEqual(keysOf('keys: all'), [[], [], []]);
    assert.deepEqual(keysOf('keys: {include: ["^db_"], exclude: [old$, tmp], rename: [{from: "^db_", to: ""}]}'), [
      ['^db_'],
      ['old$', 'tmp'],
      [{ from: '^db_', to: '' }],
    ]);
  });

  it('takes one expression without a list', () => {
    assert.deepEqual(keysOf('keys: {include: a, rename: {from: "(.)", to: $1}}'), [
      ['a'],
      [],
      [{ from: '(.)', to: '$1' }],
    ]);
  });

  it('is absent if it is null or empty', () => {
    assert.equal(objectWith('keys: ').source.kind, 'value');
    assert.equal(objectWith('keys: ""').source.kind, 'value');
  });

  it('takes null for what is not there', () => {
    assert.deepEqual(keysOf('keys: {include: ~, exclude: null, rename: }'), [[], [], []]);
  });

  it('may fill the volume itself, once', () => {
    const volume = '- {objectName: ., secretPath: p, keys: all}\n';
    assert.equal(objectsOf(volume)[0]?.name, '.');
    assert.deepEqual(problemsOf({ objects: volume.repeat(2) }), [
      '- objects line 2, object ".": an object above has this objectName; give each its own',
    ]);
    assert.deepEqual(problemsOf({ objects: '- {objectName: ., secretPath: p}' }), [
      '- objects line 1, object ".": objectName holds a "." element; write the path without it',
    ]);
  });

  it('may share its folder with files, and needs a folder', () => {
    const folder = '- {objectName: db, secretPath: p, keys: all}\n';
    assert.equal(objectsOf(`${folder}- {objectName: db/url, secretPath: q}`).length, 2);
    assert.deepEqual(problemsOf({ objects: `${folder}- {objectName: db, secretPath: q}` }), [
      '- objects line 2, object "db": an object above has this objectName; give each its own',
    ]);
    assert.deepEqual(
      problemsOf({ objects: `- {objectName: a, secretPath: q}\n- {objectName: a/b, secretPath: q, keys: all}` }),
      [`- objects line 2, object "a/b": needs the folder "a", which is another object's file; rename one`],
    );
  });

  const problems: readonly (readonly [fields: string, problem: string])[] = [
    ['keys: some', 'keys is "some"; write "all", or a map with include, exclude and rename'],
    ['keys: [a]', 'keys is a list; write "all", or a map with include, exclude and rename'],
    ['keys: {}', 'keys is an empty map; write "all", or a map with include, exclude and rename'],
    ['keys: {includes: [a]}', 'keys has no field "includes"; did you mean "include"?'],
    ['keys: {include: [a], include: [b]}', '"include" is given twice; remove one'],
    ['keys: {include: [[a]]}', 'include: a list, not an expression; write one, for example "^db_"'],
    ['keys: {include: [~]}', 'include: nothing, not an expression; write one, for example "^db_"'],
    ['keys: {include: []}', 'include is an empty list; name an expression, or leave include out for all keys'],
    ['keys: {rename: [{from: a, to: null}]}', 'rename: write a list of maps with from, an expression, and to'],
    [`keys: {rename: [{from: a, to: ${'b'.repeat(256)}}]}`, 'rename: to is longer than 255 characters; shorten it'],
    ['keys: {exclude: [""]}', 'exclude: an empty text, not an expression; write one, for example "^db_"'],
    ['keys: {include: ["(a"]}', 'include: "(a" is no RE2 expression: missing closing ) "(a"'],
    ['keys: {include: ["a(?=b)"]}', 'include: "a(?=b)" is no RE2 expression: invalid or unsupported Perl syntax "(?="'],
    ['keys: {rename: [a]}', 'rename: write a list of maps with from, an expression, and to'],
    ['keys: {rename: [{from: a}]}', 'rename: write a list of maps with from, an expression, and to'],
    ['keys: {rename: [{from: a, to: b, form: c}]}', 'rename has no field "form"; did you mean "from"?'],
    [
      'keys: {rename: [{from: "^a", to: "$1"}]}',
      'rename: "^a" has no group $1, which "to" names; put parentheses round a part of it',
    ],
    ['keys: all, secretKey: a', 'secretKey does not go with keys; remove one'],
    [
      `keys: {include: [${'a'.repeat(201)}]}`,
      `include: "${'a'.repeat(80)}..." is longer than 200 characters; shorten it`,
    ],
  ];
  for (const [fields, problem] of problems)
    it(`refuses ${fields.slice(0, 60)}`, () => {
      const found = problemsOf({ objects: `- {objectName: a, secretPath: p, ${fields}}` });
      assert.deepEqual(found, [`- objects line 1, object "a": ${problem}`]);
    });

  it('names the line of what does not go together', () => {
    const found = problemsOf({ objects: '- objectName: a\n  secretPath: p\n  secretKey: k\n  keys: all' });
    assert.deepEqual(found, ['- objects line 3, object "a": secretKey does not go with keys; remove one']);
  });

  it('takes little time, whatever its expressions are', () => {
    for (const pattern of ['a{1000}b{1000}', '(?i)\\\\pL'.repeat(20), '((a{30}){30})', '(a|b|c|d){200}']) {
      const object = (index: number) => `- {objectName: f${index}, secretPath: p, keys: {include: ["${pattern}"]}}\n`;
      const objects = Array.from({ length: 500 }, (_, index) => object(index)).join('');
      const work = () => {
        const found = problemsOf({ objects }).join('');
        assert.match(found, /too many or too large \(1000 characters, 3000 steps\); shorten them/);
      };
      assertCheap(60, () => cost(work), pattern);
    }
  });
});
