// Pages of the documentation as tests see them: their text, and the fenced blocks with the mark above each, an HTML
// comment that says what the block is: `<!-- sample: key-missing -->`. UPDATE_DOCS=1 writes what is made from the code.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../..');

export const PAGES: readonly string[] = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CODE_OF_CONDUCT.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];

export interface Block {
  readonly page: string;
  readonly line: number;
  /** Undefined if no comment stands above it. */
  readonly mark: string | undefined;
  /** What stands behind the opening fence: `sh`, `yaml`. */
  readonly language: string;
  /** With its last line break. */
  readonly text: string;
}

export function readPage(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8');
}

export function blocksOf(page: string): Block[] {
  const whole = readPage(page);
  const fences = whole.matchAll(/(?:^<!-- ([^\n]+) -->\n)?^```(\w*)\n(.*?)^```$/gms);
  return [...fences].map(({ index, 1: mark, 2: language = '', 3: text = '' }) => {
    const line = whole.slice(0, index).split('\n').length;
    return { page, line, mark, language, text };
  });
}

/** Compares what stands between two lines of a page with what the code makes; or writes it there. */
export function assertMade(page: string, start: string, end: string, made: string): void {
  const whole = readPage(page);
  const from = whole.indexOf(start) + start.length;
  const to = whole.indexOf(end, from);
  assert.ok(from >= start.length && to >= from, `${page} has ${start.trim()}`);
  if (process.env['UPDATE_DOCS']) writeFileSync(join(ROOT, page), whole.slice(0, from) + made + whole.slice(to));
  else assert.equal(whole.slice(from, to), made, 'run UPDATE_DOCS=1 npm test');
}
