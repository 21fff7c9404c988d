// The whole answer as one JSON object, for an object without secretKey: the fields, order and zero values of
// HashiCorp's api.Secret (Go, api v1.22), which the providers before us write. What is not a field is left out.
import { getOwn, isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { toGoJson } from './go-json.ts';
import { dataOf } from './select.ts';

/** A field and what Go writes for it where the store sent nothing or null. */
type Field = readonly [name: string, zero: string];

const HEAD: readonly Field[] = [
  ['request_id', '""'],
  ['lease_id', '""'],
  ['lease_duration', '0'],
  ['renewable', 'false'],
];
const AUTH: readonly Field[] = [
  ['client_token', '""'],
  ['accessor', '""'],
  ['policies', 'null'],
  ['token_policies', 'null'],
  ['identity_policies', 'null'],
  ['metadata', 'null'],
  ['orphan', 'false'],
  ['entity_id', '""'],
  ['lease_duration', '0'],
  ['renewable', 'false'],
  ['mfa_requirement', 'null'],
];
const WRAP_INFO: readonly Field[] = [
  ['token', '""'],
  ['accessor', '""'],
  ['ttl', '0'],
  ['creation_time', '"0001-01-01T00:00:00Z"'],
  ['creation_path', '""'],
  ['wrapped_accessor', '""'],
];

export function writeWhole(body: JsonObject): string {
  const data: JsonValue = getOwn(body, 'data') ?? dataOf(body) ?? null;
  let text = writeFields(body, HEAD);
  text += `,"data":${toGoJson(data)},"warnings":${toGoJson(getOwn(body, 'warnings') ?? null)}`;
  text += writeNested(body, 'auth', AUTH);
  text += writeNested(body, 'wrap_info', WRAP_INFO);
  const mountType = getOwn(body, 'mount_type') ?? '';
  if (mountType !== '') text += `,"mount_type":${toGoJson(mountType)}`;
  return `{${text}}`;
}

function writeNested(body: JsonObject, name: string, fields: readonly Field[]): string {
  const value = getOwn(body, name);
  return isJsonObject(value) ? `,"${name}":{${writeFields(value, fields)}}` : '';
}

function writeFields(object: JsonObject, fields: readonly Field[]): string {
  return fields.map(([name, zero]) => `"${name}":${writeField(getOwn(object, name), zero)}`).join(',');
}

function writeField(value: JsonValue | undefined, zero: string): string {
  return value === undefined || value === null ? zero : toGoJson(value);
}
