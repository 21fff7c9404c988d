// Makes one Read of `secretPath`, `method` and `secretArgs`. Equal reads get equal keys. The path is cleaned as the Go
// client does it (path.Join: one slash between segments, none at the ends).
import { hash } from 'node:crypto';
import { escapeQuery } from '../go-url.ts';
import { Secret } from '../secret.ts';
import { effectOf, METHODS, type Method } from './methods.ts';
import type { LeaseSettings, Read } from './plan.ts';
import { isCleanText } from './text.ts';

/** Longest path with its query. Servers refuse longer request lines, and messages name the path. */
const LONGEST_PATH = 4096;

interface Target {
  readonly path: string;
  readonly query: string;
}

/** @returns the path and its query, or what is wrong with them. */
export function splitPath(secretPath: string): Target | string {
  const problem = textProblem(secretPath);
  if (problem !== undefined) return problem;
  if (/^https?:\/\//i.test(secretPath))
    return 'secretPath is a whole URL; write what follows /v1/ in it, and its start in the parameter vaultAddress';
  const mark = secretPath.indexOf('?');
  if (mark === -1) return cleaned(secretPath, '');
  return cleaned(secretPath.slice(0, mark), secretPath.slice(mark + 1));
}

/** As splitPath, for a path and a query that are already separate. */
export function joinPath(path: string, query: string): Target | string {
  return textProblem(`${path}?${query}`) ?? cleaned(path, query);
}

function textProblem(text: string): string | undefined {
  if (text.length > LONGEST_PATH) return `secretPath is longer than ${LONGEST_PATH} characters; shorten it`;
  return isCleanText(text) ? undefined : 'secretPath holds control characters; remove them';
}

function cleaned(whole: string, rawQuery: string): Target | string {
  const segments = whole.replace(/^\/?v1\//, '').split('/');
  if (segments.some(isParent)) return 'secretPath holds a ".." segment; write the path without it';
  const path = segments.filter((segment) => segment !== '' && segment !== '.').join('/');
  if (path === '') return 'secretPath is empty; write the path of the secret, for example secret/data/app';
  const query = toQuery(rawQuery);
  if (query === undefined)
    return 'secretPath has a malformed query after "?"; write key=value pairs joined by "&", with % escapes in UTF-8';
  return { path, query };
}

/** `..`, also percent-encoded or behind a backslash, which URL parsers take for a slash. */
function isParent(segment: string): boolean {
  return segment
    .replaceAll(/%5c/gi, '\\')
    .split('\\')
    .some((part) => part.replaceAll(/%2e/gi, '.') === '..');
}

/** Whether a path made of names from the store reaches the store unchanged, not cleaned into another path. */
export function isReadable(path: string): boolean {
  const isOther = (segment: string) => segment === '' || segment === '.' || isParent(segment);
  return path.length <= LONGEST_PATH && isCleanText(path) && !path.split('/').some(isOther);
}

/** Parsed and written anew as Go's net/url does: sorted by key, equal keys in their order. */
function toQuery(text: string): string | undefined {
  if (text.includes(';')) return undefined;
  const pairs: [key: string, value: string][] = [];
  for (const part of text.split('&')) {
    if (part === '') continue;
    const mark = part.indexOf('=');
    const key = unescapeQuery(mark === -1 ? part : part.slice(0, mark));
    const value = unescapeQuery(mark === -1 ? '' : part.slice(mark + 1));
    if (key === undefined || value === undefined) return undefined;
    pairs.push([key, value]);
  }
  pairs.sort(([a], [b]) => (a === b ? 0 : a < b ? -1 : 1));
  return pairs.map(([key, value]) => `${escapeQuery(key)}=${escapeQuery(value)}`).join('&');
}

function unescapeQuery(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

/** Upper case, as stores want it; GET if the class names none; undefined: not one of METHODS. */
export function toMethod(method: string | undefined): Method | undefined {
  if (method === undefined) return 'GET';
  // toUpperCase makes one letter of some others: `ı` is not an I, nor `ſ` an S.
  return /^[A-Za-z]+$/.test(method) ? METHODS.find((known) => known === method.toUpperCase()) : undefined;
}

/** Default lease settings: one lease for each pod, revoked when the pod is gone. */
export const OWN_LEASE: LeaseSettings = Object.freeze({
  isShared: false,
  refreshAfterMs: undefined,
  isRevoked: true,
});

/** Whether two reads can share one answer: they must agree on how it is kept, shared and revoked. */
export function hasSameLeaseSettings({ leaseSettings: a }: Read, { leaseSettings: b }: Read): boolean {
  return a.isShared === b.isShared && a.refreshAfterMs === b.refreshAfterMs && a.isRevoked === b.isRevoked;
}

export function makeRead(
  method: Method,
  path: string,
  query: string,
  body: string | undefined,
  leaseSettings: LeaseSettings = OWN_LEASE,
): Read {
  // A body is never empty, so no body and any body differ.
  const key = hash('sha256', `${method}\0${path}\0${query}\0${body ?? ''}`);
  return Object.freeze({
    key,
    method,
    effect: effectOf(method),
    path,
    query,
    body: body === undefined ? undefined : new Secret(body),
    leaseSettings,
  });
}
