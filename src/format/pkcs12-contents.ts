// The contents of a PKCS#12 file: certificates from PEM, and the key of one of them.
import type { Buffer } from 'node:buffer';
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { Block } from './pem.ts';
import { Unfit } from './unfit.ts';

/** In DER. */
export interface KeyAndCertificates {
  /** PKCS#8; undefined: the file is a trust store. */
  readonly key: Buffer | undefined;
  /** At least one, without duplicates; if there is a key, its certificate comes first. */
  readonly certificates: readonly Buffer[];
}

const ENCRYPTED = /ENCRYPTED/;
/** Limit on the blocks of a file: a certificate takes 0.2 ms. */
export const MOST_BLOCKS = 64;
/** Limit on each block: a key of 16,384 bits has 13 KB. */
export const LARGEST_BLOCK_BYTES = 32 * 1024;

/** @throws Unfit */
export function readBlocks(blocks: readonly Block[]): KeyAndCertificates {
  if (blocks.length > MOST_BLOCKS)
    throw new Unfit(`it holds more than ${MOST_BLOCKS} certificates; name keys with fewer in pem`);
  if (blocks.some(({ bytes }) => bytes.length > LARGEST_BLOCK_BYTES))
    throw new Unfit('a block is larger than 32 KiB, and no certificate or key is; name other keys in pem');
  const certificates: X509Certificate[] = [];
  const keys: KeyObject[] = [];
  for (const block of blocks) {
    if (block.label === 'CERTIFICATE') certificates.push(readCertificate(block));
    else if (block.label.endsWith('PRIVATE KEY')) keys.push(readKey(block));
    else
      throw new Unfit(`it does not take a block ${block.label}; name keys with certificates and a private key in pem`);
  }
  const [key, another] = keys;
  if (another !== undefined) throw new Unfit('there is more than one private key; name the key of one in pem');
  if (certificates.length === 0) throw new Unfit('there is no certificate; name a key that holds one in pem');
  if (key === undefined) return { key, certificates: distinct(certificates) };
  const own = certificates.find((certificate) => certificate.checkPrivateKey(key));
  if (own === undefined)
    throw new Unfit('no certificate belongs to the private key; name those in pem that were issued together');
  return { key: key.export({ type: 'pkcs8', format: 'der' }), certificates: distinct([own, ...certificates]) };
}

function readCertificate({ bytes }: Block): X509Certificate {
  try {
    return new X509Certificate(bytes);
  } catch {
    throw new Unfit('a certificate cannot be read; store it as it was issued');
  }
}

function readKey({ bytes }: Block): KeyObject {
  if (ENCRYPTED.test(bytes.toString('latin1')))
    throw new Unfit('the private key is encrypted; store it as it was issued, the file has its own password');
  try {
    return createPrivateKey(bytes);
  } catch {
    throw new Unfit('the private key cannot be read; store it as it was issued');
  }
}

function distinct(certificates: readonly X509Certificate[]): readonly Buffer[] {
  return [...new Map(certificates.map(({ raw, fingerprint256 }) => [fingerprint256, raw])).values()];
}
