// Checks a gjson path before use. What gjson has and we lack is refused by name, so that it is never read as a key.
import { quote } from '../../quote.ts';
import { BadExpression } from '../cursor.ts';
import { endOfQuery, MODIFIERS } from './path.ts';

/** What each of gjson's other modifiers does, and what replaces it here. */
const REFUSED: Readonly<Record<string, string>> = {
  pretty: 'files are written in one form; leave it out',
  ugly: 'files are written in one form already; leave it out',
  join: 'write jmesPath with merge()',
  group: 'write jmesPath with a map of lists',
  dig: 'write jsonPath with ..',
};
const MOST_LEVELS = 50;

/** @throws BadExpression */
export function checkGjson(path: string): void {
  checkPart(path, 0, path.length, 1);
}

/** @param from start of the path, or of one within a query */
function checkPart(text: string, from: number, to: number, level: number): void {
  const fail = (at: number, what: string): never => {
    throw new BadExpression(text, at, what);
  };
  if (level > MOST_LEVELS) fail(from, `there are more than ${MOST_LEVELS} levels`);
  if (text.startsWith('..', from) && from < to)
    fail(from, 'lines of JSON are no value of a secret; a path starts with a key');
  let isStart = true;
  for (let at = from; at < to; at += 1) {
    const char = text[at] as string;
    if (isStart) checkStart(text, at, to, fail);
    if (isStart && text.startsWith('#(', at)) {
      const length = endOfQuery(text.slice(at, to));
      if (length === -1) fail(at, '#( is not closed');
      checkPart(text, at + 2, startOfValue(text, at + 2, at + length), level + 1);
      at += length;
      isStart = false;
      continue;
    }
    isStart = char === '.' || char === '|';
    if (char === '\\') at += 1;
  }
}

function checkStart(text: string, at: number, to: number, fail: (at: number, what: string) => never): void {
  const char = text[at];
  if (text.startsWith('#[', at)) fail(at, 'a query is written #(...)');
  if (char === '{' || char === '[')
    fail(at, `multipaths are not available; write jmesPath: {a: x, b: y}, or \\${char} for a key that starts so`);
  if (char === '!') fail(at, 'literals are not available; a key that starts with ! is written \\!');
  if (char !== '@') return;
  const word = /^@([\w-]*)(:?)/.exec(text.slice(at, to));
  const [, name = '', argument = ''] = word ?? [];
  const instead = Object.hasOwn(REFUSED, name) ? REFUSED[name] : undefined;
  if (instead !== undefined) fail(at, `the modifier @${name} is not available; ${instead}`);
  const isKnown = MODIFIERS.some((one) => one === name);
  if (isKnown && argument !== '') fail(at, `arguments of modifiers (${quote(`@${name}:`)}) are not available`);
}

/** Index of a query's operator, or of the query's end. */
function startOfValue(text: string, from: number, to: number): number {
  let depth = 0;
  for (let at = from; at < to; at += 1) {
    const char = text[at] as string;
    if (depth === 0 && '!=<>%'.includes(char)) return at;
    if (char === '\\') at += 1;
    else if (char === '(') depth += 1;
    else if (char === ')') depth -= 1;
  }
  return to;
}
