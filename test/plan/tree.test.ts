import assert from 'node:assert/strict';
import { PATTERNS } from '../../src/patterns.ts';
import { objectWith, plan, problemsOf } from './request.ts';

describe('tree', () => {
  before(() => PATTERNS.load());

  const of = (fields: string) => {
    const { source, reads } = objectWith(fields);
    return source.kind === 'tree' ? [source.depth, source.limit, source.engine, reads.length] : undefined;
  };

  it('has a depth and a limit, and may say which engine it is', () => {
    assert.deepEqual(of('tree: all'), [3, 100, undefined, 0]);
    assert.deepEqual(of('tree: {depth: 1, limit: 1000}'), [1, 1000, undefined, 0]);
    assert.deepEqual(of('tree: {mount: /team/kv/, version: 1}'), [3, 100, { mount: 'team/kv', version: 1 }, 0]);
  });

  it('is asked for nothing before it is mounted', () => {
    const { reads } = plan({
      objects: '- {objectName: a, secretPath: secret/a, tree: all}\n- {objectName: b, secretPath: p}',
    });
    assert.deepEqual(
      reads.map(({ path }) => path),
      ['p'],
    );
  });

  const problems: readonly (readonly [fields: string, problem: string])[] = [
    ['tree: 3', 'tree is "3"; write "all", or a map with depth and limit'],
    ['tree: {}', 'tree is an empty map; write "all", or a map with depth and limit'],
    ['tree: {dept: 3}', 'tree has no field "dept"; did you mean "depth"?'],
    ['tree: {depth: 11}', 'tree: depth is no whole number from 1 to 10; write one without quotes'],
    ['tree: {depth: "3"}', 'tree: depth is no whole number from 1 to 10; write one without quotes'],
    ['tree: {limit: 0}', 'tree: limit is no whole number from 1 to 1000; write one without quotes'],
    ['tree: {mount: kv}', 'tree: mount and version of the KV engine belong together; write both or neither'],
    ['tree: {mount: kv, version: 3}', 'tree: version is no whole number from 1 to 2; write one without quotes'],
    ['tree: {mount: [kv], version: 2}', 'tree: mount is a list; write a text'],
    ['find: all', 'find is "all"; write a map with name, an expression, or tags'],
    ['find: {depth: 2}', 'find has neither name nor tags; write one, or tree: all for all secrets'],
    ['find: {name: "(a"}', 'name: "(a" is no RE2 expression: missing closing ) "(a"'],
    ['find: {name: [a]}', 'find: name is a list; write a text'],
    ['find: {tags: a}', 'find: tags is text; write a map of 1 to 20 names and values'],
    ['find: {name: ""}', 'find: name is empty; write an expression, or leave name out'],
    ['find: {name: "", tags: {a: b}}', 'find: name is empty; write an expression, or leave name out'],
    ['find: {tags: {a: ~}}', 'find: tag "a" is nothing; write a text'],
    ['find: {tags: {a: [b]}}', 'find: tag "a" is a list; write a text'],
    ['find: {name: a, tag: b}', 'find has no field "tag"; did you mean "tags"?'],
    ['find: {name: a}, tree: all', 'tree does not go with find; remove one'],
    ['find: {name: a}, secretKey: k', 'secretKey does not go with find; remove one'],
    ['tree: all, method: POST', 'method does not go with tree; remove one'],
    ['tree: all, keys: all', 'keys does not go with tree; remove one'],
    ['tree: all, secretKey: k', 'secretKey does not go with tree; remove one'],
  ];
  for (const [fields, problem] of problems)
    it(`refuses ${fields}`, () => {
      const found = problemsOf({ objects: `- {objectName: a, secretPath: p, ${fields}}` });
      assert.deepEqual(found, [`- objects line 1, object "a": ${problem}`]);
    });

  it('may be of what is found', () => {
    const { source } = objectWith('find: {name: "-db$", tags: {app: shop, tier: 1}, limit: 5}');
    assert.ok(source.kind === 'tree');
    assert.deepEqual(source.wanted, {
      name: '-db$',
      tags: [
        ['app', 'shop'],
        ['tier', '1'],
      ],
    });
    assert.deepEqual([source.depth, source.limit], [3, 5]);
  });

  it('takes no query', () => {
    assert.deepEqual(problemsOf({ objects: '- {objectName: a, secretPath: "p?version=1", tree: all}' }), [
      '- objects line 1, object "a": secretPath of a tree takes no query after "?"; remove it',
    ]);
  });
});
