// Values as text, as Go's package fmt prints them, by a verb and its flags. What a template prints is `%v`.
import { Buffer } from 'node:buffer';
import { MAX_DEPTH, MAX_OUTPUT } from '../limits.ts';
import { isNilCollection } from '../nil.ts';
import { fail } from '../safe-text.ts';
import { fromBytes, STEPS_PER_SORTED, sortedTexts, toBytes } from '../text.ts';
import {
  type CallContext,
  FunctionValue,
  JsonNumber,
  type NilPointer,
  Struct,
  TypedInt,
  typeOf,
  type Value,
} from '../value.ts';
import { cut, type Flags, NO_FLAGS, padded } from './flags.ts';
import { formatFloatBy, formatInteger } from './number.ts';
import { quoted } from './quoted.ts';

/** The verbs that ask a value for its own text. */
const STRING_VERBS = 'vsxXq';

const STEPS_PER_VALUE = 8;
/** Characters per step of a text that is quoted, or whose bytes are needed. */
const CHARS_PER_STEP = 8;
/** A text put together of small ones takes much memory until it is read. */
const FLAT_LENGTH = 4_096;

export class Printer {
  readonly #context: CallContext;
  readonly #parts: string[] = [];
  #last = '';
  #length = 0;
  /** True while a value that does not fit its verb is shown: its contents are printed plainly. */
  #isShowing = false;

  constructor(context: CallContext) {
    this.#context = context;
  }

  get text(): string {
    return this.#parts.length === 0 ? this.#last : this.#parts.join('') + this.#last;
  }

  write(text: string): void {
    this.#length += text.length;
    if (this.#length > MAX_OUTPUT) this.#context.claim(this.#length);
    this.#last += text;
    if (this.#last.length < FLAT_LENGTH) return;
    // Reading a character flattens the text.
    this.#last.charCodeAt(0);
    this.#parts.push(this.#last);
    this.#last = '';
  }

  /** As a template prints it by itself: what a pointer points to. */
  pointed(value: Value): void {
    if (value instanceof Struct) this.#struct(value, 'v', NO_FLAGS, 0, true);
    else this.argument(value, 'v', NO_FLAGS);
  }

  /** Prints a missing value as Go prints a nil. */
  argument(value: Value, verb: string, flags: Flags): void {
    if (value === undefined || value === null) {
      if (verb === 'v' || verb === 'T') this.write(padded('<nil>', flags));
      else this.write(`%!${verb}(<nil>)`);
    } else if (verb === 'T') this.write(padded(cut(typeOf(value), flags.precision), flags));
    else if (verb === 'p' || verb === 'w') this.#bad(verb, value, flags);
    else this.#value(value, verb, flags, 0);
  }

  #value(value: Value, verb: string, flags: Flags, depth: number): void {
    if (depth > MAX_DEPTH) fail`the value is nested too deep`;
    this.#context.charge(STEPS_PER_VALUE);
    if (typeof value === 'string') {
      this.#string(value, verb, flags, value);
      return;
    }
    if (value === undefined || value === null) {
      this.#nil(flags);
      return;
    }
    if (typeof value === 'bigint') {
      this.#integer(value, verb, flags, value, true);
      return;
    }
    if (typeof value === 'number') {
      this.#shown(formatFloatBy(value, verb, flags), verb, value, flags);
      return;
    }
    if (typeof value === 'boolean') {
      this.#shown(verb === 't' || verb === 'v' ? padded(String(value), flags) : undefined, verb, value, flags);
      return;
    }
    if (value instanceof JsonNumber) {
      this.#string(value.text, verb, flags, value);
      return;
    }
    if (value instanceof TypedInt) {
      this.#integer(value.value, verb, flags, value, !value.type.startsWith('u'));
      return;
    }
    if (value instanceof Uint8Array) {
      this.#bytes(value, verb, flags, depth);
      return;
    }
    if (value instanceof Map) {
      this.#map(value, verb, flags, depth);
      return;
    }
    if (value instanceof Struct) {
      this.#struct(value, verb, flags, depth);
      return;
    }
    if (Array.isArray(value)) {
      this.#list(value, verb, flags, depth);
      return;
    }
    this.#pointer(value as NilPointer | FunctionValue, verb, flags);
  }

  /** An interface without a value, inside a list, a map or a struct. */
  #nil(flags: Flags): void {
    this.write(flags.sharpV ? 'interface {}(nil)' : '<nil>');
  }

  #string(text: string, verb: string, flags: Flags, value: Value): void {
    switch (verb) {
      case 'v':
      case 's':
        if (verb === 'v' && flags.sharpV) this.#quoted(text, flags);
        else this.write(padded(cut(text, flags.precision), flags));
        return;
      case 'x':
      case 'X':
        this.#hex(toBytes(text), verb, flags);
        return;
      case 'q':
        this.#quoted(text, flags);
        return;
    }
    this.#bad(verb, value, flags);
  }

  #quoted(whole: string, flags: Flags): void {
    const text = cut(whole, flags.precision);
    this.#context.charge(text.length / CHARS_PER_STEP);
    const isRaw = flags.sharp && !/[`\u007f\ufeff]|[^\P{Cc}\t]/u.test(text) && text.isWellFormed();
    this.write(padded(isRaw ? `\`${text}\`` : quoted(text, flags.plus, this.#context.claim), flags));
  }

  #hex(bytes: Uint8Array, verb: string, flags: Flags): void {
    const length = Math.min(bytes.length, flags.precision ?? bytes.length);
    if (length === 0) {
      this.write(padded('', flags));
      return;
    }
    const prefix = flags.sharp ? `0${verb}` : '';
    const separator = flags.space ? ` ${prefix}` : '';
    this.#context.claim(length * (2 + separator.length));
    const hex = Buffer.from(bytes.buffer, bytes.byteOffset, length).toString('hex');
    const digits = verb === 'X' ? hex.toUpperCase() : hex;
    const text = separator === '' ? digits : digits.replace(/..(?!$)/g, `$&${separator}`);
    this.write(padded(prefix + text, flags));
  }

  #integer(number: bigint, verb: string, flags: Flags, value: Value, isSigned: boolean): void {
    this.#shown(formatInteger(number, verb, flags, isSigned), verb, value, flags);
  }

  #shown(text: string | undefined, verb: string, value: Value, flags: Flags): void {
    if (text === undefined) this.#bad(verb, value, flags);
    else this.write(text);
  }

  /** `%!d(string=...)`: the verb is none for the value. The flags stay. */
  #bad(verb: string, value: Value, flags: Flags): void {
    const wasShowing = this.#isShowing;
    this.#isShowing = true;
    this.write(`%!${verb}(${typeOf(value)}=`);
    this.#value(value, 'v', flags, 0);
    this.write(')');
    this.#isShowing = wasShowing;
  }

  #bytes(bytes: Uint8Array, verb: string, flags: Flags, depth: number): void {
    switch (verb) {
      case 's':
        this.write(padded(cut(fromBytes(bytes), flags.precision), flags));
        return;
      case 'x':
      case 'X':
        this.#hex(bytes, verb, flags);
        return;
      case 'q':
        this.#quoted(fromBytes(bytes), flags);
        return;
    }
    this.#context.charge(bytes.length / 4);
    const isGo = verb === 'v' && flags.sharpV;
    const name = depth === 0 ? '[]byte' : '[]uint8';
    this.write(isGo ? `${name}{` : '[');
    bytes.forEach((byte, at) => {
      if (at > 0) this.write(isGo ? ', ' : ' ');
      const text = formatInteger(BigInt(byte), verb, flags, false);
      this.#shown(text, verb, new TypedInt('uint8', BigInt(byte)), flags);
    });
    this.write(isGo ? '}' : ']');
  }

  #list(list: readonly Value[], verb: string, flags: Flags, depth: number): void {
    if (flags.sharpV && isNilCollection(list)) {
      this.write(`${typeOf(list)}(nil)`);
      return;
    }
    this.write(flags.sharpV ? `${typeOf(list)}{` : '[');
    for (let at = 0; at < list.length; at += 1) {
      if (at > 0) this.write(flags.sharpV ? ', ' : ' ');
      this.#value(list[at], verb, flags, depth + 1);
    }
    this.write(flags.sharpV ? '}' : ']');
  }

  #map(map: Map<string, Value>, verb: string, flags: Flags, depth: number): void {
    if (flags.sharpV && isNilCollection(map)) {
      this.write(`${typeOf(map)}(nil)`);
      return;
    }
    this.#context.charge(map.size * STEPS_PER_SORTED);
    this.write(flags.sharpV ? `${typeOf(map)}{` : 'map[');
    let isFirst = true;
    for (const key of sortedTexts(map.keys())) {
      if (!isFirst) this.write(flags.sharpV ? ', ' : ' ');
      isFirst = false;
      this.#value(key, verb, flags, depth + 1);
      this.write(':');
      this.#value(map.get(key), verb, flags, depth + 1);
    }
    this.write(flags.sharpV ? '}' : ']');
  }

  #struct(struct: Struct, verb: string, flags: Flags, depth: number, isPointedTo = false): void {
    const own = this.#isShowing || flags.sharpV || !STRING_VERBS.includes(verb) ? undefined : ownText(struct);
    if (own !== undefined) {
      this.#string(String(own.call(this.#context, [])), verb, flags, struct);
      return;
    }
    const isPointer = struct.type.startsWith('*');
    const type = isPointer ? struct.type.slice(1) : struct.type;
    this.write(`${isPointer && !isPointedTo ? '&' : ''}${flags.sharpV ? type : ''}{`);
    let isFirst = true;
    for (const [name, value] of struct.fields) {
      if (!isFirst) this.write(flags.sharpV ? ', ' : ' ');
      isFirst = false;
      if (flags.plusV || flags.sharpV) this.write(`${name}:`);
      this.#value(value, verb, flags, depth + 1);
    }
    this.write('}');
  }

  /** A function has an address in Go, which is not deterministic: it is shown by its type. */
  #pointer(value: NilPointer | FunctionValue, verb: string, flags: Flags): void {
    if (value instanceof FunctionValue) this.write(`%!${verb}(${typeOf(value)})`);
    else if (verb === 'v') this.write(flags.sharpV ? `(${value.type})(nil)` : padded('<nil>', flags));
    else if ('bodxX'.includes(verb)) this.#shown(formatInteger(0n, verb, flags, false), verb, value, flags);
    else this.#bad(verb, value, flags);
  }
}

function ownText(struct: Struct) {
  return struct.methods.get('Error') ?? struct.methods.get('String');
}

/** The text that a template prints of a value, whatever it is. */
export function printed(value: Value, context: CallContext): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '<no value>';
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  const printer = new Printer(context);
  printer.pointed(value);
  return printer.text;
}
