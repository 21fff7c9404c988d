// The order of keys that Go's yaml.v2 writes: letters after other characters, numbers in names by their size.

const LETTER = /^\p{L}$/u;
const DIGIT = /^\d$/;
/** Longer numbers overflow in Go; no real key has them. */
const MAX_DIGITS = 40;

export function compareYamlKeys(left: string, right: string): number {
  const [a, b] = [[...left], [...right]];
  const length = Math.min(a.length, b.length);
  let at = 0;
  while (at < length && a[at] === b[at]) at += 1;
  if (at === length) return a.length - b.length;
  const [charA, charB] = [a[at] as string, b[at] as string];
  const [isLetterA, isLetterB] = [LETTER.test(charA), LETTER.test(charB)];
  if (isLetterA && isLetterB) return codeOf(charA) - codeOf(charB);
  if (isLetterA || isLetterB) return isLetterB ? -1 : 1;
  const [numberA, endA] = numberAt(a, at, charA, charB);
  const [numberB, endB] = numberAt(b, at, charA, charB);
  if (numberA !== numberB) return numberA < numberB ? -1 : 1;
  if (endA !== endB) return endA - endB;
  return codeOf(charA) - codeOf(charB);
}

/** The number whose digits start here, and where it ends. A zero within a number counts: `10` is more than `1`. */
function numberAt(chars: readonly string[], at: number, charA: string, charB: string): [bigint, number] {
  let end = at;
  while (end < chars.length && DIGIT.test(chars[end] as string)) end += 1;
  const isWithin = (charA === '0' || charB === '0') && hasNumberBefore(chars, at);
  const digits = chars.slice(at, Math.min(end, at + MAX_DIGITS)).join('');
  return [BigInt.asIntN(64, BigInt(`${isWithin ? 1 : 0}${digits}`)), end];
}

function hasNumberBefore(chars: readonly string[], at: number): boolean {
  for (let before = at - 1; before >= 0 && DIGIT.test(chars[before] as string); before -= 1) {
    if (chars[before] !== '0') return true;
  }
  return false;
}

function codeOf(char: string): number {
  return char.codePointAt(0) as number;
}
