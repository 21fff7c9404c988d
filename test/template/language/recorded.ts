// What Go answered, kept as data so that the tests need no Go: `record.ts` writes it. A long output is kept as its digest.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer } from '../oracle/language.ts';
import { redacted } from './redacted.ts';

export interface Recording {
  readonly go: string;
  readonly seed: number;
  /** One for each case, in their order. */
  readonly answers: readonly string[];
}

const LONG = 160;

/** An answer in one line: equal lines are equal outputs, or errors with the same words. */
export function lineOf({ output, base64, error }: Answer): string {
  if (error !== undefined) return `! ${redacted(error)}`;
  const line = output === undefined ? `# ${base64}` : `= ${output}`;
  return line.length <= LONG ? line : `${line.slice(0, 40)}... ${createHash('sha256').update(line).digest('hex')}`;
}

/** Only whether there is an error: which of two is found first is not always the same. */
export function withoutWords(line: string): string {
  return line.startsWith('!') ? '!' : line;
}

function pathOf(name: string): string {
  return join(import.meta.dirname, 'recorded', `${name}.json`);
}

export function readRecording(name: string): Recording {
  return JSON.parse(readFileSync(pathOf(name), 'utf8')) as Recording;
}

export function writeRecording(name: string, recording: Recording): void {
  writeFileSync(pathOf(name), `${JSON.stringify(recording, null, 2)}\n`);
}
