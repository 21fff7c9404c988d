// PEM (RFC 7468): the blocks of several values as one file. What stands around a block, as openssl prints it, is left out.
import { Buffer } from 'node:buffer';
import type { JsonText } from '../json-text/json-text.ts';
import { quoteName } from '../printable.ts';
import { Unfit } from './unfit.ts';

const BEGIN = Buffer.from('-----BEGIN ');
const DASHES = Buffer.from('-----');
const LONGEST_LABEL = 64;
const LABEL = /^[A-Z0-9]+( [A-Z0-9]+)*$/;

export interface Block {
  readonly label: string;
  /** From its first line to its last, which ends as every line. */
  readonly bytes: Buffer;
}

/** @param value of the key: a text, or a list of texts. @throws Unfit */
export function blocksOf(key: string, value: JsonText): Block[] {
  const name = `the value of key ${quoteName(key)}`;
  const texts = value.kind === 'list' ? [...value.items()] : [value];
  return texts.flatMap((one) => {
    const text = one.stringBytes;
    if (text === undefined) throw new Unfit(`${name} is neither a text nor a list of texts; name a key that holds PEM`);
    const blocks = [...blocksIn(text, name)];
    if (blocks.length === 0) throw new Unfit(`${name} is not PEM; name a key that holds PEM`);
    return blocks;
  });
}

/** Each place is looked at once, however many marks there are. */
function* blocksIn(text: Buffer, name: string): Iterable<Block> {
  for (let at = text.indexOf(BEGIN); at !== -1; at = text.indexOf(BEGIN, at)) {
    const labelEnd = text.indexOf(DASHES, at + BEGIN.length);
    const label =
      labelEnd === -1 ? '' : text.toString('latin1', at + BEGIN.length, Math.min(labelEnd, at + LONGEST_LABEL));
    const close = `-----END ${label}-----`;
    const from = labelEnd + DASHES.length;
    const to = text.indexOf(DASHES, from);
    const isWhole = LABEL.test(label) && to !== -1 && text.toString('latin1', to, to + close.length) === close;
    if (!isWhole || !isBody(text.subarray(from, to)))
      throw new Unfit(`${name} holds a block of PEM that is damaged; store it as it was issued, with its line breaks`);
    const end = to + close.length;
    yield { label, bytes: withLineFeeds(text.subarray(at, end)) };
    at = end;
  }
}

const END_OF_LINE = Buffer.from('\n');
const RETURN = 0x0d;

/** Lines of base64, behind headers if it is encrypted in the old way: no line break is missing or written as `\n`. */
function isBody(body: Buffer): boolean {
  const lines = body.toString('latin1').split(/\r?\n/);
  const first = lines.shift();
  const last = lines.pop();
  const headers = lines.indexOf('');
  const base64 = (headers > 0 ? lines.slice(headers + 1) : lines).join('');
  return first === '' && last === '' && base64 !== '' && BASE64.test(base64);
}

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

function withLineFeeds(block: Buffer): Buffer {
  const lines = block.includes(RETURN) ? block.filter((byte) => byte !== RETURN) : block;
  return Buffer.concat([lines, END_OF_LINE]);
}
