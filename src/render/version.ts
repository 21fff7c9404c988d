// A version changes when an object's definition or content does, and tells nothing about the content: an
// HMAC under a key only the cluster's providers know. People read it in the pod's status.
import { createHmac } from 'node:crypto';
import type { PlanObject, Read } from '../plan/plan.ts';
import type { MadeFile } from './maker.ts';

/** Beside a version of the store's own the digest only tells contents apart: 48 bits, and short enough to be read out. */
const DIGITS_BESIDE_SECRET_VERSION = 12;

/** The version of an optional object that is not there. */
export const ABSENT_VERSION = 'absent';

/**
 * @param files at least one
 * @param secretVersion the version the store itself counts, if it does.
 */
export function objectVersion(
  key: Uint8Array,
  object: PlanObject,
  files: readonly MadeFile[],
  secretVersion: string | undefined,
): string {
  const hmac = createHmac('sha256', key).update(definitionOf(object));
  for (const { path, contents } of files) {
    // A file that is named by the class is in the definition already.
    if (path !== object.name) hmac.update(`\0${path}\0${contents.byteLength}\0`);
    hmac.update(contents);
  }
  const digest = hmac.digest('hex');
  return secretVersion === undefined ? digest : `${secretVersion}.${digest.slice(0, DIGITS_BESIDE_SECRET_VERSION)}`;
}

/** Part of the version, so that two objects of equal content do not show that they are equal. */
function definitionOf({ name, source, mode }: PlanObject): string {
  if (source.kind === 'template') {
    const { kind, syntax, text, delimiters, isStrict } = source;
    return JSON.stringify([name, kind, syntax, text, delimiters, isStrict, mode]);
  }
  const { read, ...rest } = source;
  // As it was before there were other kinds: a version must not change with the provider's own.
  if (source.kind === 'value') {
    const { key, encoding, encode } = source;
    const added = [source.default, encode].filter((one) => one !== undefined);
    return JSON.stringify([name, read.key, key ?? null, encoding, mode, ...added]);
  }
  // A read by its key alone, and what a tree was found to hold is content.
  const told = (field: string, value: unknown) =>
    field === 'read' ? (value as Read).key : field === 'secrets' ? undefined : value;
  return JSON.stringify([name, read.key, rest, mode], told);
}
