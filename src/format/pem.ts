// PEM (RFC 7468): the blocks of several values in one file. Text around a block, as openssl prints it, is dropped.
import { Buffer } from 'node:buffer';
import type { JsonText } from '../json-text/json-text.ts';
import { compareBytes } from '../json-text/scan.ts';
import { quoteName } from '../printable.ts';
import { Unfit } from './unfit.ts';

const BEGIN = Buffer.from('-----BEGIN ');
const END = Buffer.from('-----END ');
const DASHES = Buffer.from('-----');

export interface Block {
  readonly label: string;
  /** From its first line to its last, without the final line break. */
  readonly bytes: Buffer;
}

/** @param value of the key: a text, or a list of texts. @throws Unfit */
export function blocksOf(key: string, value: JsonText): Block[] {
  const name = `the value of key ${quoteName(key)}`;
  const blocks: Block[] = [];
  for (const one of value.kind === 'list' ? value.items() : [value]) {
    const text = one.stringBytes;
    if (text === undefined) throw new Unfit(`${name} is neither a text nor a list of texts; name a key that holds PEM`);
    const before = blocks.length;
    addBlocks(text, name, blocks);
    if (blocks.length === before) throw new Unfit(`${name} is not PEM; name a key that holds PEM`);
  }
  return blocks;
}

/** Linear: each position is looked at once, however many marks there are. */
function addBlocks(text: Buffer, name: string, blocks: Block[]): void {
  for (let at = text.indexOf(BEGIN); at !== -1; at = text.indexOf(BEGIN, at)) {
    const label = at + BEGIN.length;
    const labelEnd = endOfLabel(text, label);
    const body = labelEnd + DASHES.length;
    const end = text.indexOf(DASHES, body);
    const last = end + END.length + labelEnd - label;
    const isWhole =
      labelEnd > label &&
      isAt(text, labelEnd, DASHES) &&
      isAt(text, end, END) &&
      compareBytes(text, label, labelEnd, end + END.length, last) === 0 &&
      isAt(text, last, DASHES) &&
      isBody(text, body, end);
    if (!isWhole)
      throw new Unfit(`${name} holds a block of PEM that is damaged; store it as it was issued, with its line breaks`);
    at = last + DASHES.length;
    blocks.push(new Found(text, label, labelEnd, at));
  }
}

/** The label is decoded on demand, as most blocks are only joined. */
class Found implements Block {
  readonly bytes: Buffer;
  readonly #labelLength: number;

  constructor(text: Buffer, label: number, labelEnd: number, end: number) {
    this.bytes = text.subarray(label - BEGIN.length, end);
    this.#labelLength = labelEnd - label;
  }

  get label(): string {
    return this.bytes.toString('latin1', BEGIN.length, BEGIN.length + this.#labelLength);
  }
}

function isAt(text: Buffer, at: number, wanted: Buffer): boolean {
  for (let i = 0; i < wanted.length; i += 1) if (text[at + i] !== wanted[i]) return false;
  return true;
}

const LABEL = table('ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ');
const BASE64 = table('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');

function table(letters: string): Uint8Array {
  const known = new Uint8Array(256);
  for (const letter of letters) known[letter.charCodeAt(0)] = 1;
  return known;
}

function endOfLabel(text: Buffer, start: number): number {
  let at = start;
  while (LABEL[text[at] ?? 0] === 1) at += 1;
  return at;
}

const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const COLON = 0x3a;
const PADDING = 0x3d;

/** Lines of base64, after headers if it uses the old encryption; refuses missing line breaks and literal `\n`. */
function isBody(text: Buffer, from: number, to: number): boolean {
  const start = text[from] === RETURN ? from + 1 : from;
  if (text[start] !== LINE_FEED || text[to - 1] !== LINE_FEED) return false;
  let digits = 0;
  let padding = 0;
  for (let at = behindHeaders(text, start + 1, to); at < to; at += 1) {
    const byte = text[at] as number;
    if (byte === LINE_FEED || byte === RETURN) continue;
    if (byte === PADDING) padding += 1;
    else if (BASE64[byte] !== 1 || padding > 0) return false;
    else digits += 1;
  }
  return digits > 0 && padding <= 2;
}

/** Headers have a colon in their first line and end with an empty one. */
function behindHeaders(text: Buffer, start: number, to: number): number {
  let hasColon = false;
  let isEmpty = true;
  for (let at = start; at < to; at += 1) {
    const byte = text[at];
    if (byte === LINE_FEED && (isEmpty || !hasColon)) return hasColon ? at + 1 : start;
    if (byte === LINE_FEED) isEmpty = true;
    else if (byte !== RETURN) isEmpty = false;
    if (byte === COLON) hasColon = true;
  }
  return hasColon ? to : start;
}

/** Every line in it, and so every block, ends with a line break. */
export function joinBlocks(blocks: readonly Block[]): Buffer {
  const length = blocks.reduce((sum, { bytes }) => sum + bytes.length + 1, 0);
  const joined = Buffer.allocUnsafeSlow(length);
  let end = 0;
  for (const { bytes } of blocks) {
    for (const byte of bytes) if (byte !== RETURN) joined[end++] = byte;
    joined[end++] = LINE_FEED;
  }
  return joined.subarray(0, end);
}
