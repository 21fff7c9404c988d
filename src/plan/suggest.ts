// The end of a mistake's text where the word was probably another one.
import { codePointAt } from '../invisible.ts';
import { nearest } from '../nearest.ts';
import { quote } from './quote.ts';

/** Letters of other alphabets print like these. */
const BEYOND_ASCII = /[^\0-\x7f]/u;

/** `, did you mean "x"?` or nothing. Tells two words that print alike apart. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const near = nearest(word, known);
  if (near === undefined) return '';
  const at = near.search(BEYOND_ASCII) === -1 ? word.search(BEYOND_ASCII) : -1;
  const which = at === -1 ? '' : ` (its character ${at + 1} is ${codePointAt(word, at)})`;
  return `${which}, did you mean ${quote(near)}?`;
}
