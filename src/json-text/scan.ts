// JSON as bytes: whether they are one JSON text, and where its parts end. Values stay where they are, so that an answer
// costs its bytes and not an object for each value in it. It takes what JSON.parse takes, with one bound on depth.

/** Go's decoder has the same, so no store sends more. */
export const MAX_DEPTH = 10_000;

export const SPACE = 0x20;
export const QUOTE = 0x22;
export const BACKSLASH = 0x5c;
export const COLON = 0x3a;
export const COMMA = 0x2c;
export const OPEN_OBJECT = 0x7b;
export const CLOSE_OBJECT = 0x7d;
export const OPEN_LIST = 0x5b;
export const CLOSE_LIST = 0x5d;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const LOWER_U = 0x75;

/** What may follow a backslash, besides `u`. */
const ESCAPED = new Set([...'"\\/bfnrt'].map((char) => char.charCodeAt(0)));
const WORDS = new Map([...['true', 'false', 'null']].map((word) => [word.charCodeAt(0), Buffer.from(word)]));

/** For each open container, whether it is an object. One for all texts: they are checked one after the other. */
const open = new Uint8Array(MAX_DEPTH);

/** The outermost levels, in which a store wraps what is asked for. */
const NOTED_LEVELS = 4;
const NOTED_BYTES = 64 * 1024;
/** Where the open container of each of these levels starts. */
const starts = new Uint32Array(NOTED_LEVELS);

/**
 * Whether `bytes` are one JSON text of at most MAX_DEPTH levels.
 * @param ends is told where large objects and lists of the outermost levels end, by where they start
 */
export function isJson(bytes: Buffer, ends: Map<number, number>): boolean {
  let depth = 0;
  let at = skipSpace(bytes, 0);
  for (;;) {
    // A value starts here.
    const byte = bytes[at];
    if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      const isObject = byte === OPEN_OBJECT;
      if (depth === MAX_DEPTH) return false;
      if (depth < NOTED_LEVELS) starts[depth] = at;
      at = skipSpace(bytes, at + 1);
      if (bytes[at] === (isObject ? CLOSE_OBJECT : CLOSE_LIST)) at += 1;
      else {
        open[depth] = isObject ? 1 : 0;
        depth += 1;
        if (!isObject) continue;
        at = checkKey(bytes, at);
        if (at === -1) return false;
        continue;
      }
    } else {
      at = byte === QUOTE ? checkString(bytes, at) : checkPlain(bytes, at);
      if (at === -1) return false;
    }
    // A value ended here.
    for (;;) {
      if (isSpace(bytes[at])) at = skipSpace(bytes, at);
      if (depth === 0) return at === bytes.length;
      const isObject = open[depth - 1] === 1;
      const next = bytes[at];
      if (next === COMMA) {
        at += 1;
        if (isSpace(bytes[at])) at = skipSpace(bytes, at);
        if (isObject) at = checkKey(bytes, at);
        if (at === -1) return false;
        break;
      }
      if (next !== (isObject ? CLOSE_OBJECT : CLOSE_LIST)) return false;
      depth -= 1;
      at += 1;
      if (depth >= NOTED_LEVELS) continue;
      const start = starts[depth] as number;
      if (at - start >= NOTED_BYTES) ends.set(start, at);
    }
  }
}

/** @returns where the value of the key at `at` starts; -1: no key. */
function checkKey(bytes: Buffer, at: number): number {
  if (bytes[at] !== QUOTE) return -1;
  const end = checkString(bytes, at);
  if (end === -1) return -1;
  const colon = skipSpace(bytes, end);
  return bytes[colon] === COLON ? skipSpace(bytes, colon + 1) : -1;
}

/** @param start at the quote. @returns behind the closing quote; -1: no string. */
function checkString(bytes: Buffer, start: number): number {
  const { length } = bytes;
  for (let at = start + 1; at < length; at += 1) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) return at + 1;
    if (byte < 0x20) return -1;
    if (byte !== BACKSLASH) continue;
    at += 1;
    const escaped = bytes[at];
    if (escaped === LOWER_U) {
      if (hexUnit(bytes, at + 1) === -1) return -1;
      at += 4;
    } else if (escaped === undefined || !ESCAPED.has(escaped)) return -1;
  }
  return -1;
}

/** A number or one of the three words. @returns where it ends; -1: none. */
function checkPlain(bytes: Buffer, start: number): number {
  const first = bytes[start] as number;
  if (first > NINE) {
    const word = WORDS.get(first);
    return word === undefined ? -1 : checkWord(bytes, start, word);
  }
  let at = first === MINUS ? start + 1 : start;
  if (bytes[at] === ZERO) at += 1;
  else {
    at = checkDigits(bytes, at);
    if (at === -1) return -1;
  }
  const behind = bytes[at];
  if (behind === COMMA || behind === CLOSE_LIST) return at;
  if (behind === 0x2e) {
    at = checkDigits(bytes, at + 1);
    if (at === -1) return -1;
  }
  if (bytes[at] === 0x65 || bytes[at] === 0x45) {
    const sign = bytes[at + 1];
    at = checkDigits(bytes, sign === 0x2b || sign === MINUS ? at + 2 : at + 1);
  }
  return at;
}

function checkWord(bytes: Buffer, start: number, word: Buffer): number {
  for (let at = 0; at < word.length; at += 1) if (bytes[start + at] !== word[at]) return -1;
  return start + word.length;
}

/** @returns behind them; -1: there are none. */
function checkDigits(bytes: Buffer, start: number): number {
  let at = start;
  while (isDigit(bytes[at])) at += 1;
  return at === start ? -1 : at;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}

/** The UTF-16 unit that four hex digits stand for; -1 if they are not. */
export function hexUnit(bytes: Buffer, at: number): number {
  let unit = 0;
  for (let i = at; i < at + 4; i += 1) {
    const digit = hexDigit(bytes[i] ?? 0);
    if (digit === -1) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

function hexDigit(byte: number): number {
  if (byte >= ZERO && byte <= NINE) return byte - ZERO;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** One of JSON's four, or what no JSON holds outside of strings. */
function isSpace(byte: number | undefined): boolean {
  return byte !== undefined && byte <= SPACE;
}

export function skipSpace(bytes: Buffer, start: number): number {
  let at = start;
  for (;;) {
    const byte = bytes[at];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return at;
    at += 1;
  }
}

// From here on the bytes are known to be JSON.

/** @param start at the quote. @returns behind the closing one. */
export function endOfString(bytes: Buffer, start: number): number {
  let at = start + 1;
  for (const short = at + SHORT_BYTES; ; ) {
    const byte = bytes[at];
    if (byte === QUOTE) return at + 1;
    at += byte === BACKSLASH ? 2 : 1;
    if (at < short) continue;
    // A quote behind anything else than a backslash ends it. One that is escaped is looked for no further in this way.
    const quote = bytes.indexOf(QUOTE, at);
    if (bytes[quote - 1] !== BACKSLASH || quote === at) return quote + 1;
    return endOfEscaped(bytes, at);
  }
}

/** From here on a search by the engine is faster than a walk. */
const SHORT_BYTES = 64;

function endOfEscaped(bytes: Buffer, start: number): number {
  let at = start;
  for (;;) {
    const byte = bytes[at];
    if (byte === QUOTE) return at + 1;
    at += byte === BACKSLASH ? 2 : 1;
  }
}

/** The end of a string, a number or a word. */
export function endOfScalar(bytes: Buffer, start: number): number {
  if (bytes[start] === QUOTE) return endOfString(bytes, start);
  let at = start + 1;
  for (;;) {
    const byte = bytes[at];
    // Space, comma or a closing bracket: all below the characters of a number or word, or these two.
    if (byte === undefined || byte <= 0x20 || byte === COMMA || byte === CLOSE_LIST || byte === CLOSE_OBJECT) return at;
    at += 1;
  }
}

/** What a byte outside of strings does to the depth; or it starts a string. One look for each byte. */
const STRING = 2;
const STEPS = new Int8Array(256);
STEPS[QUOTE] = STRING;
STEPS[OPEN_OBJECT] = 1;
STEPS[OPEN_LIST] = 1;
STEPS[CLOSE_OBJECT] = -1;
STEPS[CLOSE_LIST] = -1;

export function endOfValue(bytes: Buffer, start: number): number {
  if (!isOpening(bytes[start])) return endOfScalar(bytes, start);
  let depth = 0;
  let at = start;
  for (;;) {
    const step = STEPS[bytes[at] as number] as number;
    if (step === STRING) {
      at = endOfString(bytes, at);
      continue;
    }
    at += 1;
    if (step === 0) continue;
    depth += step;
    if (depth === 0) return at;
  }
}

export function isOpening(byte: number | undefined): boolean {
  return byte === OPEN_OBJECT || byte === OPEN_LIST;
}

/** Where the value of a key starts. @param keyEnd behind the key's closing quote */
export function valueAfter(bytes: Buffer, keyEnd: number): number {
  return skipSpace(bytes, skipSpace(bytes, keyEnd) + 1);
}

export function compareBytes(bytes: Buffer, aFrom: number, aTo: number, bFrom: number, bTo: number): number {
  const length = Math.min(aTo - aFrom, bTo - bFrom);
  for (let i = 0; i < length; i += 1) {
    const difference = (bytes[aFrom + i] as number) - (bytes[bFrom + i] as number);
    if (difference !== 0) return difference;
  }
  return aTo - aFrom - (bTo - bFrom);
}
