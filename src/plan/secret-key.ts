// The name of a key, as a class writes it.
import type { Entry } from './entry.ts';

/** A key is named in messages and log lines. */
export const LONGEST_KEY = 4096;

/** `secretKey`; undefined if it is absent. */
export function toKey(entry: Entry): string | undefined {
  const key = entry.text('secretKey');
  if (key !== undefined && (key.length > LONGEST_KEY || !key.isWellFormed())) {
    entry.report(
      'secretKey',
      `secretKey is longer than ${LONGEST_KEY} characters or holds half a character; shorten it`,
    );
  }
  return key;
}
