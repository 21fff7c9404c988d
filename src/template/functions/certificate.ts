// A certificate's key identifiers, which say who signed it; node:crypto does not expose them.
import { X509Certificate } from 'node:crypto';
import { fail } from '../safe-text.ts';
import { readPem } from './pem.ts';

export interface Certificate {
  readonly raw: Buffer;
  /** Identifier of its own key; empty if it has none. */
  readonly subjectKeyId: string;
  readonly authorityKeyId: string;
}

/** Undefined if it is not a certificate. */
export function certificateIn(bytes: Buffer): Certificate | undefined {
  try {
    const raw = new X509Certificate(bytes).raw;
    return { raw, subjectKeyId: idIn(raw, SUBJECT_KEY_ID), authorityKeyId: idIn(raw, AUTHORITY_KEY_ID) };
  } catch {
    return undefined;
  }
}

/** From the leaf to its root. */
export function orderedChain(text: string): Certificate[] {
  const certificates = readPem(text).blocks.map(({ bytes }) => {
    return certificateIn(bytes) ?? fail`x509: malformed certificate`;
  });
  const issuers = new Map<Certificate, Certificate>();
  for (const own of certificates) {
    const issuer = certificates.find((other) => other !== own && other.subjectKeyId === own.authorityKeyId);
    if (issuer !== undefined) issuers.set(own, issuer);
  }
  const parents = new Set(issuers.values());
  const leaves = certificates.filter((certificate) => !parents.has(certificate));
  if (leaves.length > 1) fail`found multiple leaf or disjunct certificates`;
  if (leaves.length === 0) fail`no leaf certificate found`;
  const chain: Certificate[] = [];
  for (let next = leaves[0]; next !== undefined; next = issuers.get(next)) {
    if (chain.length === certificates.length) fail`constructing chain resulted in cycle`;
    chain.push(next);
  }
  return chain;
}

/** Self-signed, judging by its identifiers. */
export function isRoot({ authorityKeyId, subjectKeyId }: Certificate): boolean {
  return authorityKeyId === '' || authorityKeyId === subjectKeyId;
}

/** 2.5.29.14 and 2.5.29.35 as DER has them. */
const SUBJECT_KEY_ID = Buffer.from('0603551d0e', 'hex');
const AUTHORITY_KEY_ID = Buffer.from('0603551d23', 'hex');
const BOOLEAN = 0x01;
const OCTETS = 0x04;
/** The first field of an authority's identifier: the key's. */
const KEY_ID = 0x80;

function idIn(raw: Buffer, oid: Buffer): string {
  const at = raw.indexOf(oid);
  if (at < 0) return '';
  let next = elementAt(raw, at + oid.length);
  if (next.tag === BOOLEAN) next = elementAt(raw, next.end);
  const inner = elementAt(raw, next.start);
  if (oid === SUBJECT_KEY_ID) return inner.tag === OCTETS ? raw.toString('hex', inner.start, inner.end) : '';
  if (inner.start === inner.end) return '';
  const first = elementAt(raw, inner.start);
  return first.tag === KEY_ID ? raw.toString('hex', first.start, first.end) : '';
}

interface Element {
  readonly tag: number;
  readonly start: number;
  readonly end: number;
}

function elementAt(bytes: Buffer, at: number): Element {
  const first = bytes.readUInt8(at + 1);
  const size = first < 0x80 ? 0 : first & 0x7f;
  const length = size === 0 ? first : bytes.readUIntBE(at + 2, size);
  const start = at + 2 + size;
  return { tag: bytes.readUInt8(at), start, end: start + length };
}
