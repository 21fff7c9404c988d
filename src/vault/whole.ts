// The whole answer as one JSON object, for an object without secretKey: the fields, order and zero values of
// HashiCorp's api.Secret (Go, api v1.22), which the providers before us write. What is not a field is left out.

import { writeGoForm } from '../json-text/go-form.ts';
import type { JsonText } from '../json-text/json-text.ts';
import type { Sink } from '../json-text/sink.ts';

/** A field and what Go writes for it if the store sent nothing or null. */
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

type Values = ReadonlyMap<string, JsonText>;

export interface WholeAnswer {
  /** The answer's own fields. */
  readonly fields: Values;
  readonly data: JsonText | undefined;
}

export function writeWhole({ fields, data }: WholeAnswer, sink: Sink): void {
  sink.ascii('{');
  writeFields(fields, HEAD, sink);
  sink.ascii(',"data":');
  writeValue(orAbsent(fields.get('data')) ?? data, 'null', sink);
  sink.ascii(',"warnings":');
  writeValue(fields.get('warnings'), 'null', sink);
  writeNested(fields, 'auth', AUTH, sink);
  writeNested(fields, 'wrap_info', WRAP_INFO, sink);
  const mountType = orAbsent(fields.get('mount_type'));
  if (mountType !== undefined && mountType.text !== '') {
    sink.ascii(',"mount_type":');
    writeGoForm(mountType, sink);
  }
  sink.ascii('}');
}

function writeNested(values: Values, name: string, fields: readonly Field[], sink: Sink): void {
  const value = values.get(name);
  if (value?.kind !== 'object') return;
  sink.ascii(`,"${name}":{`);
  writeFields(value.pick(new Set(fields.map(([field]) => field))), fields, sink);
  sink.ascii('}');
}

function writeFields(values: Values, fields: readonly Field[], sink: Sink): void {
  for (const [index, [name, zero]] of fields.entries()) {
    sink.ascii(`${index === 0 ? '' : ','}"${name}":`);
    writeValue(values.get(name), zero, sink);
  }
}

function writeValue(value: JsonText | undefined, zero: string, sink: Sink): void {
  const given = orAbsent(value);
  if (given === undefined) sink.ascii(zero);
  else writeGoForm(given, sink);
}

/** null means the same as absent. */
function orAbsent(value: JsonText | undefined): JsonText | undefined {
  return value?.kind === 'null' ? undefined : value;
}
