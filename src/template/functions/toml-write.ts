// TOML as Go's BurntSushi/toml writes it: a table's own keys first, tables indented by two, nil left out.

import { isNilCollection } from '../nil.ts';
import { fail } from '../safe-text.ts';
import { type CallContext, JsonNumber, NilPointer, Struct, TypedInt, typeOf, type Value } from '../value.ts';
import { parseFloat64, parseSigned, plainFloat } from './go-number.ts';
import { sortedEntries } from './json-write.ts';
import { TextBuilder } from './text-builder.ts';
import { TextStruct } from './text-struct.ts';
import { descend } from './walk.ts';

type Entries = readonly (readonly [string, Value])[];

export function toToml(context: CallContext, value: Value): string {
  if (isNil(value) && !isNilCollection(value)) fail`reflect: call of reflect.Value.Type on zero Value`;
  const out = new TextBuilder(context);
  const writer = new TomlWriter(context, out);
  if (isTableList(value)) fail`toml: top-level values must be Go maps or structs`;
  const entries = entriesOf(value);
  if (entries === undefined) writer.element(value, 0);
  else writer.table([], entries);
  return out.text();
}

class TomlWriter {
  readonly #context: CallContext;
  readonly #out: TextBuilder;
  #hasWritten = false;

  constructor(context: CallContext, out: TextBuilder) {
    this.#context = context;
    this.#out = out;
  }

  table(path: readonly string[], entries: Entries): void {
    descend(this.#context, path.length);
    const [own, tables] = parted(entries);
    for (const [key, value] of own) {
      this.#write(`${indent(path.length)}${quotedKey(key)} = `);
      this.element(value, path.length);
      this.#write('\n');
    }
    for (const [key, value] of tables) this.#subTable([...path, key], value);
  }

  #subTable(path: readonly string[], value: Value): void {
    if (Array.isArray(value)) {
      for (const item of value) {
        this.#newLine();
        this.#write(`${indent(path.length - 1)}[[${path.map(quotedKey).join('.')}]]\n`);
        this.table(path, entriesOf(item) ?? []);
      }
      return;
    }
    if (path.length === 1) this.#newLine();
    this.#write(`${indent(path.length - 1)}[${path.map(quotedKey).join('.')}]\n`);
    this.table(path, entriesOf(value) ?? []);
  }

  element(value: Value, depth: number): void {
    descend(this.#context, depth);
    const entries = entriesOf(value);
    if (entries !== undefined) this.#inline(entries, depth);
    else if (Array.isArray(value) || value instanceof Uint8Array) this.#list(value, depth);
    else this.#write(scalar(value));
  }

  #list(value: readonly Value[] | Uint8Array, depth: number): void {
    this.#write('[');
    [...value].forEach((item, index) => {
      if (index > 0) this.#write(', ');
      if (isNil(item)) fail`toml: cannot encode array with nil element`;
      if (typeof item === 'number' && value instanceof Uint8Array) this.#write(String(item));
      else this.element(item, depth + 1);
    });
    this.#write(']');
  }

  #inline(entries: Entries, depth: number): void {
    this.#write('{');
    parted(entries)
      .flat()
      .forEach(([key, value], index) => {
        if (index > 0) this.#write(', ');
        this.#write(`${quotedKey(key)} = `);
        this.element(value, depth + 1);
      });
    this.#write('}');
  }

  #newLine(): void {
    if (this.#hasWritten) this.#write('\n');
  }

  #write(text: string): void {
    this.#out.add(text);
    this.#hasWritten = true;
  }
}

/** Splits the keys of a table from its subtables. */
function parted(entries: Entries): [Entries, Entries] {
  const present = entries.filter(([, value]) => !isNil(value));
  const hasTable = ([, value]: readonly [string, Value]) => entriesOf(value) !== undefined || isTableList(value);
  return [present.filter((entry) => !hasTable(entry)), present.filter(hasTable)];
}

function entriesOf(value: Value): Entries | undefined {
  if (value instanceof Map) return sortedEntries(value);
  return value instanceof Struct && !(value instanceof TextStruct) ? [...value.fields] : undefined;
}

function isTableList(value: Value): value is readonly Value[] {
  if (!Array.isArray(value) || value.length === 0) return false;
  if (value.some(isNil)) fail`toml: cannot encode array with nil element`;
  return value.every((item) => entriesOf(item) !== undefined);
}

function isNil(value: Value): boolean {
  return value === null || value === undefined || value instanceof NilPointer || isNilCollection(value);
}

function scalar(value: Value): string {
  switch (typeof value) {
    case 'string':
      return quotedText(value);
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'number':
      return float(value);
  }
  if (value instanceof TypedInt) return String(value.value);
  if (value instanceof TextStruct) return quotedText(value.text);
  if (value instanceof JsonNumber) return number(value.text);
  return fail`unexpected type: ${typeOf(value)}`;
}

function number(text: string): string {
  if (text === '') return '0';
  const whole = parseSigned(text, 10);
  if (typeof whole === 'bigint') return String(whole);
  const value = parseFloat64(text);
  return typeof value === 'number' ? float(value) : fail`unable to convert a number to int64 or float64`;
}

function float(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const text = plainFloat(value);
  return text.includes('.') ? text : `${text}.0`;
}

function indent(depth: number): string {
  return '  '.repeat(Math.max(0, depth));
}

function quotedKey(key: string): string {
  return /^[\w-]+$/.test(key) ? key : quotedText(key);
}

const SHORT: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\b', '\\b'],
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\f', '\\f'],
  ['\r', '\\r'],
]);

function quotedText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are escaped
  const escaped = text.replace(/["\\\0-\x1f\x7f]/g, (char) => {
    return SHORT.get(char) ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return `"${escaped}"`;
}
