// One line per fact worth one, as JSON or as text a person reads. Whatever a fact holds, a line stays one line
// that cannot move a terminal's cursor, and no longer than line-bounds.ts says. What may be said of an error at all is
// decided in fault-detail.ts.
import type { Emit } from '../events.ts';
import { printable } from '../printable.ts';
import { formatWithin } from './line-bounds.ts';
import { createLineWriter } from './line-writer.ts';
import { describeFact, LEVELS, type Level, type LogFields, type LogLine, levelOf } from './log-line.ts';

export interface LogOptions {
  readonly format: 'json' | 'text';
  /** Facts below this level are left out. */
  readonly level: Level;
  /** Takes one line without its end. */
  readonly write?: (line: string) => void;
  /** Milliseconds since 1970. */
  readonly wall?: () => number;
}

export function createLog({ format, level, write = createLineWriter(), wall = Date.now }: LogOptions): Emit {
  const least = LEVELS.indexOf(level);
  const formatLine = format === 'json' ? toJson : toText;
  return (fact) => {
    const factLevel = levelOf(fact);
    if (factLevel === undefined || LEVELS.indexOf(factLevel) < least) return;
    const time = new Date(wall()).toISOString();
    write(formatWithin(describeFact(fact), (line) => printable(formatLine(time, factLevel, line))));
  };
}

function toJson(time: string, level: Level, { msg, fields }: LogLine): string {
  // Level, time and text come first for readability, and are assigned last so that no field replaces them.
  return JSON.stringify(Object.assign({ time, level, msg }, fields, { time, level, msg }));
}

function toText(time: string, level: Level, { msg, fields }: LogLine): string {
  const words = [time, level.toUpperCase().padEnd(5), msg.replace(/\r?\n/g, ' ')];
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined && !isEmptyList(value)) words.push(`${name}=${toWord(value)}`);
  }
  return words.join(' ');
}

function isEmptyList(value: LogFields[string]): boolean {
  return typeof value === 'object' && value.length === 0;
}

/** Quoted if it would not stand as one word. */
function toWord(value: NonNullable<LogFields[string]>): string {
  const text = typeof value === 'object' ? value.join(',') : String(value);
  return text === '' || /[\s"=\\\p{Cc}]/u.test(text) ? JSON.stringify(text) : text;
}
