// jmesPath against JMESPath's own compliance tests (cases/jmes-path/: the folder `compliance` of
// github.com/jmespath/go-jmespath v0.4.0, Apache-2.0).
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BadExpression } from '../../src/extract/cursor.ts';
import { search } from '../../src/extract/jmes-path/evaluate.ts';
import { parseJmesPath } from '../../src/extract/jmes-path/parse.ts';
import { NotApplicable } from '../../src/extract/not-applicable.ts';
import { Steps } from '../../src/extract/steps.ts';
import { parseValue, toJson, type Value } from '../../src/extract/value.ts';

interface Suite {
  readonly given: unknown;
  readonly cases: readonly { readonly expression: string; readonly result?: unknown; readonly error?: string }[];
}

const FOLDER = join(import.meta.dirname, 'cases/jmes-path');

function find(expression: string, document: string, most = 100_000): string {
  const steps = new Steps(most);
  const query = parseJmesPath(expression);
  return toJson(search(query, parseValue(document, steps) as Value, steps), steps);
}

describe('jmesPath', () => {
  let count = 0;
  for (const file of readdirSync(FOLDER)) {
    describe(`the compliance tests of ${file}`, () => {
      for (const { given, cases } of JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as readonly Suite[]) {
        const document = JSON.stringify(given);
        for (const { expression, result, error } of cases) {
          count += 1;
          const shown = JSON.stringify(expression);
          if (error !== undefined) {
            it(`refuse ${shown}: ${error}`, () =>
              assert.throws(
                () => find(expression, document),
                (thrown) => thrown instanceof BadExpression || thrown instanceof NotApplicable,
              ));
          } else it(`answer ${shown}`, () => assert.deepEqual(JSON.parse(find(expression, document)), result));
        }
      }
    });
  }
  it('was tried with all of them', () => assert.equal(count, 862));

  it('keeps all digits of numbers: compared, added, rounded, written', () => {
    const document = '{"a":[12345678901234567890,12345678901234567891,0.10],"b":1.10}';
    for (const [expression, result] of [
      ['a[?@ > `12345678901234567890`]', '[12345678901234567891]'],
      ['a[0] == `12345678901234567891`', 'false'],
      ['a[2] == `1e-1`', 'true'],
      ['sum(a)', '24691357802469135781.1'],
      ['max(a)', '12345678901234567891'],
      ['sort(a)', '[0.10,12345678901234567890,12345678901234567891]'],
      ['abs(`-12345678901234567890`)', '12345678901234567890'],
      ['ceil(`12345678901234567890.5`)', '12345678901234567891'],
      ['floor(`-0.5`)', '-1'],
      ['b', '1.10'],
      ['to_string(b)', '"1.10"'],
      ["to_number('1.10')", '1.10'],
      ['{x: a[0], y: b}', '{"x":12345678901234567890,"y":1.10}'],
    ] as const)
      assert.equal(find(expression, document), result, expression);
  });

  for (const [expression, problem] of [
    ['a.', 'at its end: a name, "*", "[" or "{" is expected'],
    ['a b', 'at character 3: an operator is expected'],
    ['a[b]', 'at character 3: a number, ":" or "*" is expected'],
    ['a-b', 'at character 2: "-" means nothing'],
    ["'a", "at character 1: the closing ' is missing"],
    ['`a`', "at character 1: what stands between ` and ` is JSON; a text is written 'so'"],
    ['lenght(a)', 'at character 1: unknown function "lenght"; did you mean "length"?'],
    ['length(a, b)', 'at character 1: length() takes 1 argument, not 2'],
    ['merge()', 'at character 1: merge() takes at least 1 argument, not 0'],
    ['sort_by(a, b)', 'at character 1: sort_by() takes argument 2 with & before it'],
    ['&a', 'at character 1: & stands before an argument of a function, nowhere else'],
    ['a[::0]', 'at character 6: a step of 0 goes nowhere'],
    [`${'('.repeat(100)}a`, 'at character 51: there are more than 50 levels'],
  ] as const)
    it(`says what is wrong with ${expression.slice(0, 30)}`, () =>
      assert.throws(() => parseJmesPath(expression), { message: problem }));

  it('says what an expression does not fit, and nothing of the value', () => {
    assert.throws(() => find('abs(a)', '{"a":"hunter2"}'), {
      message: 'abs() takes number as argument 1, and it is string',
    });
    assert.throws(() => find('sort(@)', '["hunter2",1]'), {
      message: 'sort() takes a list of numbers or a list of strings, not of both or of anything else',
    });
    assert.throws(() => find('sum(@)', '[1e900]'), { message: 'sum() takes no numbers of so many digits' });
    assert.throws(() => find('avg(@)', '[1e300,1e308,1e308]'), NotApplicable);
  });

  it('ends when it takes too many steps', () => {
    const wide = JSON.stringify(Array(3_000).fill({ a: 'x'.repeat(100) }));
    for (const expression of [
      `@${' | [@,@]'.repeat(40)}`,
      `[*].a | join('', @)${" | join('', [@,@])".repeat(40)}`,
      `[*].a${' | sort(@)'.repeat(20)}`,
      '[?`1` == `1`][].{a: a, b: a}[].*[].*',
      `{a: @}${' | merge(@, {b: @})'.repeat(40)} | to_string(@)`,
      `@${' | [*].[@,@][]'.repeat(30)}`,
    ])
      assert.throws(() => find(expression, wide), { message: 'an expression takes too many steps' }, expression);
  });
});
