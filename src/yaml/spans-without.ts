// The spans to cut from a text to remove fields of a map, with their separators: line breaks in block style, commas in
// flow style.
import type { Span, WrittenNode } from './written.ts';

interface Part extends Span {
  readonly isGone: boolean;
}

/** Undefined if no field would be left, because the rest would not be a map. */
export function spansWithout(text: string, map: WrittenNode, names: ReadonlySet<string>): readonly Span[] | undefined {
  const parts = map.fields().map(({ name, key, value }) => {
    const end = value?.end ?? text.indexOf(':', key.end) + 1;
    return { start: key.start, end, isGone: names.has(name) };
  });
  const last = parts.findLastIndex(({ isGone }) => !isGone);
  if (last === -1) return undefined;
  if (map.isFlow) return spansInFlow(parts, last);
  return parts.flatMap((part, index) => (part.isGone ? [lines(text, part, parts[index + 1])] : []));
}

/** All fields after the last one that stays become one span, which starts at the end of that one. */
function spansInFlow(parts: readonly Part[], last: number): readonly Span[] {
  const spans = parts
    .slice(0, last)
    .flatMap(({ start, isGone }, index) => (isGone ? [{ start, end: parts[index + 1]?.start ?? start }] : []));
  const [from, to] = [parts[last]?.end ?? 0, parts.at(-1)?.end ?? 0];
  return last === parts.length - 1 ? spans : [...spans, { start: from, end: to }];
}

/** Whole lines, unless a dash precedes the field: then up to the next field, which moves behind the dash. */
function lines(text: string, { start, end }: Part, next: Part | undefined): Span {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  if (text.slice(lineStart, start).trim() !== '') return { start, end: next?.start ?? end };
  const newline = text.indexOf('\n', end);
  return { start: lineStart, end: newline === -1 ? text.length : newline + 1 };
}
