// How large an expression is, known before it is compiled: never less than the library's own count, and near it.
import assert from 'node:assert/strict';
import { RE2JS } from 're2js';
import { instructionsOf } from '../../../src/template/functions/regex-size.ts';
import { SPRIG } from '../../../src/template/functions/sprig.ts';
import { compile } from '../../../src/template/template.ts';
import { assertCheapAsync, cpuMs } from '../../harness/cpu-time.ts';

const ATOMS = [
  'a',
  '\\.',
  '[ab]',
  '[]a]',
  '[^]a]',
  '[(]',
  '[)]',
  '[a\\])(]',
  '[[:alpha:](]',
  '\\pL',
  '\\p{Greek}',
  '\\x{41}',
  '\\Q(a{9}\\E',
  '.',
  '^',
  '(?:)',
  '\\(',
  '日',
];
const AFTER = ['', '', '', '*', '+', '?', '*?', '{3}', '{2,}', '{0,4}', '{3,5}?', '{1}', '{0}'];

/** Of a seed. */
function* numbers(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    yield state / 0x80000000;
  }
}

function make(random: () => number, depth: number): string {
  const pick = (list: readonly string[]) => list[Math.floor(random() * list.length)] ?? '';
  const one = () => {
    if (depth === 0 || random() < 0.6) return pick(ATOMS);
    const inner = make(random, depth - 1);
    return pick(['(', '(?:', '(?P<n>', '(?i:']).concat(inner, ')');
  };
  const parts = Array.from({ length: 1 + Math.floor(random() * 4) }, () => `${one()}${pick(AFTER)}`);
  return parts.join(random() < 0.2 ? '|' : '');
}

describe('the size of an expression', () => {
  it('is no less than what is made of it', () => {
    const drawn = numbers(7);
    let compared = 0;
    for (let index = 0; index < 5_000; index += 1) {
      const pattern = make(() => drawn.next().value as number, 4);
      let size: number;
      try {
        size = RE2JS.compile(pattern).programSize();
      } catch {
        continue;
      }
      compared += 1;
      assert.ok(instructionsOf(pattern) >= size, `${pattern}: ${instructionsOf(pattern)} and ${size}`);
    }
    assert.ok(compared > 3_000, `${compared}`);
  });

  it('is small for what people write', () => {
    const usual = [
      '^[0-9]{1,3}(\\.[0-9]{1,3}){3}$',
      '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}',
      '(?i)^[a-z0-9._%+-]{1,64}@[a-z0-9.-]{1,255}\\.[a-z]{2,63}$',
      '-----BEGIN [A-Z ]{1,40}-----[^-]*-----END [A-Z ]{1,40}-----',
    ];
    for (const pattern of usual) assert.ok(instructionsOf(pattern) < 2_000, pattern);
  });

  it('and that of a text bound what one search keeps the process busy with', async () => {
    const text = 'a'.repeat(1_000_000);
    for (const pattern of ['(a|aa)+$', '\\\\w+\\\\d$', '(?i)A+z$', '(a*)*b']) {
      const measure = async () => {
        const before = cpuMs();
        await compile(`{{ regexFind "${pattern}" . }}`, { functions: SPRIG })
          .render(text)
          .catch((thrown: Error) => assert.match(thrown.message, /exceeded maximum/));
        return cpuMs() - before;
      };
      await measure();
      await assertCheapAsync(60, measure, pattern);
    }
  });
});
