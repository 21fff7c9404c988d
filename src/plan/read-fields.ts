// The fields of one request: `secretPath`, `method`, `secretArgs`, lease settings, and the encoding of its value.
import { quote } from '../quote.ts';
import { kindOf } from '../yaml/node.ts';
import { toBody } from './arguments.ts';
import { parseDuration } from './duration.ts';
import type { Entry } from './entry.ts';
import { METHODS, type Method } from './methods.ts';
import type { Encoding } from './object-table.ts';
import type { LeaseSettings, Read } from './plan.ts';
import { makeRead, splitPath, toMethod } from './read.ts';
import { didYouMean } from './suggest.ts';

/** The driver's polls are not more frequent than this. */
const SHORTEST_REFRESH_MS = 1_000;

/** @returns undefined if a problem was reported. */
export function toRead(entry: Entry, leaseSettings: LeaseSettings): Read | undefined {
  const secretPath = entry.required('secretPath', 'write the path of the secret, for example secret/data/app');
  const target = secretPath === undefined ? undefined : splitPath(secretPath);
  if (typeof target === 'string') entry.report('secretPath', target);
  const method = readMethod(entry);
  const body = toArguments(entry);
  if (target === undefined || typeof target === 'string' || method === undefined) return undefined;
  return makeRead(method, target.path, target.query, body, leaseSettings);
}

function readMethod(entry: Entry): Method | undefined {
  const text = entry.text('method');
  const method = toMethod(text);
  if (text === undefined || method !== undefined) return method;
  const near = didYouMean(text.toUpperCase(), METHODS);
  const fix = near === '' ? `; write ${METHODS.slice(0, -1).join(', ')} or ${METHODS.at(-1)}` : near;
  entry.report('method', `unknown method ${quote(text)}${fix}`);
  return undefined;
}

export function toLeaseSettings(entry: Entry): LeaseSettings {
  const share = entry.text('share');
  if (share !== undefined && share !== 'serviceAccount')
    entry.report('share', `unknown share ${quote(share)}; write "serviceAccount" or leave it out`);
  const refreshAfter = entry.text('refreshAfter');
  const refreshAfterMs = refreshAfter === undefined ? undefined : parseDuration(refreshAfter);
  if (refreshAfter !== undefined && !(refreshAfterMs !== undefined && refreshAfterMs >= SHORTEST_REFRESH_MS))
    entry.report('refreshAfter', 'refreshAfter is not a time of a second or more; write for example 12h or 30m');
  return Object.freeze({
    isShared: share !== undefined,
    refreshAfterMs,
    isRevoked: entry.boolean('revoke') ?? true,
  });
}

function toArguments(entry: Entry): string | undefined {
  const args = entry.get('secretArgs')?.value;
  if (args?.kind === 'map') return toBody(args, (at, text) => entry.reportAt(at, text));
  if (args !== undefined) entry.report('secretArgs', `secretArgs is ${kindOf(args)}; write a map of names to values`);
  return undefined;
}

/** @returns undefined if it is absent, or a problem was reported. */
export function toEncoding<Name extends Encoding>(
  entry: Entry,
  field: 'encoding' | 'encode',
  names: readonly Name[],
): Name | undefined {
  const text = entry.text(field);
  if (text === undefined) return undefined;
  const encoding = names.find((known) => known === text.toLowerCase());
  if (encoding === undefined) {
    const near = didYouMean(text, names);
    const fix = near === '' ? `; write ${names.slice(0, -1).join(', ')} or ${names.at(-1)}` : near;
    entry.report(field, `unknown ${field} ${quote(text)}${fix}`);
  }
  return encoding;
}
