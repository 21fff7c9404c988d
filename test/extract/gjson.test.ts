// gjson against gjson itself (cases/gjson.json: what github.com/tidwall/gjson v1.20.2 answered; its documents and many of
// its paths are of that project's SYNTAX.md, MIT).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BadExpression } from '../../src/extract/cursor.ts';
import { checkGjson } from '../../src/extract/gjson/check.ts';
import { getValue } from '../../src/extract/gjson/evaluate.ts';
import { Steps } from '../../src/extract/steps.ts';
import { parseValue, toJson, type Value } from '../../src/extract/value.ts';

interface Cases {
  readonly documents: readonly unknown[];
  readonly cases: readonly { readonly document: number; readonly path: string; readonly result?: unknown }[];
}

const FILE = join(import.meta.dirname, 'cases/gjson.json');

function get(path: string, document: string, most = 100_000): string | undefined {
  checkGjson(path);
  const steps = new Steps(most);
  const found = getValue(path, parseValue(document, steps) as Value, steps);
  return found === undefined ? undefined : toJson(found, steps);
}

describe('gjson', () => {
  const { documents, cases } = JSON.parse(readFileSync(FILE, 'utf8')) as Cases;
  it('was tried with all cases', () => assert.equal(cases.length, 459));

  for (const { document, path, result } of cases)
    it(`answers ${JSON.stringify(path)} in document ${document} as gjson does`, () => {
      const found = get(path, JSON.stringify(documents[document]));
      assert.deepEqual(found === undefined ? undefined : JSON.parse(found), result);
    });

  /** gjson goes on with nothing, and makes an empty list or text of it. */
  for (const path of ['missing.@keys', 'missing|@values', 'missing.@tostr', 'missing|@this'])
    it(`has nothing for ${path}, where a key is missing`, () => assert.equal(get(path, '{"a":1}'), undefined));

  for (const [path, problem] of [
    [
      '{a,b}',
      'at character 1: multipaths are not available; write jmesPath: {a: x, b: y}, or \\{ for a key that starts so',
    ],
    [
      'a.[b,c]',
      'at character 3: multipaths are not available; write jmesPath: {a: x, b: y}, or \\[ for a key that starts so',
    ],
    ['a.@pretty', 'at character 3: the modifier @pretty is not available; files are written in one form; leave it out'],
    [
      '@ugly',
      'at character 1: the modifier @ugly is not available; files are written in one form already; leave it out',
    ],
    ['a|@join', 'at character 3: the modifier @join is not available; write jmesPath with merge()'],
    ['@group', 'at character 1: the modifier @group is not available; write jmesPath with a map of lists'],
    ['@dig:a', 'at character 1: the modifier @dig is not available; write jsonPath with ..'],
    ['a.@flatten:{"deep":true}', 'at character 3: arguments of modifiers ("@flatten:") are not available'],
    ['!"x"', 'at character 1: literals are not available; a key that starts with ! is written \\!'],
    ['..#.a', 'at character 1: lines of JSON are no value of a secret; a path starts with a key'],
    ['a.#(b=="x"', 'at character 3: #( is not closed'],
    ['a.#[b=="x"]', 'at character 3: a query is written #(...)'],
    [
      'a.#(b.@pretty=="x")',
      'at character 7: the modifier @pretty is not available; files are written in one form; leave it out',
    ],
    [`a.${'#('.repeat(60)}b${')'.repeat(60)}`, 'at character 103: there are more than 50 levels'],
  ] as const)
    it(`refuses ${path.slice(0, 30)} by name`, () => assert.throws(() => checkGjson(path), { message: problem }));

  it('takes for keys what is escaped, and a modifier that gjson does not have either', () => {
    const document = '{"{a}":1,"!b":2,"@pretty":3,"@mine":4,"a.b":{"c|d":5}}';
    assert.equal(get('\\{a}', document), '1');
    assert.equal(get('\\!b', document), '2');
    assert.equal(get('\\@pretty', document), '3');
    assert.equal(get('@mine', document), '4');
    assert.equal(get('a\\.b.c\\|d', document), '5');
  });

  it('compares numbers by all their digits', () => {
    const document = '[{"id":12345678901234567890,"a":1},{"id":12345678901234567891,"a":2}]';
    assert.equal(get('#(id==12345678901234567891).a', document), '2');
    assert.equal(get('#(id>12345678901234567890)#.id', document), '[12345678901234567891]');
  });

  it('throws nothing but that a path is bad or takes too many steps', () => {
    assert.throws(() => checkGjson('a.#('), BadExpression);
    const list = JSON.stringify(Array(3_000).fill({ a: Array(30).fill(1) }));
    assert.throws(() => get('#(a.#(==2)#).a.#(a)#', list, 50_000), { message: 'an expression takes too many steps' });
    const keys = JSON.stringify(
      Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`${'a'.repeat(300)}${i}`, 1])),
    );
    assert.throws(() => get('*a*a*a*a*a*b', keys, 100_000), { message: 'an expression takes too many steps' });
  });
});
