// The form of a record's file: a header, then the body as its owner gave it. The digest covers all but itself, the
// record's kind and id too, so that half a file, a changed byte and a file under another's name are all told from a
// whole one. What the body means, and what its format number stands for, only the owner knows.
import { createHash } from 'node:crypto';

const MAGIC = Buffer.from('smr1', 'latin1');
/** Magic, format and length as 32 bits each, SHA-256. */
const FORMAT_AT = MAGIC.length;
const LENGTH_AT = FORMAT_AT + 4;
const DIGEST_AT = LENGTH_AT + 4;
export const HEADER_BYTES = DIGEST_AT + 32;

export interface Name {
  readonly kind: string;
  readonly id: string;
}

export interface Content {
  /** The version of the body's form, a number of its owner's. */
  readonly format: number;
  readonly body: Uint8Array;
}

/** The header alone, so that the body is not copied. */
export function encodeHeader(name: Name, { format, body }: Content): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  MAGIC.copy(header);
  header.writeUInt32BE(format, FORMAT_AT);
  header.writeUInt32BE(body.length, LENGTH_AT);
  digest(name, header, body).copy(header, DIGEST_AT);
  return header;
}

/** undefined: not a whole record of this name. The body shares the memory of `bytes`. */
export function decodeRecord(name: Name, bytes: Buffer): Content | undefined {
  if (bytes.length < HEADER_BYTES || !bytes.subarray(0, FORMAT_AT).equals(MAGIC)) return undefined;
  const body = bytes.subarray(HEADER_BYTES);
  if (bytes.readUInt32BE(LENGTH_AT) !== body.length) return undefined;
  if (!digest(name, bytes, body).equals(bytes.subarray(DIGEST_AT, HEADER_BYTES))) return undefined;
  return { format: bytes.readUInt32BE(FORMAT_AT), body };
}

/** Neither kind nor id holds a slash. */
function digest({ kind, id }: Name, header: Buffer, body: Uint8Array): Buffer {
  const hash = createHash('sha256').update(header.subarray(0, DIGEST_AT));
  return hash.update(`${kind}/${id}/`).update(body).digest();
}
