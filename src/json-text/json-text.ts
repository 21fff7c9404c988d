// A JSON value that stays in the bytes it came in, and answers what it is asked: the value of a key, a string, a number's
// own text. Nothing is parsed that nobody asks for, and what is kept weighs its bytes.
import { Buffer, isUtf8 } from 'node:buffer';
import { StringDecoder } from 'node:string_decoder';
import { Containers } from './containers.ts';
import { membersOf } from './members.ts';
import {
  CLOSE_OBJECT,
  COMMA,
  endOfScalar,
  endOfString,
  endOfValue,
  isJson,
  isOpening,
  OPEN_LIST,
  OPEN_OBJECT,
  QUOTE,
  skipSpace,
  valueAfter,
} from './scan.ts';
import { isText, stringBytes, stringText } from './string.ts';

export type JsonKind = 'object' | 'list' | 'string' | 'number' | 'true' | 'false' | 'null';

const KINDS = new Map<number, JsonKind>([
  [OPEN_OBJECT, 'object'],
  [OPEN_LIST, 'list'],
  [QUOTE, 'string'],
  [0x74, 'true'],
  [0x66, 'false'],
  [0x6e, 'null'],
]);

/** Buffer, array buffer, this object and where its members are, beside the bytes. */
const OVERHEAD_BYTES = 768;
/** Bytes that are not UTF-8 are decoded in pieces, so that no string of the whole text lies in the heap. */
const PIECE_BYTES = 64 * 1024;

/** An answer's own fields and a secret's few keys; where the members of a larger object are would weigh as much as it. */
const MOST_REMEMBERED = 16;
/** Members as they are found; one for all walks, as no walk begins within another. */
const scratch = new Uint32Array(3 * MOST_REMEMBERED);
/** Ends as they are found: most texts have nothing that large. */
const noted = new Map<number, number>();
const NONE: ReadonlyMap<number, number> = new Map();
/** A copy of a few bytes costs more than what it saves. */
const MOST_BESIDE_BYTES = 4 * 1024;

export class JsonText {
  /** `{}`: for what must have a body and nothing in it. */
  static readonly EMPTY = new JsonText(alone(Buffer.from('{}')), 0, NONE);

  /** All of the text. UTF-8, and known to be JSON. */
  readonly bytes: Buffer;
  /** Where this value starts in it. */
  readonly start: number;
  /**
   * For an object with few members that was asked for one: where each key starts and ends, and where its value starts.
   */
  #members: readonly number[] | undefined;
  /** Where large values of the text end, by where they start. */
  readonly #ends: ReadonlyMap<number, number>;

  private constructor(bytes: Buffer, start: number, ends: ReadonlyMap<number, number>) {
    this.bytes = bytes;
    this.start = start;
    this.#ends = ends;
  }

  /** undefined if the bytes are not JSON. They are kept and must not be changed. */
  static parse(given: Buffer): JsonText | undefined {
    const bytes = alone(isUtf8(given) ? given : toUtf8(given));
    noted.clear();
    if (!isJson(bytes, noted)) return undefined;
    return new JsonText(bytes, skipSpace(bytes, 0), noted.size === 0 ? NONE : new Map(noted));
  }

  get kind(): JsonKind {
    return KINDS.get(this.bytes[this.start] as number) ?? 'number';
  }

  /** What keeping it takes in memory. */
  get sizeBytes(): number {
    return this.bytes.buffer.byteLength + OVERHEAD_BYTES;
  }

  /** Behind this value. */
  get end(): number {
    return this.#endAt(this.start);
  }

  /** The text of this value alone. */
  get source(): Buffer {
    return this.bytes.subarray(this.start, this.end);
  }

  /** The value of an object's own key, the last one of several; undefined if there is none. */
  get(key: string): JsonText | undefined {
    const members = this.#members;
    const found = members === undefined ? this.#find(key) : findIn(members, this.bytes, key);
    return found === -1 ? undefined : this.#at(found);
  }

  /** The values of several keys, found in one pass. */
  pick(keys: ReadonlySet<string>): Map<string, JsonText> {
    const found = new Map<string, JsonText>();
    // Most other keys need not be decoded.
    const hashes = new Set<number>();
    for (const key of keys) hashes.add(hashOf(Buffer.from(key), 0, Buffer.byteLength(key)));
    this.#eachMember((from, to, value) => {
      const hash = hashOf(this.bytes, from, to);
      if (hash !== ESCAPED && !hashes.has(hash)) return;
      const key = stringText({ bytes: this.bytes, from, to });
      if (keys.has(key)) found.set(key, this.#at(value));
    });
    return found;
  }

  /** The keys and values of an object in the order of their names' UTF-8 bytes, of equal names the last. */
  *entries(): Iterable<readonly [key: string, value: JsonText]> {
    const { bytes, start } = this;
    if (this.kind !== 'object') return;
    for (const members = membersOf(bytes, start, 0, new Containers(bytes, start)); members.next(); ) {
      const name = { bytes, from: members.key + 1, to: endOfString(bytes, members.key) - 1 };
      yield [stringText(name), this.#at(members.value)];
    }
  }

  /** The values of a list. */
  *items(): Iterable<JsonText> {
    const { bytes, start } = this;
    if (this.kind !== 'list') return;
    for (const members = membersOf(bytes, start, 0, new Containers(bytes, start)); members.next(); )
      yield this.#at(members.value);
  }

  /** Names of an object's keys in the order of the text, at most `most` of them, and how many there are. */
  keys(most: number): { readonly names: readonly string[]; readonly count: number } {
    const names = new Set<string>();
    let beyond = 0;
    this.#eachMember((from, to) => {
      if (names.size < most) names.add(stringText({ bytes: this.bytes, from, to }));
      else beyond += 1;
    });
    return { names: [...names], count: names.size + beyond };
  }

  /** A string's value, as JSON.parse gives it; undefined for anything else. */
  get text(): string | undefined {
    return this.kind === 'string' ? stringText(this.#string()) : undefined;
  }

  /** A string's value as UTF-8; undefined for anything else. It may share this text's memory. */
  get stringBytes(): Buffer | undefined {
    return this.kind === 'string' ? stringBytes(this.#string()) : undefined;
  }

  /** A string as it stands between its quotes; how long it is without decoding it. */
  get stringLength(): number {
    const { from, to } = this.#string();
    return to - from;
  }

  /** A number as the store wrote it; undefined for anything else. */
  get number(): string | undefined {
    if (this.kind !== 'number') return undefined;
    return this.bytes.toString('latin1', this.start, endOfScalar(this.bytes, this.start));
  }

  #at(start: number): JsonText {
    return new JsonText(this.bytes, start, this.#ends);
  }

  #endAt(start: number): number {
    const noted = isOpening(this.bytes[start]) ? this.#ends.get(start) : undefined;
    return noted ?? endOfValue(this.bytes, start);
  }

  #string() {
    return { bytes: this.bytes, from: this.start + 1, to: endOfString(this.bytes, this.start) - 1 };
  }

  /** Where its value starts; -1 if there is none. The members of a small object are remembered. */
  #find(key: string): number {
    let found = -1;
    if (this.kind !== 'object') return found;
    this.#walk((from, to, value) => {
      if (isText(this.bytes, from, to, key)) found = value;
    }, true);
    return found;
  }

  #eachMember(use: UseMember): void {
    if (this.kind !== 'object') return;
    const members = this.#members;
    if (members === undefined) this.#walk(use, false);
    else
      for (let at = 0; at < members.length; at += 3)
        use(members[at] as number, members[at + 1] as number, members[at + 2] as number);
  }

  #walk(use: UseMember, isRemembered: boolean): void {
    const { bytes } = this;
    let count = 0;
    let at = skipSpace(bytes, this.start + 1);
    while (bytes[at] !== CLOSE_OBJECT) {
      const keyEnd = endOfString(bytes, at);
      const value = valueAfter(bytes, keyEnd);
      if (count < MOST_REMEMBERED) {
        scratch[3 * count] = at + 1;
        scratch[3 * count + 1] = keyEnd - 1;
        scratch[3 * count + 2] = value;
      }
      count += 1;
      use(at + 1, keyEnd - 1, value);
      at = skipSpace(bytes, this.#endAt(value));
      if (bytes[at] === COMMA) at = skipSpace(bytes, at + 1);
    }
    if (isRemembered && count <= MOST_REMEMBERED) this.#members = copyOf(scratch, 3 * count);
  }
}

function findIn(members: readonly number[], bytes: Buffer, key: string): number {
  let found = -1;
  for (let at = 0; at < members.length; at += 3)
    if (isText(bytes, members[at] as number, members[at + 1] as number, key)) found = members[at + 2] as number;
  return found;
}

/** By hand: an iterator costs more than the walk. */
function copyOf(numbers: Uint32Array, length: number): readonly number[] {
  const copy = new Array<number>(length);
  for (let at = 0; at < length; at += 1) copy[at] = numbers[at] as number;
  return copy;
}

/** @param from of the key, between its quotes */
type UseMember = (from: number, to: number, value: number) => void;

const ESCAPED = -1;

/** A key's bytes as 31 bits; ESCAPED if they are not the key itself. */
function hashOf(bytes: Buffer, from: number, to: number): number {
  let hash = 0;
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at] as number;
    if (byte === 0x5c) return ESCAPED;
    hash = Math.imul(hash, 31) + byte;
  }
  return hash & 0x7fffffff;
}

/** As text decoders do: what is not a character becomes U+FFFD. */
function toUtf8(bytes: Buffer): Buffer {
  const decoder = new StringDecoder('utf8');
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += PIECE_BYTES)
    pieces.push(Buffer.from(decoder.write(bytes.subarray(at, at + PIECE_BYTES))));
  pieces.push(Buffer.from(decoder.end()));
  return Buffer.concat(pieces);
}

/** Node makes small buffers out of larger ones, of which each would keep the whole. */
function alone(bytes: Buffer): Buffer {
  if (bytes.buffer.byteLength <= bytes.byteLength + MOST_BESIDE_BYTES) return bytes;
  const copy = Buffer.allocUnsafeSlow(bytes.byteLength);
  bytes.copy(copy);
  return copy;
}
