// Why a text is no YAML, where its parser only knows where it gave up: an invisible character or a tab where spaces
// belong, or a field out of line with its object's others. Shows the name of a field, never its value.
import { codePointAt, INVISIBLE } from '../invisible.ts';
import type { Place } from './place.ts';
import { quote } from './quote.ts';

export interface SyntaxCause {
  readonly at: Place;
  readonly text: string;
}

const NO_SPACE = new RegExp(`\\t|${INVISIBLE.source}`, 'v');
/** What stands before a field: the indentation and the dash of an item. */
const LEAD = new RegExp(`^(?: |- |-(?=${INVISIBLE.source}))*`, 'v');
const FIELD = /^( *)([\w./-]+):(?:\s|$)/;
const ITEM = /^( *- +)[\w./-]+:(?:\s|$)/;
/** A field whose value stands on the lines below it, which are indented further. */
const OPENS = /:\s*(?:[|>][-+\d]*|[&!]\S+)?\s*(?:#.*)?$/;

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
  const lead = LEAD.exec(line)?.[0].length ?? 0;
  const afterName = /^[\w./-]+:/.exec(line.slice(lead))?.[0].length ?? 0;
  for (const index of [lead, lead + afterName]) {
    const char = line[index] ?? '';
    if (!NO_SPACE.test(char)) continue;
    const where = `${index === lead ? 'in the indentation' : 'after the ":"'}${shown(line.slice(index === lead ? lead : 0))}`;
    const at = { line: number, column: index + 1 };
    if (char === '\t') return { at, text: `a tab ${where}, use spaces` };
    return { at, text: `an invisible character (${codePointAt(char, 0)}) ${where}, write a space` };
  }
  return undefined;
}

/** ` of "secretPath:"`, or nothing where the line names no field. */
function shown(line: string): string {
  const name = /[\w./-]+:/.exec(line)?.[0];
  return name === undefined ? '' : ` of ${quote(name)}`;
}

function findOutOfLine(lines: readonly string[], line: number): SyntaxCause | undefined {
  let item = line - 1;
  while (item > 0 && !ITEM.test(lines[item] ?? '')) item--;
  const column = ITEM.exec(lines[item] ?? '')?.[1]?.length;
  if (column === undefined) return undefined;
  let opener = OPENS.test(lines[item] ?? '');
  for (let index = item + 1; index < lines.length; index++) {
    const field = FIELD.exec(lines[index] ?? '');
    const indent = field?.[1]?.length;
    if (indent === undefined || (indent > column && opener)) continue;
    if (indent !== column) {
      if (index + 1 < line - 1) return undefined;
      const text = `${quote(`${field?.[2]}:`)} is indented by ${indent}, the field above it by ${column}; align the fields of an object in one column`;
      return { at: { line: index + 1, column: indent + 1 }, text: `wrong indentation: ${text}` };
    }
    opener = OPENS.test(lines[index] ?? '');
  }
  return undefined;
}
