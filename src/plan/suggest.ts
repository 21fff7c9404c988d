// The `did you mean` at the end of a problem's text.
import { describeDifference } from '../invisible.ts';
import { nearest } from '../nearest.ts';
import { quote } from '../quote.ts';

/** `; did you mean "x"?` or nothing. Tells two words that print alike apart. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const near = nearest(word, known);
  if (near === undefined) return '';
  return `${describeDifference(word, near)}; did you mean ${quote(near)}?`;
}
