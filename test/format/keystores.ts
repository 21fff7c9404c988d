// Certificates and keys as PKCS#12. They are made for these tests alone, and are files here so that the bytes stay the same.
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { blocksOf } from '../../src/format/pem.ts';
import { writePkcs12 } from '../../src/format/pkcs12.ts';
import { JsonText } from '../../src/json-text/json-text.ts';

export const CERTIFICATES = JSON.parse(readFileSync(join(import.meta.dirname, 'certificates.json'), 'utf8'));
const { ca, otherCa, ec, rsa, ed25519 } = CERTIFICATES;

export interface Keystore {
  readonly name: string;
  readonly bytes: Buffer;
  readonly sha256: string;
  readonly password: string;
  readonly alias: string | undefined;
  /** Hashes of the key in PKCS#8, and of the certificates in the order in which they should be. */
  readonly key: string | undefined;
  readonly certificates: readonly string[];
}

interface Wish {
  readonly name: string;
  readonly pems: readonly string[];
  readonly password?: string;
  readonly alias?: string;
  /** Where it is not that of `pems`. */
  readonly order?: readonly string[];
}

const WISHES: readonly Wish[] = [
  { name: 'a key with its chain', pems: [ec.certificate, ca, ec.private_key], alias: 'web' },
  { name: 'without an alias', pems: [ec.certificate, ca, ec.private_key] },
  { name: 'a key of RSA', pems: [rsa.private_key, rsa.certificate, ca], alias: 'web' },
  { name: 'a key of RSA as PKCS#1', pems: [rsa.pkcs1, rsa.certificate], alias: 'web' },
  { name: 'a key of EC as SEC1', pems: [ec.sec1, ec.certificate], alias: 'web' },
  { name: 'a key of Ed25519', pems: [ed25519.private_key, ed25519.certificate, ca], alias: 'web' },
  {
    name: 'a chain before its certificate, and twice',
    pems: [ca, ec.certificate, ca, ec.certificate, ec.private_key],
    order: [ec.certificate, ca],
    alias: 'a name of several words',
  },
  { name: 'a password of all characters', pems: [ec.certificate, ec.private_key], password: printable(), alias: 'web' },
  { name: 'a password of one character', pems: [ec.certificate, ec.private_key], password: 'x', alias: 'web' },
  { name: 'certificates alone', pems: [ca, otherCa], alias: 'ca' },
  { name: 'certificates alone, without an alias', pems: [ca, otherCa] },
];

export function writeKeystore(
  pems: readonly string[],
  password: string,
  alias?: string,
  saltKey = Buffer.alloc(32, 7),
) {
  const data = JsonText.parse(Buffer.from(JSON.stringify(pems)));
  if (data === undefined) throw new Error('it is no JSON');
  return writePkcs12(blocksOf('k', data), { password, alias, saltKey });
}

export function makeKeystores(): readonly Keystore[] {
  return WISHES.map(({ name, pems, password = 'changeit', alias, order }) => {
    const bytes = writeKeystore(pems, password, alias);
    const key = pems.find((pem) => pem.includes('PRIVATE KEY'));
    const certificates = order ?? pems.filter((pem) => pem !== key);
    return {
      name,
      bytes,
      sha256: sha256(bytes),
      password,
      alias,
      key: key === undefined ? undefined : hashOfKey(key),
      certificates: certificates.map(hashOfCertificate),
    };
  });
}

export function hashOfKey(pem: string): string {
  return sha256(createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' }));
}

export function hashOfCertificate(pem: string): string {
  return sha256(new X509Certificate(pem).raw);
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function printable(): string {
  return String.fromCharCode(...Array.from({ length: 0x7e - 0x20 + 1 }, (_, index) => 0x20 + index));
}
