// A version changes when an object's definition or content does, and tells nothing about the content: an
// HMAC under a key only the cluster's providers know. People read it in the pod's status.
import { createHmac } from 'node:crypto';
import type { PlanObject, Read } from '../plan/plan.ts';
import type { MadeFile } from './maker.ts';

/** Beside the store's own version the digest only tells contents apart: 48 bits suffice, and can be read out. */
const DIGITS_BESIDE_SECRET_VERSION = 12;

/** The version of an optional object that is absent. */
export const ABSENT_VERSION = 'absent';

/**
 * @param files at least one
 * @param secretVersion the version that the store itself counts, if it counts any.
 */
export function objectVersion(
  key: Uint8Array,
  object: PlanObject,
  files: readonly MadeFile[],
  secretVersion: string | undefined,
): string {
  const hmac = createHmac('sha256', key).update(definitionOf(object));
  for (const { path, contents } of files) {
    // A file that the class names is already part of the definition.
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
  // The form from before there were other kinds: an upgrade of the provider must not change versions.
  if (source.kind === 'value') {
    const { key, encoding, encode } = source;
    const added = [source.default, encode].filter((one) => one !== undefined);
    return JSON.stringify([name, read.key, key ?? null, encoding, mode, ...added]);
  }
  // A read is its key alone. The secrets that a tree found are left out: they count as content.
  const told = (field: string, value: unknown) =>
    field === 'read' ? (value as Read).key : field === 'secrets' ? undefined : value;
  return JSON.stringify([name, read.key, rest, mode], told);
}
