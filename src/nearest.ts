// "Did you mean": the known word nearest to a misspelt one. Letter case costs nothing, a slip of the finger
// (a wrong, missing, extra or swapped letter) costs one.

/** Longer words are no misspelling, and the comparison is quadratic in length. */
const LONGEST_WORD = 64;
/** Slips in a short word and in one of six letters and more: beyond them it is another word. */
const MOST_SLIPS_SHORT = 1;
const MOST_SLIPS = 2;
const SHORT_WORD = 6;

/** The nearest of `known`, or undefined where none is near. The first of several that are equally near. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  if (word.length > LONGEST_WORD) return undefined;
  let best: string | undefined;
  let bestSlips = 1 + (word.length < SHORT_WORD ? MOST_SLIPS_SHORT : MOST_SLIPS);
  for (const candidate of known) {
    if (Math.abs(candidate.length - word.length) >= bestSlips) continue;
    const slips = countSlips(word.toLowerCase(), candidate.toLowerCase());
    // A word that is all slips is not near to anything.
    if (slips >= bestSlips || slips >= word.length) continue;
    best = candidate;
    bestSlips = slips;
  }
  return best;
}

/** Edit distance with neighbouring swaps (optimal string alignment), three rows at a time. */
function countSlips(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const isSame = a[row - 1] === b[column - 1];
      let slips = Math.min(at(last, column - 1) + (isSame ? 0 : 1), at(last, column) + 1, at(current, column - 1) + 1);
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        slips = Math.min(slips, at(beforeLast, column - 2) + 1);
      }
      current.push(slips);
    }
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
