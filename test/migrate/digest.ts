// What a container sees, as a short text that is the same for the same.
import { createHash } from 'node:crypto';
import type { Seen } from './consumers.ts';

export function digestOf({ env, files }: Seen): string {
  const sorted = (all: Readonly<Record<string, unknown>>) => Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify([sorted(env), sorted(files)]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
