// The one kind of error that leaves this room. Its text is Go's, with the place in the template, and holds no value: where
// Go prints one, the value's type stands. A column counts bytes from 0, as Go's does.
import { type SafeText, safe } from './safe-text.ts';
import { byteLength } from './text.ts';

/** Syntax error, error while rendering, `memory` used up, or another limit reached. */
export type TemplateErrorKind = 'parse' | 'execute' | 'limit' | 'memory';

export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  override readonly message: SafeText;
  readonly kind: TemplateErrorKind;
  /** From 1. Undefined if it is not about a place. */
  readonly line: number | undefined;
  /** Undefined for what the parser found: it knows the line only. */
  readonly column: number | undefined;

  constructor(kind: TemplateErrorKind, message: SafeText, line?: number, column?: number) {
    super();
    this.kind = kind;
    this.message = message;
    this.line = line;
    this.column = column;
  }
}

/** Longest excerpt of the template in an error. */
const MAX_EXCERPT = 1_000;

export function excerpt(text: string): SafeText {
  const shown = text.length <= MAX_EXCERPT ? text : `${text.slice(0, MAX_EXCERPT)}...`;
  return safe(shown.toWellFormed());
}

export function placeOf(text: string, position: number): { line: number; column: number } {
  const lineStart = text.lastIndexOf('\n', position - 1) + 1;
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < position; at = text.indexOf('\n', at + 1)) line += 1;
  return { line, column: byteLength(text.slice(position === 0 ? 0 : lineStart, position)) };
}
