// `*` and `?` in keys and in comparisons, as github.com/tidwall/match has them.
import type { Steps } from '../steps.ts';

/** `?` is any one character, `*` any number of them; a backslash makes either literal. */
export function isMatch(text: string, pattern: string, steps: Steps): boolean {
  const signs = readPattern(pattern);
  const characters = [...text];
  steps.take(characters.length + signs.length);
  let at = 0;
  let sign = 0;
  /** Where to retry if the rest after the last star does not fit: one character later. */
  let star = -1;
  let restart = 0;
  while (at < characters.length) {
    steps.take();
    const one = signs[sign];
    if (one === ANY) {
      star = sign;
      restart = at;
      sign += 1;
    } else if (one !== undefined && (one === ONE || one === characters[at])) {
      at += 1;
      sign += 1;
    } else if (star !== -1) {
      restart += 1;
      at = restart;
      sign = star + 1;
    } else return false;
  }
  while (signs[sign] === ANY) sign += 1;
  return sign === signs.length;
}

const ANY = Symbol('*');
const ONE = Symbol('?');

function readPattern(pattern: string): (string | symbol)[] {
  const signs: (string | symbol)[] = [];
  let isEscaped = false;
  for (const char of pattern) {
    if (char === '\\' && !isEscaped) {
      isEscaped = true;
      continue;
    }
    signs.push(isEscaped || (char !== '*' && char !== '?') ? char : char === '*' ? ANY : ONE);
    isEscaped = false;
  }
  return signs;
}
