// Maps a position in a scalar's text (`objects`) to the file, if its style permits: literal blocks (`|`) line by line,
// double-quoted texts by their escapes. For other styles it is the scalar's own position.

import type { YamlNode } from '../yaml/node.ts';
import type { Position } from '../yaml/position.ts';

/** @param written the lines that `holder.at` counts. */
export function positionInText(written: readonly string[], holder: YamlNode, at: Position): Position {
  if (holder.kind !== 'scalar') return holder.at;
  const first = written[holder.at.line - 1] ?? '';
  if (first[holder.at.column - 1] === '"') return inQuotes(first, holder.at, at);
  const line = written[holder.at.line - 1 + at.line];
  const text = holder.text.split('\n')[at.line - 1];
  if (line === undefined || text === undefined || !/^[|>]/.test(first.slice(holder.at.column - 1))) return holder.at;
  // A folded block keeps some lines unchanged; if this one is not, the ends differ.
  return line.endsWith(text)
    ? { line: holder.at.line + at.line, column: line.length - text.length + at.column }
    : holder.at;
}

/** Within the line of the opening quote; JSON never has more. */
function inQuotes(line: string, start: Position, at: Position): Position {
  let [innerLine, innerColumn] = [1, 1];
  for (let index = start.column; index < line.length; index += escapeLength(line, index)) {
    if (innerLine === at.line && innerColumn === at.column) return { line: start.line, column: index + 1 };
    if (line.startsWith('\\n', index)) [innerLine, innerColumn] = [innerLine + 1, 1];
    else innerColumn += 1;
  }
  return start;
}

/** Length of a character as it is written. `\U` makes two units of one escape, which no key needs. */
function escapeLength(line: string, index: number): number {
  if (line[index] !== '\\') return 1;
  return { x: 4, u: 6, U: 10 }[line[index + 1] ?? ''] ?? 2;
}
