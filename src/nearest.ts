// "Did you mean": the known word nearest to a misspelt one. Letter case costs nothing, a slip of the finger
// (a wrong, missing, extra or swapped letter) costs one.

/** Longer words are no misspelling. */
const LONGEST_WORD = 64;
/** Slips in a short word and in one of six letters and more: beyond them it is another word. */
const MOST_SLIPS_SHORT = 1;
const MOST_SLIPS = 2;
const SHORT_WORD = 6;

const BEYOND_ASCII = /[^\0-\x7f]/;
/** A text is at most so many times shorter when composed. */
const MOST_UNITS = 4;

/**
 * The nearest of `known`, or undefined if none is near. The first of several that are equally near. Whether a letter is
 * composed costs nothing: it does not show.
 */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  if (word.length > LONGEST_WORD) return undefined;
  const sought = plain(word);
  let best: string | undefined;
  // At least one letter must match.
  let most = Math.min(sought.length - 1, sought.length < SHORT_WORD ? MOST_SLIPS_SHORT : MOST_SLIPS);
  for (const candidate of known) {
    if (most < 0) break;
    if (candidate.length > MOST_UNITS * LONGEST_WORD) continue;
    // Skip most candidates cheaply, by length.
    if (Math.abs(candidate.length - sought.length) > most && !BEYOND_ASCII.test(candidate)) continue;
    const compared = plain(candidate);
    if (Math.abs(compared.length - sought.length) > most) continue;
    const slips = countSlips(sought, compared, most);
    if (slips > most) continue;
    best = candidate;
    most = slips - 1;
  }
  return best;
}

function plain(word: string): string {
  const lower = word.toLowerCase();
  return BEYOND_ASCII.test(lower) ? lower.normalize('NFC') : lower;
}

/**
 * Edit distance with swaps of neighbours (optimal string alignment), with three rows in memory. Returns some number above
 * `most` if the distance exceeds it: only cells near the diagonal are computed, and a row above `most` ends the count.
 */
function countSlips(a: string, b: string, most: number): number {
  const beyond = most + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: Math.min(b.length, most) + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current: number[] = [];
    let least = beyond;
    const end = Math.min(b.length, row + most);
    for (let column = Math.max(0, row - most); column <= end; column++) {
      const isSame = a[row - 1] === b[column - 1];
      let slips =
        column === 0
          ? row
          : Math.min((last[column - 1] ?? beyond) + (isSame ? 0 : 1), (current[column - 1] ?? beyond) + 1);
      slips = Math.min(slips, (last[column] ?? beyond) + 1);
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1])
        slips = Math.min(slips, (beforeLast[column - 2] ?? beyond) + 1);
      current[column] = slips;
      least = Math.min(least, slips);
    }
    if (least > most) return beyond;
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? beyond;
}
