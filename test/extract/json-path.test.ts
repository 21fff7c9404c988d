// jsonPath against the JSONPath Compliance Test Suite (cases/json-path.json: cts.json of
// github.com/jsonpath-standard/jsonpath-compliance-test-suite as npm's jsonpath-rfc9535 1.3.0 has it, BSD-2-Clause).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BadExpression } from '../../src/extract/cursor.ts';
import { selectValues } from '../../src/extract/json-path/evaluate.ts';
import { parseJsonPath } from '../../src/extract/json-path/parse.ts';
import { Steps } from '../../src/extract/steps.ts';
import { parseValue, toJson, type Value } from '../../src/extract/value.ts';
import { PATTERNS } from '../../src/patterns.ts';

interface Case {
  readonly name: string;
  readonly selector: string;
  readonly document?: unknown;
  readonly result?: readonly unknown[];
  readonly results?: readonly (readonly unknown[])[];
  readonly invalid_selector?: true;
}

const FILE = join(import.meta.dirname, 'cases/json-path.json');
const { tests } = JSON.parse(readFileSync(FILE, 'utf8')) as { readonly tests: readonly Case[] };
/** A pattern that is not written out. */
const OF_DATA_PATTERN = /\$\.regex|value\(\$\.\.\['regex'\]\)/;

function select(selector: string, document: string, most = 100_000): string {
  const steps = new Steps(most);
  const query = parseJsonPath(selector);
  return toJson(selectValues(query, parseValue(document, steps) as Value, steps), steps);
}

describe('jsonPath', () => {
  before(() => PATTERNS.load());

  describe('the compliance test suite', () => {
    for (const { name, selector, document, result, results, invalid_selector: isInvalid } of tests) {
      if (isInvalid || OF_DATA_PATTERN.test(selector)) {
        it(`${name}: refuses ${JSON.stringify(selector)}`, () =>
          assert.throws(() => parseJsonPath(selector), BadExpression));
        continue;
      }
      it(`${name}: ${JSON.stringify(selector)}`, () => {
        const selected = JSON.parse(select(selector, JSON.stringify(document)));
        if (results === undefined) assert.deepEqual(selected, result);
        else
          assert.ok(
            results.some((one) => JSON.stringify(one) === JSON.stringify(selected)),
            JSON.stringify(selected),
          );
      });
    }
    it('is all there', () => assert.equal(tests.length, 687));
  });

  it('compares numbers by all their digits, and by what they are worth', () => {
    const document = '[{"id":12345678901234567890,"a":1},{"id":12345678901234567891,"a":2},{"id":1.10,"a":3}]';
    assert.equal(select('$[?@.id == 12345678901234567891].a', document), '[2]');
    assert.equal(select('$[?@.id >= 12345678901234567890.5].a', document), '[2]');
    assert.equal(select('$[?@.id == 11e-1].id', document), '[1.10]');
  });

  for (const [expression, problem] of [
    ['db.password', 'at character 1: a JSONPath starts with $; "$" is expected'],
    ['$.db.', 'at its end: a name or "*" is expected; a name of other characters goes in brackets: ["a-b"]'],
    ['$.a-b', 'at character 4: a name, ".", ".." or "[" is expected'],
    ['$[a]', 'at character 3: a name in quotes, a number, "*", ":" or "?" is expected'],
    ['$["a"', 'at its end: "," or "]" is expected'],
    ['$["a]', 'at its end: the closing quote is missing'],
    ['$[?@.a == b]', 'at character 11: a path, a text in quotes, a number, true, false or null is expected'],
    ['$[?@.*==1]', 'at character 4: a path that may select several values is not compared'],
    ['$[?"a"]', 'at character 4: what is no path is compared with something'],
    ['$[?keys(@)==1]', 'at character 4: unknown function "keys"; there are length, count, value, match and search'],
    [
      '$[?match(@.a, $.b)]',
      'at character 15: the pattern of match() is a text in quotes; one out of the data could take any time',
    ],
    ['$[?search(@.a, "a") == true]', 'at character 21: "," or "]" is expected'],
    ['$[?1 == search(@.a, "a")]', 'at character 9: search() is true or false, and no value; write it alone'],
    ['$[?match(@.*, "a")]', 'at character 10: a path that may select several values is not compared'],
    [`$[?${'('.repeat(100)}@.a${')'.repeat(100)}]`, 'at character 53: there are more than 50 levels'],
  ] as const)
    it(`says what is wrong with ${expression.slice(0, 30)}`, () =>
      assert.throws(() => parseJsonPath(expression), { message: problem }));

  it('matches patterns as I-Regexp has them, in steps', () => {
    const document = JSON.stringify(['a.b', 'a\rb', 'a\nb', 'xa.bx', 'A.B']);
    assert.equal(select('$[?match(@, "a.b")]', document), '["a.b"]');
    assert.equal(select('$[?search(@, "a.b")]', document), '["a.b","xa.bx"]');
    assert.equal(select('$[?match(@, "a[.]b|A.B")]', document), '["a.b","A.B"]');
    const long = JSON.stringify(['a'.repeat(20_000)]);
    assert.equal(select('$[?match(@, "(a|a)*b")]', long), '[]');
    assert.throws(() => select('$[?match(@, "(a{1,50}){1,10}b")]', long), {
      message: 'an expression takes too many steps',
    });
  });

  it('ends when it takes too many steps', () => {
    const nested = `${'['.repeat(400)}1${']'.repeat(400)}`;
    const wide = JSON.stringify(Array(2_000).fill({ a: 'x' }));
    for (const [expression, document] of [
      ['$..[?$..[?$..*]]', nested],
      ['$..*..*..*..*', nested],
      ['$[?$[?$[?@.a != "x"]]]', wide],
      ['$[?count($..*) == 1]', wide],
      [`$[${Array(800).fill('*').join()}]`, wide],
    ] as const)
      assert.throws(() => select(expression, document), { message: 'an expression takes too many steps' }, expression);
  });
});
