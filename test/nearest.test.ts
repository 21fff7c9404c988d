// The nearest known word, against the whole table of distances that it need not make.
import assert from 'node:assert/strict';
import { nearest } from '../src/nearest.ts';
import { Random } from './plan/random.ts';

/** Optimal string alignment, every cell of it. */
function distance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, row) => [row, ...Array<number>(b.length).fill(0)]);
  const at = (row: number, column: number) => rows[row]?.[column] ?? 0;
  for (let column = 0; column <= b.length; column++) (rows[0] ?? [])[column] = column;
  for (let row = 1; row <= a.length; row++) {
    for (let column = 1; column <= b.length; column++) {
      const isSame = a[row - 1] === b[column - 1];
      let least = Math.min(
        at(row - 1, column - 1) + (isSame ? 0 : 1),
        at(row - 1, column) + 1,
        at(row, column - 1) + 1,
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1])
        least = Math.min(least, at(row - 2, column - 2) + 1);
      (rows[row] ?? [])[column] = least;
    }
  }
  return at(a.length, b.length);
}

/** By the words of nearest.ts: one slip in a short word, two in another, and fewer than it has letters. */
function expected(word: string, known: readonly string[]): string | undefined {
  let best: readonly [slips: number, word: string] | undefined;
  for (const candidate of known) {
    const slips = distance(word, candidate);
    const isNear = slips <= (word.length < 6 ? 1 : 2) && slips < word.length;
    if (isNear && (best === undefined || slips < best[0])) best = [slips, candidate];
  }
  return best?.[1];
}

describe('nearest', () => {
  it('is the word that the whole table of distances would choose', () => {
    const random = new Random(7);
    const word = () => Array.from({ length: random.below(10) }, () => random.pick(['a', 'b', 'c'])).join('');
    let found = 0;
    for (let round = 0; round < 20_000; round++) {
      const [sought, known] = [word(), Array.from({ length: random.below(5) }, word)];
      const near = nearest(sought, known);
      if (near !== undefined) found += 1;
      assert.equal(near, expected(sought, known), JSON.stringify([sought, known]));
    }
    assert.ok(found > 1_000, `${found}`);
  });

  it('takes no notice of letter case', () => assert.equal(nearest('PASSWROD', ['Password']), 'Password'));

  it('is none for a word that nobody writes by hand', () =>
    assert.equal(nearest('k'.repeat(65), ['k'.repeat(65)]), undefined));
});
