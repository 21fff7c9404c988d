// consul-template's functions that read and write JSON, YAML and TOML.
import { define } from '../function.ts';
import { FunctionError, fail, type SafeText, safe } from '../safe-text.ts';
import { type CallContext, JsonNumber, NilPointer, Struct, TypedInt, TypedList, type Value } from '../value.ts';
import { parseFloat64, parseSigned, shortestFloat } from './go-number.ts';
import { readJson } from './json-read.ts';
import { type JsonStyle, toJson } from './json-write.ts';
import { trimSpace } from './runes.ts';
import { TextStruct } from './text-struct.ts';
import { toToml } from './toml-write.ts';
import { readYaml } from './yaml-read.ts';
import { Fields, Plain, toYaml, type YamlNode } from './yaml-write.ts';

const ANY = 'interface {}';
const INDENT = '  ';

export const AGENT_FORMATS = {
  toJSON: json(safe('toJSON'), { escapeHtml: true }),
  toJSONPretty: json(safe('toJSONPretty'), { escapeHtml: true, indent: INDENT }),
  toUnescapedJSON: json(safe('toUnescapedJSON'), { escapeHtml: false }),
  toUnescapedJSONPretty: json(safe('toUnescapedJSONPretty'), { escapeHtml: false, indent: INDENT }),
  toYAML: define([ANY], (context, value) => trimSpace(toYaml(context, value, nodeOf))),
  toTOML: define([ANY], (context, value) => trimSpace(named(safe('toTOML'), () => toToml(context, value)))),
  parseJSON: define(['string'], (context, text) => (text === '' ? new Map() : readJson(context, text, false))),
  parseYAML: define(['string'], (context, text) => {
    return text === '' ? new Map() : readYaml(context, text, (fault) => fail`${fault}`);
  }),
} as const;

function json(name: SafeText, style: JsonStyle) {
  return define([ANY], (context: CallContext, value) => named(name, () => toJson(context, value, style)));
}

/** Errors of these functions repeat the function's name. */
function named<T>(name: SafeText, write: () => T): T {
  try {
    return write();
  } catch (thrown) {
    if (thrown instanceof FunctionError && !thrown.message.startsWith('reflect:'))
      return fail`${name}: ${thrown.message}`;
    throw thrown;
  }
}

function nodeOf(value: Value): YamlNode | undefined {
  if (value === null || value === undefined || value instanceof NilPointer) return new Plain('null');
  switch (typeof value) {
    case 'boolean':
    case 'bigint':
      return new Plain(String(value));
    case 'number':
      return floatNode(value);
    case 'string':
      return value;
  }
  if (value instanceof TypedInt) return new Plain(String(value.value));
  if (value instanceof JsonNumber) return numberNode(value.text);
  if (value instanceof Uint8Array) return Array.from(value, BigInt);
  if (value instanceof TextStruct) return value.text;
  if (value instanceof Struct) {
    return new Fields([...value.fields].map(([name, field]) => [name.toLowerCase(), field] as const));
  }
  if (value instanceof TypedList && value.type.startsWith('<-chan')) return undefined;
  return value instanceof Map || Array.isArray(value) ? value : undefined;
}

function numberNode(text: string): YamlNode {
  const whole = parseSigned(text, 10);
  if (typeof whole === 'bigint') return new Plain(String(whole));
  const value = parseFloat64(text);
  return typeof value === 'number' ? floatNode(value) : text;
}

function floatNode(value: number): Plain {
  if (Number.isNaN(value)) return new Plain('.nan');
  if (!Number.isFinite(value)) return new Plain(value > 0 ? '.inf' : '-.inf');
  return new Plain(shortestFloat(value));
}
