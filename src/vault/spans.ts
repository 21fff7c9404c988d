// Spans of a text that must not be shown, and the text without them.

/** From the first character to the one after the last. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

const REDACTED = '[redacted]';

export function spansOf(text: string, expression: RegExp): Span[] {
  return Array.from(text.matchAll(expression), ({ index, 0: { length } }) => ({ start: index, end: index + length }));
}

export function spansOfText(text: string, sought: string): Span[] {
  const spans: Span[] = [];
  for (let at = text.indexOf(sought); at >= 0; at = text.indexOf(sought, at + sought.length))
    spans.push({ start: at, end: at + sought.length });
  return spans;
}

/** The first `length` characters, without any part of a span. */
export function beginningWithout(text: string, spans: readonly Span[], length: number): string {
  let shown = '';
  let at = 0;
  for (const { start, end } of spans.toSorted((a, b) => a.start - b.start)) {
    if (start >= length) break;
    if (start >= at) shown += text.slice(at, start) + REDACTED;
    at = Math.max(at, end);
  }
  return shown + text.slice(at, Math.max(at, length));
}
