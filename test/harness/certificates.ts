// Certificates for tests, made in memory: an authority and what it issues. X.509 is written out here
// byte by byte because Node can read certificates but not make them, and a machine may lack `openssl`.
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';

export interface Certificate {
  readonly certPem: string;
  readonly keyPem: string;
}

export interface CertificateRequest {
  /** DNS names and IP addresses the certificate is for. */
  readonly names: readonly string[];
  /** Milliseconds since 1970; default: a day ago and in a day. */
  readonly notBefore?: number;
  readonly notAfter?: number;
}

export interface Authority {
  readonly certPem: string;
  issue(request: CertificateRequest): Certificate;
  /** An authority under this one, for chains. */
  issueAuthority(name: string): Authority;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const TAG = { integer: 0x02, bits: 0x03, octets: 0x04, oid: 0x06, utf8: 0x0c, sequence: 0x30, set: 0x31, time: 0x18 };
const ECDSA_SHA256 = sequence(oid('2a8648ce3d040302'));
const COMMON_NAME = '550403';
const BASIC_CONSTRAINTS = '551d13';
const ALT_NAMES = '551d11';
const TRUE = der(0x01, Buffer.from([0xff]));

export function createAuthority(name: string): Authority {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return authority(
    name,
    keys.privateKey,
    certificate(name, keys.publicKey, name, keys.privateKey, { isAuthority: true }),
  );
}

function authority(name: string, key: KeyObject, certPem: string): Authority {
  return {
    certPem,
    issue(request) {
      const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const subject = request.names[0] ?? 'nobody';
      return {
        certPem: certificate(subject, keys.publicKey, name, key, request),
        keyPem: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      };
    },
    issueAuthority(below) {
      const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      return authority(below, keys.privateKey, certificate(below, keys.publicKey, name, key, { isAuthority: true }));
    },
  };
}

interface Contents {
  readonly isAuthority?: boolean;
  readonly names?: readonly string[];
  readonly notBefore?: number;
  readonly notAfter?: number;
}

function certificate(subject: string, publicKey: KeyObject, issuer: string, issuerKey: KeyObject, c: Contents): string {
  const extensions = [
    ...(c.isAuthority ? [extension(BASIC_CONSTRAINTS, sequence(TRUE), true)] : []),
    ...(c.names ? [extension(ALT_NAMES, sequence(...c.names.map(altName)), false)] : []),
  ];
  const body = sequence(
    der(0xa0, der(TAG.integer, Buffer.from([2]))),
    der(TAG.integer, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_SHA256,
    distinguishedName(issuer),
    sequence(time(c.notBefore ?? Date.now() - DAY_MS), time(c.notAfter ?? Date.now() + DAY_MS)),
    distinguishedName(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  const signature = sign('sha256', body, issuerKey);
  const whole = sequence(body, ECDSA_SHA256, der(TAG.bits, Buffer.concat([Buffer.from([0]), signature])));
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function altName(name: string): Buffer {
  if (isIP(name) === 4) return der(0x87, Buffer.from(name.split('.').map(Number)));
  if (isIP(name) === 6) throw new Error('IPv6 names are not made here');
  return der(0x82, Buffer.from(name));
}

function distinguishedName(name: string): Buffer {
  return sequence(der(TAG.set, sequence(oid(COMMON_NAME), der(TAG.utf8, Buffer.from(name)))));
}

function extension(id: string, value: Buffer, isCritical: boolean): Buffer {
  return sequence(oid(id), ...(isCritical ? [TRUE] : []), der(TAG.octets, value));
}

function time(atMs: number): Buffer {
  const text = new Date(atMs).toISOString().replace(/[-:T]|\.\d+/g, '');
  return der(TAG.time, Buffer.from(text));
}

function oid(hex: string): Buffer {
  return der(TAG.oid, Buffer.from(hex, 'hex'));
}

function sequence(...parts: Buffer[]): Buffer {
  return der(TAG.sequence, Buffer.concat(parts));
}

function der(tag: number, content: Buffer): Buffer {
  const size = content.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}
