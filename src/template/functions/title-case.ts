// Words with a capital first letter, as Go's golang.org/x/text/cases finds words: `o'neil` is one, `mc-donald` two.
import { titleRune } from './runes.ts';

const PART = '[\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Cf}]';
/** Between letters these belong to the word. */
const BETWEEN = "['.:·‘’․﹒＇]";
const WORD = new RegExp(`${PART}+(?:(?<=[\\p{L}\\p{M}])${BETWEEN}(?=\\p{L})${PART}+)*`, 'gu');
const CASED = /\p{Cased}/u;

export function titleCase(text: string): string {
  return text.toWellFormed().replace(WORD, (word) => word.replace(CASED, titled));
}

function titled(char: string): string {
  const rune = titleRune(char);
  if (rune !== char) return rune;
  const [first = '', ...rest] = char.toUpperCase();
  return first + (CASED.test(first) ? rest.join('').toLowerCase() : rest.join(''));
}
