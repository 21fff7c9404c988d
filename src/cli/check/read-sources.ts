// Files, folders and standard input to the texts that are checked.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, normalize } from 'node:path';
import type { Source } from '../../check/check.ts';
import { UsageError } from '../args.ts';

const MANIFEST = /\.(ya?ml|json)$/i;

/** @param files `-` is standard input; of a folder, every .yaml, .yml and .json below it. @throws UsageError */
export function readSources(files: readonly string[]): readonly Source[] {
  if (files.filter((file) => file === '-').length > 1) throw new UsageError('- (standard input) is given twice');
  return [...new Set(files.flatMap(listFiles).map(normalize))].map((name) => ({ name, text: readText(name) }));
}

function listFiles(file: string): readonly string[] {
  if (file === '-' || !isFolder(file)) return [file];
  const found = readdirSync(file, { recursive: true, encoding: 'utf8' }).filter((name) => MANIFEST.test(name));
  return found
    .sort()
    .map((name) => join(file, name))
    .filter((name) => !isFolder(name));
}

function isFolder(file: string): boolean {
  return attempt(file, () => statSync(file).isDirectory());
}

function readText(file: string): string {
  return attempt(file, () => readFileSync(file === '-' ? 0 : file, 'utf8'));
}

function attempt<Result>(file: string, read: () => Result): Result {
  try {
    return read();
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unreadable';
    throw new UsageError(`cannot read ${JSON.stringify(file)} (${code})`);
  }
}
