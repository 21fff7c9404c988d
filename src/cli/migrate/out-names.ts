// Where each file of the input goes below --out: as it lies in the folder that was named; a single file by its name.
import { basename, normalize, relative } from 'node:path';
import type { Source } from '../../manifest/finding.ts';
import { CommandFailed } from '../command-failed.ts';

/** The name for standard input. */
const STANDARD_INPUT = 'stdin.yaml';

/** @param given files and folders of the command line. @throws CommandFailed if two would be one. */
export function outNames(sources: readonly Source[], given: readonly string[]): ReadonlyMap<string, string> {
  const roots = given.map((one) => normalize(one)).map((one) => (one === '/' ? one : one.replace(/\/$/, '')));
  const names = new Map<string, string>();
  const owners = new Map<string, string>();
  for (const { name } of sources) {
    const out = outName(name, roots);
    const owner = owners.get(out);
    if (owner !== undefined)
      throw new CommandFailed(`${owner} and ${name} would both be ${out} below --out; name the folder above them`);
    owners.set(out, name);
    names.set(name, out);
  }
  return names;
}

function outName(name: string, roots: readonly string[]): string {
  if (name === '-') return STANDARD_INPUT;
  if (roots.includes(name)) return basename(name);
  const ways = roots.map((root) => relative(root, name)).filter((way) => !way.startsWith('..'));
  return ways[0] ?? basename(name);
}
