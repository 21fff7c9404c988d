// JSON as Go's encoding/json writes it.
import { Buffer } from 'node:buffer';
import { isNilCollection } from '../nil.ts';
import { fail } from '../safe-text.ts';
import { compareTexts, escapedInParts } from '../text.ts';
import {
  type CallContext,
  JsonNumber,
  NilPointer,
  Struct,
  TypedInt,
  TypedList,
  TypedMap,
  typeOf,
  type Value,
} from '../value.ts';
import { jsonFloat } from './go-number.ts';
import { TextBuilder } from './text-builder.ts';
import { TextStruct } from './text-struct.ts';
import { descend } from './walk.ts';

export interface JsonStyle {
  /** `<`, `>` and `&` as escapes. */
  readonly escapeHtml: boolean;
  /** One line for each member. */
  readonly indent?: string;
}

export function toJson(context: CallContext, value: Value, style: JsonStyle): string {
  const out = new TextBuilder(context);
  new JsonWriter(context, out, style).write(value, 0);
  return out.text();
}

class JsonWriter {
  readonly #context: CallContext;
  readonly #out: TextBuilder;
  readonly #style: JsonStyle;

  constructor(context: CallContext, out: TextBuilder, style: JsonStyle) {
    this.#context = context;
    this.#out = out;
    this.#style = style;
  }

  write(value: Value, depth: number): void {
    descend(this.#context, depth);
    if (isUnsupported(value)) fail`json: unsupported type: ${typeOf(value)}`;
    if (isNilCollection(value)) this.#out.add('null');
    else if (value instanceof Map) this.#writeMembers(sortedEntries(value), depth);
    else if (Array.isArray(value)) this.#writeList(value, depth);
    else if (value instanceof Struct && !(value instanceof TextStruct)) this.#writeMembers([...value.fields], depth);
    else this.#out.add(this.#scalar(value));
  }

  #scalar(value: Value): string {
    if (value === null || value === undefined || value instanceof NilPointer) return 'null';
    switch (typeof value) {
      case 'string':
        return jsonText(value, this.#style.escapeHtml);
      case 'boolean':
      case 'bigint':
        return String(value);
      case 'number':
        if (Number.isFinite(value)) return jsonFloat(value);
        return fail`json: unsupported value: a number that is not finite`;
    }
    if (value instanceof TypedInt) return String(value.value);
    if (value instanceof JsonNumber) return value.text === '' ? '0' : value.text;
    if (value instanceof Uint8Array) return `"${Buffer.from(value).toString('base64')}"`;
    if (value instanceof TextStruct) return jsonText(value.text, this.#style.escapeHtml);
    return fail`json: unsupported type: ${typeOf(value)}`;
  }

  #writeList(items: readonly Value[], depth: number): void {
    this.#writeAll('[', ']', items, depth, (item) => this.write(item, depth + 1));
  }

  #writeMembers(members: readonly (readonly [string, Value])[], depth: number): void {
    const colon = this.#style.indent === undefined ? ':' : ': ';
    this.#writeAll('{', '}', members, depth, ([key, member]) => {
      this.#out.add(jsonText(key, this.#style.escapeHtml) + colon);
      this.write(member, depth + 1);
    });
  }

  #writeAll<T>(open: string, close: string, items: readonly T[], depth: number, write: (item: T) => void): void {
    this.#out.add(open);
    items.forEach((item, index) => {
      this.#out.add(index === 0 ? this.#lineStart(depth + 1) : `,${this.#lineStart(depth + 1)}`);
      write(item);
    });
    this.#out.add(items.length === 0 ? close : this.#lineStart(depth) + close);
  }

  #lineStart(depth: number): string {
    return this.#style.indent === undefined ? '' : `\n${this.#style.indent.repeat(depth)}`;
  }
}

/** Channels, and maps whose keys need not be texts. */
function isUnsupported(value: Value): boolean {
  if (value instanceof TypedList) return value.type.startsWith('<-chan');
  return value instanceof TypedMap && value.type.startsWith('map[interface {}]');
}

/** In the order of Go's strings. */
export function sortedEntries(map: ReadonlyMap<string, Value>): [string, Value][] {
  return [...map].sort(([left], [right]) => compareTexts(left, right));
}

/** Half of a pair is a byte that is no UTF-8. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are escaped
const ESCAPED = /["\\\0-\x1f\u2028\u2029]|[\ud800-\udfff]/gu;
const ESCAPED_FOR_HTML = /[<>&]/g;
const SHORT: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

function jsonText(text: string, escapeHtml: boolean): string {
  return `"${escapedInParts(text, (part) => {
    const escaped = part.replace(ESCAPED, (char) => SHORT.get(char) ?? unicodeEscape(char));
    return escapeHtml ? escaped.replace(ESCAPED_FOR_HTML, unicodeEscape) : escaped;
  })}"`;
}

function unicodeEscape(char: string): string {
  const code = char.charCodeAt(0);
  return `\\u${(code >= 0xd800 && code <= 0xdfff ? 0xfffd : code).toString(16).padStart(4, '0')}`;
}
