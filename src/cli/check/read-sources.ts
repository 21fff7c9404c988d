// Files, folders and standard input to the texts that are checked.
import { readdir, stat } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import type { Source } from '../../check/check.ts';
import { CommandFailed, cannotRead } from '../command-failed.ts';
import { Input } from '../input.ts';

const MANIFEST = /\.(ya?ml|json)$/i;

/** @param files `-` is standard input; of a folder, every .yaml, .yml and .json below it. @throws CommandFailed */
export async function readSources(files: readonly string[]): Promise<readonly Source[]> {
  const names = new Set<string>();
  for (const file of files) for (const name of await listFiles(file)) names.add(normalize(name));
  const input = new Input();
  const sources = await Promise.all([...names].map(async (name) => ({ name, text: await input.read(name) })));
  // A pipe whose first command failed: nothing was checked, which is no success.
  if (sources.some(({ name, text }) => name === '-' && text.trim() === ''))
    throw new CommandFailed('standard input is empty; did the command before the pipe fail?');
  return sources;
}

async function listFiles(file: string): Promise<readonly string[]> {
  if (file === '-') return [file];
  try {
    if (!(await stat(file)).isDirectory()) return [file];
    const entries = await readdir(file, { recursive: true, withFileTypes: true });
    const found = entries.filter((entry) => !entry.isDirectory() && MANIFEST.test(entry.name));
    return found.map((entry) => join(entry.parentPath, entry.name)).sort();
  } catch (thrown) {
    throw cannotRead(file, thrown);
  }
}
