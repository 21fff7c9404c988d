// Finds the likely cause of a syntax error, because the parser knows only where it stopped: an invisible character or tab
// in the indentation or after a ":", or a field not aligned with the others of its object. Shows field names, never values.
import { codePointAt, describeInvisible } from '../invisible.ts';
import { quote } from '../quote.ts';
import type { Position } from './position.ts';

export interface SyntaxCause {
  readonly at: Position;
  readonly text: string;
}

const FIELD = /^( *)([\w./-]+):(?:\s|$)/;
const ITEM = /^( *- +)[\w./-]+:(?:\s|$)/;
const NAME_CHARACTER = /[\w./-]/;
/** With what a block scalar, an anchor, a tag or a comment begins. */
const BLOCK_STARTS = ['|', '>', '&', '!', '#'];

/** @param line where the parser gave up; the cause is there, or a line before or after. */
export function findSyntaxCause(text: string, line: number): SyntaxCause | undefined {
  const lines = text.split('\n', line + 1).map((one) => one.replace(/\r$/, ''));
  for (const number of [line - 1, line, line + 1]) {
    const cause = findNoSpace(lines[number - 1] ?? '', number);
    if (cause !== undefined) return cause;
  }
  return findOutOfLine(lines, line);
}

function findNoSpace(line: string, number: number): SyntaxCause | undefined {
  const lead = leadOf(line);
  const afterName = /^[\w./-]+:/.exec(line.slice(lead))?.[0].length ?? 0;
  for (const index of [lead, lead + afterName]) {
    const char = line[index] ?? '';
    if (!isNoSpace(char)) continue;
    const where = `${index === lead ? 'in the indentation' : 'after the ":"'}${shown(line.slice(index === lead ? lead : 0))}`;
    const at = { line: number, column: index + 1 };
    if (char === '\t') return { at, text: `a tab ${where}; use spaces` };
    return { at, text: `an invisible character (${codePointAt(char, 0)}) ${where}; write a space` };
  }
  return undefined;
}

/** ` of "secretPath:"`, or nothing if the line names no field. */
function shown(line: string): string {
  const end = line.indexOf(':');
  let start = end;
  while (start > 0 && NAME_CHARACTER.test(line[start - 1] ?? '')) start -= 1;
  // A ":" with no space after it may be part of a value.
  const after = line[end + 1];
  const isField = start < end && (after === undefined || after === ' ' || isNoSpace(after));
  return isField ? ` of ${quote(line.slice(start, end + 1))}` : '';
}

/** Length of the indentation and item dashes before a field. */
function leadOf(line: string): number {
  let at = 0;
  while (line[at] === ' ' || (line[at] === '-' && (line[at + 1] === ' ' || isInvisible(line[at + 1])))) at += 1;
  return at;
}

function isNoSpace(char: string): boolean {
  return char === '\t' || isInvisible(char);
}

function isInvisible(char = ''): boolean {
  return describeInvisible(char) !== undefined;
}

/** A field whose value stands on the lines below it, which are indented further. */
function opens(line: string): boolean {
  const colon = line.indexOf(':');
  const [first] = line.slice(colon + 1).trim();
  return colon !== -1 && (first === undefined || BLOCK_STARTS.includes(first));
}

function findOutOfLine(lines: readonly string[], line: number): SyntaxCause | undefined {
  let item = line - 1;
  while (item > 0 && !ITEM.test(lines[item] ?? '')) item--;
  const column = ITEM.exec(lines[item] ?? '')?.[1]?.length;
  if (column === undefined) return undefined;
  let opener = opens(lines[item] ?? '');
  for (let index = item + 1; index < lines.length; index++) {
    const field = FIELD.exec(lines[index] ?? '');
    const indent = field?.[1]?.length;
    if (indent === undefined || (indent > column && opener)) continue;
    if (indent !== column) {
      if (index + 1 < line - 1) return undefined;
      const text = `${quote(`${field?.[2]}:`)} is indented by ${indent}, the field above it by ${column}; align the fields of an object in one column`;
      return { at: { line: index + 1, column: indent + 1 }, text: `wrong indentation: ${text}` };
    }
    opener = opens(lines[index] ?? '');
  }
  return undefined;
}
