// What the oracles answered, kept as data so that the tests need no Go: `record.ts` writes it.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { redacted } from './redacted.ts';

export interface Answer {
  readonly output?: string;
  readonly base64?: string;
  readonly error?: string;
  /** How many reads it lacks. */
  readonly missing?: number;
}

export interface Recording {
  /** Of the oracle's module. */
  readonly version: string;
  readonly seed: number;
  readonly answers: readonly string[];
}

const LONG = 160;

/** An answer in one line: equal lines are equal outputs, or errors with the same words. */
export function lineOf({ output, base64, error, missing = 0 }: Answer): string {
  if (error !== undefined) return `! ${redacted(error)}`;
  const line = output === undefined ? `# ${base64}` : `= ${output}`;
  const whole = missing > 0 ? `${missing} missing ${line}` : line;
  return whole.length <= LONG ? whole : `${whole.slice(0, 40)}... ${createHash('sha256').update(whole).digest('hex')}`;
}

/** Only whether there is an error. */
export function withoutWords(line: string): string {
  return line.startsWith('!') ? '!' : line;
}

export function readRecording(name: string): Recording {
  return JSON.parse(readFileSync(pathOf(name), 'utf8')) as Recording;
}

export function writeRecorded(name: string, recorded: unknown): void {
  writeFileSync(pathOf(name), `${JSON.stringify(recorded, null, 2)}\n`);
}

function pathOf(name: string): string {
  return join(import.meta.dirname, 'recorded', `${name}.json`);
}
