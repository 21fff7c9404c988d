// Finds, in a store's answer, the data a class asks for and the value of one key. It promises that only own
// properties count and that what is missing is explained by name; how a value becomes bytes is encode.ts.
import { MountError } from '../errors.ts';
import { getOwn, isJsonObject, JsonNumber, type JsonObject, type JsonValue } from '../json.ts';
import type { Read } from '../plan/plan.ts';
import { KeyHints, quoteName } from './key-hint.ts';

/** The fields of an answer that say nothing of their own; an answer in which all are empty is bare (isBare). */
const ENVELOPE = ['request_id', 'lease_id', 'lease_duration', 'renewable', 'data', 'warnings', 'auth', 'wrap_info'];

/** The answer's `data`; of a bare answer (sys/health and the like) the whole; undefined where there is none. */
export function dataOf(body: JsonObject): JsonObject | undefined {
  const data = getOwn(body, 'data');
  if (isJsonObject(data)) return data;
  return isBare(body) ? body : undefined;
}

/** HashiCorp's client takes an answer without any field of the envelope as being data itself. */
function isBare(body: JsonObject): boolean {
  return ENVELOPE.every((field) => isEmpty(getOwn(body, field))) && isEmpty(getOwn(body, 'mount_type'));
}

function isEmpty(value: JsonValue | undefined): boolean {
  if (value instanceof JsonNumber) return value.toNumber() === 0;
  return value === undefined || value === null || value === '' || value === false;
}

/** KV v2 wraps what people wrote in a second `data`; everything else is found one level up. */
function keysOf(data: JsonObject): JsonObject {
  const inner = getOwn(data, 'data');
  return isJsonObject(inner) ? inner : data;
}

/** @throws MountError key-missing */
export function selectKey(read: Read, body: JsonObject, key: string, hints = new KeyHints()): JsonValue {
  const data = dataOf(body);
  if (data === undefined) {
    throw new MountError(
      'key-missing',
      `${read.path} answered without data, so it has no key ${quoteName(key)}; leave secretKey out to mount the whole answer`,
    );
  }
  const keys = keysOf(data);
  const value = getOwn(keys, key);
  if (value !== undefined) return value;
  // KV version 2's own metadata is nobody's key.
  if (key !== 'metadata' && getOwn(data, key) !== undefined) {
    throw new MountError(
      'key-missing',
      `${read.path} has ${quoteName(key)} beside a map named "data", which hides it as in KV version 2; rename the map, or leave secretKey out`,
    );
  }
  const hint = hints.describe(key, keys, () => Object.keys(keys));
  throw new MountError('key-missing', `${read.path} has no key ${hint}`);
}

/** The version of a KV v2 secret, from the metadata only that engine adds; undefined for any other answer. */
export function secretVersion(body: JsonObject): string | undefined {
  const data = getOwn(body, 'data');
  const metadata = isJsonObject(data) ? getOwn(data, 'metadata') : undefined;
  if (!isJsonObject(metadata)) return undefined;
  // A KV v1 secret may hold a user's own `metadata`: its numbers are content, and a version tells no content.
  const isKv2 =
    typeof getOwn(metadata, 'created_time') === 'string' && typeof getOwn(metadata, 'destroyed') === 'boolean';
  const version = getOwn(metadata, 'version');
  return isKv2 && version instanceof JsonNumber && /^[1-9][0-9]{0,15}$/.test(version.text) ? version.text : undefined;
}
