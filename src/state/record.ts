// The form of a record's file: a header, the account in whose share it is, then the body as its owner gave it. The
// digest covers all but itself, the record's kind and id too, so that half a file, a changed byte and a file under
// another's name are all told from a whole one. What the body means, and what its format number stands for, only the owner knows.
import { createHash } from 'node:crypto';

const MAGIC = Buffer.from('smr1', 'latin1');
/** Magic, format and the lengths of account and body as 32 bits each, SHA-256. */
const FORMAT_AT = MAGIC.length;
const ACCOUNT_LENGTH_AT = FORMAT_AT + 4;
const LENGTH_AT = ACCOUNT_LENGTH_AT + 4;
const DIGEST_AT = LENGTH_AT + 4;
const HEADER_BYTES = DIGEST_AT + 32;

export interface Name {
  readonly kind: string;
  readonly id: string;
}

export interface Content {
  /** The version of the body's form, a number of its owner's. */
  readonly format: number;
  /** Empty: the record belongs to the provider itself. */
  readonly account: string;
  readonly body: Uint8Array;
}

export function recordBytes({ account, body }: Pick<Content, 'account' | 'body'>): number {
  return HEADER_BYTES + Buffer.byteLength(account) + body.length;
}

/** The header alone, so that the body is not copied. */
export function encodeHead(name: Name, { format, account, body }: Content): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  const whose = Buffer.from(account);
  MAGIC.copy(header);
  header.writeUInt32BE(format, FORMAT_AT);
  header.writeUInt32BE(whose.length, ACCOUNT_LENGTH_AT);
  header.writeUInt32BE(body.length, LENGTH_AT);
  digest(name, header, whose, body).copy(header, DIGEST_AT);
  return Buffer.concat([header, whose]);
}

/** undefined: not a whole record of this name. The body shares the memory of `bytes`. */
export function decodeRecord(name: Name, bytes: Buffer): Content | undefined {
  if (bytes.length < HEADER_BYTES || !bytes.subarray(0, FORMAT_AT).equals(MAGIC)) return undefined;
  const bodyAt = HEADER_BYTES + bytes.readUInt32BE(ACCOUNT_LENGTH_AT);
  if (bodyAt + bytes.readUInt32BE(LENGTH_AT) !== bytes.length) return undefined;
  const whose = bytes.subarray(HEADER_BYTES, bodyAt);
  const body = bytes.subarray(bodyAt);
  if (!digest(name, bytes, whose, body).equals(bytes.subarray(DIGEST_AT, HEADER_BYTES))) return undefined;
  return { format: bytes.readUInt32BE(FORMAT_AT), account: whose.toString(), body };
}

/** Neither kind nor id holds a slash. */
function digest({ kind, id }: Name, header: Buffer, whose: Uint8Array, body: Uint8Array): Buffer {
  const hash = createHash('sha256').update(header.subarray(0, DIGEST_AT));
  return hash.update(`${kind}/${id}/`).update(whose).update(body).digest();
}
