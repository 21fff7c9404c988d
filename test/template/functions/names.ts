// The names of each dialect with Go's types, as the oracles list them out of the packages' own maps of functions.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Oracle } from '../oracle/build.ts';

export interface Signature {
  readonly params: readonly string[];
  readonly rest?: string;
}

/** Go's type by name: `func(int, ...string) (string, error)`. */
export function goTypes(oracle: Oracle): ReadonlyMap<string, string> {
  const path = join(import.meta.dirname, 'recorded', `names-${oracle}.json`);
  return new Map(Object.entries(JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>));
}

export function signatureOf(type: string): Signature {
  let depth = 0;
  let end = 'func('.length;
  for (; end < type.length; end += 1) {
    if (type[end] === '(') depth += 1;
    else if (type[end] === ')') {
      if (depth === 0) break;
      depth -= 1;
    }
  }
  const all = type
    .slice('func('.length, end)
    .split(', ')
    .filter((one) => one !== '');
  const last = all.at(-1);
  if (last?.startsWith('...') !== true) return { params: all };
  return { params: all.slice(0, -1), rest: last.slice('...'.length) };
}
