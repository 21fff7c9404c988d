// A value of Sealed Secrets back to what was sealed (v0.32.2, pkg/crypto): the length of an RSA ciphertext in two bytes, that
// ciphertext, which holds a key, and what the key encrypts.
import { constants, createDecipheriv, type KeyObject, privateDecrypt } from 'node:crypto';

const LENGTH_BYTES = 2;
const KEY_BYTES = 32;
const TAG_BYTES = 16;
/** No key is used twice. */
const NONCE = Buffer.alloc(12);
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** How a value is bound to its SealedSecret. */
export type Scope = 'strict' | 'namespace-wide' | 'cluster-wide';

export function labelOf(scope: Scope, namespace: string, name: string): string {
  if (scope === 'cluster-wide') return '';
  return scope === 'namespace-wide' ? namespace : `${namespace}/${name}`;
}

/** Undefined if none of the keys opens it with this label. */
export function unseal(sealed: string, label: string, keys: readonly KeyObject[]): Buffer | undefined {
  const text = sealed.replace(/[\r\n]/g, '');
  if (text.length % 4 !== 0 || !BASE64.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length < LENGTH_BYTES) return undefined;
  const rsaEnd = LENGTH_BYTES + bytes.readUInt16BE(0);
  if (bytes.length < rsaEnd + TAG_BYTES) return undefined;
  const [locked, encrypted] = [bytes.subarray(LENGTH_BYTES, rsaEnd), bytes.subarray(rsaEnd)];
  for (const key of keys) {
    const opened = open(locked, encrypted, label, key);
    if (opened !== undefined) return opened;
  }
  return undefined;
}

function open(locked: Buffer, encrypted: Buffer, label: string, key: KeyObject): Buffer | undefined {
  try {
    const session = privateDecrypt(
      { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256', oaepLabel: Buffer.from(label) },
      locked,
    );
    if (session.length !== KEY_BYTES) return undefined;
    const decipher = createDecipheriv('aes-256-gcm', session, NONCE, { authTagLength: TAG_BYTES });
    decipher.setAuthTag(encrypted.subarray(encrypted.length - TAG_BYTES));
    return Buffer.concat([decipher.update(encrypted.subarray(0, encrypted.length - TAG_BYTES)), decipher.final()]);
  } catch {
    // Another key, another label or other bytes: all that OpenSSL says is that it failed.
    return undefined;
  }
}
