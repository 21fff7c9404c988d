// A version changes when an object's definition or content does, and tells nothing about the content: an
// HMAC under a key only the cluster's providers know. People read it in the pod's status.
import { createHmac } from 'node:crypto';
import type { PlanObject } from '../plan/plan.ts';

/** Beside a version of the store's own the digest only tells contents apart: 48 bits, and short enough to be read out. */
const DIGITS_BESIDE_SECRET_VERSION = 12;

/** The version of an optional object that is not there. */
export const ABSENT_VERSION = 'absent';

/** @param secretVersion the version the store itself counts, if it does. */
export function objectVersion(
  key: Uint8Array,
  object: PlanObject,
  contents: Uint8Array,
  secretVersion: string | undefined,
): string {
  // The definition is part of it so that two objects of equal content do not show that they are equal.
  const { read, key: wanted, encoding, encode } = object.source;
  const definition = JSON.stringify([
    object.name,
    read.key,
    wanted ?? null,
    encoding,
    object.mode,
    ...(encode === undefined ? [] : [encode]),
  ]);
  const digest = createHmac('sha256', key).update(definition).update(contents).digest('hex');
  return secretVersion === undefined ? digest : `${secretVersion}.${digest.slice(0, DIGITS_BESIDE_SECRET_VERSION)}`;
}
