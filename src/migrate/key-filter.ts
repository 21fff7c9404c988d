// Which keys of a secret are taken, as `keys` of an object says it.
import { parsePattern } from '../re2.ts';

export interface KeyFilter {
  /** RE2 expressions, found in the name; empty: every key. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

export const ALL_KEYS: KeyFilter = { include: [], exclude: [] };

/** The expression for one key. */
export function exactly(key: string): string {
  return `^${key.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')}$`;
}

export function isTaken(key: string, { include, exclude }: KeyFilter): boolean {
  const isIn = (text: string) => {
    const pattern = parsePattern(text);
    return typeof pattern !== 'string' && pattern.isIn(key);
  };
  return (include.length === 0 || include.some(isIn)) && !exclude.some(isIn);
}
