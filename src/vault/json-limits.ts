// Stores limit the JSON they accept. Over a limit Vault answers 500, as for an internal error, and OpenBao 400.
import { getOwn, type JsonObject } from '../json.ts';

const LIMITS: readonly (readonly [message: RegExp, limit: string])[] = [
  [/\bexceeds allowed nesting depth/, 'they have over 300 levels'],
  [/\bexceeds allowed (?:entry|element) count/, 'a list or map in them has over 10,000 entries'],
  [/\bexceeds allowed length/, 'a text in them is over 1 MiB'],
  [/\bexceeds allowed token count/, 'they have too many values'],
  [/\bJSON input due to high complexity/, 'they have too many values'],
  [/\bduplicate key '/, 'a key is in them twice'],
];
/** How much of the store's text is read: the limit is its first sentence. */
const LONGEST_LIMIT = 4_096;

/** @returns the limit in our own words, as the store's text may quote the request; undefined if it is not one. */
export function limitOf(body: JsonObject | undefined): string | undefined {
  const errors = body && getOwn(body, 'errors');
  const [first] = Array.isArray(errors) ? errors : [];
  if (typeof first !== 'string') return undefined;
  const text = first.slice(0, LONGEST_LIMIT);
  return LIMITS.find(([message]) => message.test(text))?.[1];
}
