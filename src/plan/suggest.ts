// The end of a mistake's text where the word was probably another one.
import { nearest } from '../nearest.ts';
import { quote } from './quote.ts';

/** `, did you mean "x"?` or nothing. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const near = nearest(word, known);
  return near === undefined ? '' : `, did you mean ${quote(near)}?`;
}
