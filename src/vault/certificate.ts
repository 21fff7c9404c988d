// When the certificate in an answer ends: `certificate` of a PKI engine (PEM), `signed_key` of an SSH engine.
import { X509Certificate } from 'node:crypto';
import type { JsonText } from '../json-text/json-text.ts';

/** @returns milliseconds since 1970; undefined if there is none that can be read. */
export function certificateEnd(body: JsonText): number | undefined {
  const fields = body.get('data')?.pick(FIELDS);
  const pem = shortText(fields?.get('certificate'));
  if (pem !== undefined) return pemEnd(pem);
  const key = shortText(fields?.get('signed_key'));
  return key === undefined ? undefined : sshEnd(key);
}

const FIELDS = new Set(['certificate', 'signed_key']);
/** No certificate is longer: OpenSSL takes 100 KiB of PEM at most (max_cert_list). */
const LONGEST = 100 * 1024;

function shortText(value: JsonText | undefined): string | undefined {
  return value?.kind === 'string' && value.stringLength <= LONGEST ? value.text : undefined;
}

function pemEnd(pem: string): number | undefined {
  try {
    return new X509Certificate(pem).validToDate.getTime();
  } catch {
    return undefined;
  }
}

/**
 * Number of the key's own strings between nonce and serial, by algorithm (PROTOCOL.certkeys of OpenSSH). A Map, as the store
 * names the algorithm: a plain object would also answer to inherited names.
 */
const KEY_FIELDS: ReadonlyMap<string, number> = new Map([
  ['ssh-rsa', 2],
  ['ssh-dss', 4],
  ['ssh-ed25519', 1],
  ['ecdsa-sha2-nistp256', 2],
  ['ecdsa-sha2-nistp384', 2],
  ['ecdsa-sha2-nistp521', 2],
  ['sk-ssh-ed25519@openssh.com', 2],
  ['sk-ecdsa-sha2-nistp256@openssh.com', 3],
]);
const CERTIFICATE = /^(.+)-cert-v01@openssh\.com$/;

function sshEnd(line: string): number | undefined {
  const [type = '', base64 = ''] = line.trim().split(/\s+/);
  const algorithm = CERTIFICATE.exec(type)?.[1] ?? '';
  // The name of a security key's algorithm keeps its suffix.
  const fields = KEY_FIELDS.get(algorithm) ?? KEY_FIELDS.get(`${algorithm}@openssh.com`);
  if (fields === undefined) return undefined;
  try {
    return validBefore(Buffer.from(base64, 'base64'), fields);
  } catch {
    return undefined;
  }
}

/** @throws RangeError if the bytes end early. */
function validBefore(bytes: Buffer, keyFields: number): number | undefined {
  let at = 0;
  const skipString = () => {
    at += 4 + bytes.readUInt32BE(at);
  };
  // Type and nonce, the key, then serial (8) and kind (4), key id and principals, valid after (8).
  for (let i = 0; i < 2 + keyFields; i += 1) skipString();
  at += 12;
  skipString();
  skipString();
  const seconds = bytes.readBigUInt64BE(at + 8);
  return seconds === 0xffff_ffff_ffff_ffffn ? undefined : Number(seconds) * 1000;
}
