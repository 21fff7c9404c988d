// External Secrets' functions of YAML. They convert by way of JSON, so numbers and texts are JSON's.
import { Buffer } from 'node:buffer';
import { define } from '../function.ts';
import { isNilCollection } from '../nil.ts';
import { FunctionError, fail, type SafeText, safe } from '../safe-text.ts';
import { type CallContext, JsonNumber, Struct, TypedInt, type Value } from '../value.ts';
import { jsonFloat, shortestFloat } from './go-number.ts';
import { orElse } from './swallow.ts';
import { TextStruct } from './text-struct.ts';
import { descend } from './walk.ts';
import { readYaml } from './yaml-read.ts';
import { plainScalar } from './yaml-scalar.ts';
import { Plain, toYaml, type YamlNode } from './yaml-write.ts';

export const SPRIG_YAML = {
  toYaml: define(['interface {}'], (context, value) =>
    orElse(() => toYaml(context, value, nodeOf).replace(/\n$/, ''), ''),
  ),
  fromYaml: define(['string'], (context, text) => {
    try {
      return readMap(context, text);
    } catch (thrown) {
      if (thrown instanceof FunctionError) return new Map<string, Value>([['Error', thrown.message]]);
      throw thrown;
    }
  }),
} as const;

/** A line break of YAML 1.1 that JSON leaves unescaped. */
const NEXT_LINE = '\x85';
const BLANKS = /[ \x85]+/g;
/** Characters that JSON leaves unescaped and the YAML reader then refuses. */
const REFUSED = /[\x7f-\x84\x86-\x9f\ufffe\uffff]/;

function nodeOf(value: Value): YamlNode | undefined {
  if (value === null || value === undefined || isNilCollection(value)) return new Plain('null');
  switch (typeof value) {
    case 'boolean':
    case 'bigint':
      return new Plain(String(value));
    case 'number':
      return Number.isFinite(value) ? numberNode(jsonFloat(value)) : undefined;
    case 'string':
      return textNode(value);
  }
  if (value instanceof TypedInt) return new Plain(String(value.value));
  if (value instanceof JsonNumber) return numberNode(value.text === '' ? '0' : value.text);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (value instanceof TextStruct) return textNode(value.text);
  if (value instanceof Struct) return value.fields;
  if (value instanceof Map) return mapNode(value);
  return Array.isArray(value) ? value : undefined;
}

function textNode(text: string): string | undefined {
  return REFUSED.test(text) ? undefined : text.toWellFormed().replace(BLANKS, folded);
}

/** In YAML, a line break that JSON does not know becomes a space; of several, all but one stay. */
function folded(blanks: string): string {
  const count = blanks.split(NEXT_LINE).length - 1;
  if (count === 0) return blanks;
  return count === 1 ? ' ' : '\n'.repeat(count - 1);
}

/** A key is on one line there. */
function mapNode(map: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> | undefined {
  const keys = [...map.keys()];
  if (keys.some((key) => key.includes('\x85') || REFUSED.test(key))) return undefined;
  return keys.every((key) => key.isWellFormed())
    ? map
    : new Map([...map].map(([key, value]) => [key.toWellFormed(), value]));
}

function numberNode(text: string): YamlNode {
  const scalar = plainScalar(text);
  if (scalar.kind === 'float') return new Plain(shortestFloat(scalar.value));
  return scalar.kind === 'int' ? new Plain(String(scalar.value)) : text;
}

function readMap(context: CallContext, text: string): Value {
  const value = readYaml(context, text, (fault) => fail`error converting YAML to JSON: ${fault}`);
  if (value === null) return new Map();
  if (value instanceof Map) return jsonValue(context, value, 0);
  const what = safe('error unmarshaling JSON: while decoding JSON: json: cannot unmarshal');
  return fail`${what} ${jsonKind(value)} into Go value of type map[string]interface {}`;
}

function jsonKind(value: Value): SafeText {
  if (Array.isArray(value)) return safe('array');
  if (typeof value === 'string') return safe('string');
  return safe(typeof value === 'boolean' ? 'bool' : 'number');
}

function jsonValue(context: CallContext, value: Value, depth: number): Value {
  descend(context, depth);
  if (Array.isArray(value)) return Array.from(value, (item) => jsonValue(context, item, depth + 1));
  if (value instanceof Map) {
    return new Map([...value].map(([key, member]) => [key, jsonValue(context, member, depth + 1)]));
  }
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof TypedInt) return Number(value.value);
  if (typeof value === 'number' && !Number.isFinite(value)) {
    return fail`error converting YAML to JSON: json: unsupported value: a number that is not finite`;
  }
  return value;
}
