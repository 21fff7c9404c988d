// Functions of certificates and keys: those of External Secrets, and those of sprig that generate nothing.
import {
  constants,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  privateDecrypt,
  type webcrypto,
} from 'node:crypto';
import { define } from '../function.ts';
import { fail } from '../safe-text.ts';
import { fromBytes, toBytes } from '../text.ts';
import { type CallContext, Struct, type Value } from '../value.ts';
import { base64Decoded } from './base-text.ts';
import { certificateIn, isRoot, orderedChain } from './certificate.ts';
import { readJson } from './json-read.ts';
import { readPem, writePem } from './pem.ts';

/** Steps for a private key: about a millisecond. */
const STEPS_OF_KEY = 10_000;
/** Steps for a certificate: about a hundred microseconds. */
const STEPS_OF_CERTIFICATE = 1_000;
const HASHES: ReadonlyMap<string, string> = new Map([
  ['SHA1', 'sha1'],
  ['SHA512', 'sha512'],
]);

export const SPRIG_CERTIFICATES = {
  filterPEM: define(['string', 'string'], (_, type, text) => {
    const { blocks, rest } = readPem(text);
    const lower = type.toLowerCase();
    const wanted = blocks.filter((block) => block.type.toLowerCase() === lower);
    if (wanted.length === 0 && rest !== '') return fail`error filtering pem: found junk`;
    return wanted.map((block) => writePem(block.type, block.bytes, block.headers)).join('');
  }),
  filterCertChain: define(['string', 'string'], (context, kind, text) => {
    context.charge(STEPS_OF_CERTIFICATE * text.split('-----BEGIN ').length);
    return filtered(kind, text);
  }),
  jwkPublicKeyPem: define(['string'], (context, text) => {
    const key = keyOf(context, text);
    if (key.type !== 'public') return fail`x509: unsupported public key type`;
    return key.export({ type: 'spki', format: 'pem' }) as string;
  }),
  jwkPrivateKeyPem: define(['string'], (context, text) => {
    const key = keyOf(context, text);
    if (key.type !== 'private') return fail`x509: unknown key type while marshaling PKCS#8`;
    return key.export({ type: 'pkcs8', format: 'pem' }) as string;
  }),
  rsaDecrypt: define(['string', 'string', 'string', 'string'], (context, scheme, hash, text, key) => {
    if (scheme === 'None') return text;
    if (scheme !== 'RSA-OAEP') return fail`decryption scheme is not supported`;
    context.charge(STEPS_OF_KEY);
    return decrypted(HASHES.get(hash) ?? 'sha256', text, key);
  }),
  buildCustomCert: define(['string', 'string'], (context, cert, key) => {
    context.charge(STEPS_OF_KEY);
    return customCertificate(cert, key);
  }),
} as const;

function filtered(kind: string, text: string): string {
  const chain = orderedChain(text);
  const [first, last] = [chain[0], chain.at(-1)];
  if (kind === 'leaf' && first !== undefined && !isRoot(first)) return writePem('CERTIFICATE', first.raw);
  if (kind === 'root' && last !== undefined && isRoot(last)) return writePem('CERTIFICATE', last.raw);
  if (kind !== 'intermediate') return '';
  const upper = chain.slice(1);
  const end = upper.findIndex(isRoot);
  return upper
    .slice(0, end < 0 ? undefined : end)
    .map(({ raw }) => writePem('CERTIFICATE', raw))
    .join('');
}

function keyOf(context: CallContext, text: string): KeyObject {
  context.charge(STEPS_OF_KEY);
  const jwk = jwkOf(readJson(context, text, true));
  if (!['RSA', 'EC', 'OKP'].includes(jwk.kty ?? '')) return fail`invalid key type from JSON`;
  try {
    return jwk.d === undefined
      ? createPublicKey({ key: jwk, format: 'jwk' })
      : createPrivateKey({ key: jwk, format: 'jwk' });
  } catch {
    return fail`failed to read the JSON Web Key`;
  }
}

/** Only what is a text: node:crypto looks at nothing else. */
function jwkOf(value: Value): webcrypto.JsonWebKey {
  const members = value instanceof Map ? [...value].filter(([, member]) => typeof member === 'string') : [];
  return Object.assign(Object.create(null), Object.fromEntries(members));
}

function decrypted(oaepHash: string, text: string, key: string): string {
  const block = readPem(key).blocks[0];
  if (block === undefined) return fail`failed to decode PEM block`;
  const privateKey = privateKeyOf(block.bytes);
  if (privateKey === undefined) return fail`could not parse private key: unable to parse private key type`;
  if (privateKey.asymmetricKeyType !== 'rsa') return fail`could not parse RSA private key`;
  try {
    const options = { key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash };
    return fromBytes(privateDecrypt(options, toBytes(text)));
  } catch {
    return fail`error decrypting data with RSA: crypto/rsa: decryption error`;
  }
}

function privateKeyOf(bytes: Buffer): KeyObject | undefined {
  for (const type of ['pkcs1', 'pkcs8', 'sec1'] as const) {
    try {
      return createPrivateKey({ key: bytes, format: 'der', type });
    } catch {
      // Not of this kind.
    }
  }
  return undefined;
}

function customCertificate(base64Cert: string, base64Key: string): Struct {
  const cert = base64Decoded(base64Cert);
  if (typeof cert !== 'string') return fail`unable to decode base64 certificate`;
  const key = base64Decoded(base64Key);
  if (typeof key !== 'string') return fail`unable to decode base64 private key`;
  const block = readPem(cert).blocks[0];
  if (block === undefined) return fail`unable to decode certificate`;
  if (certificateIn(block.bytes) === undefined) {
    return fail`error parsing certificate: decodedCert.Bytes: x509: malformed certificate`;
  }
  const keyBlock = readPem(key).blocks[0];
  if (keyBlock === undefined) return fail`error parsing private key: no PEM data in input`;
  if (!/(?:^| )PRIVATE KEY$/.test(keyBlock.type)) {
    return fail`error parsing private key: no private key data in PEM block`;
  }
  if (privateKeyOf(keyBlock.bytes) === undefined) return fail`error parsing private key: it is not readable`;
  return new Struct(
    'sprig.certificate',
    new Map<string, Value>([
      ['Cert', cert],
      ['Key', key],
    ]),
  );
}
