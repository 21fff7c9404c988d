// PKCS#12 (RFC 7292) of certificates and a key: encrypted by PBES2 with AES-256 and PBKDF2, protected by HMAC-SHA-256. Salts
// and IVs are an HMAC of the contents under the caller's key. Equal contents thus make equal bytes, as a poll must not
// change a file; other contents have other salts.
import { Buffer } from 'node:buffer';
import { createCipheriv, createHmac, hash, pbkdf2Sync } from 'node:crypto';
import {
  BmpString,
  Constructed,
  Integer,
  Null,
  ObjectIdentifier,
  OctetString,
  Primitive,
  Sequence,
  Set as SetOf,
} from 'asn1js';
import type { Block } from './pem.ts';
import { type KeyAndCertificates, readBlocks } from './pkcs12-contents.ts';
import { Unfit } from './unfit.ts';

/** Java's own default; test/format/pkcs12.test.ts measures the time. */
const ITERATIONS = 10_000;
const SALT_BYTES = 16;
const KEY_BYTES = 32;

const OID = {
  data: '1.2.840.113549.1.7.1',
  encryptedData: '1.2.840.113549.1.7.6',
  friendlyName: '1.2.840.113549.1.9.20',
  localKeyId: '1.2.840.113549.1.9.21',
  x509Certificate: '1.2.840.113549.1.9.22.1',
  shroudedKeyBag: '1.2.840.113549.1.12.10.1.2',
  certificateBag: '1.2.840.113549.1.12.10.1.3',
  pbkdf2: '1.2.840.113549.1.5.12',
  pbes2: '1.2.840.113549.1.5.13',
  hmacWithSha256: '1.2.840.113549.2.9',
  aes256Cbc: '2.16.840.1.101.3.4.1.42',
  sha256: '2.16.840.1.101.3.4.2.1',
  /** Marks a trusted certificate for Java. */
  javaTrustedUsage: '2.16.840.1.113894.746875.1.1',
  anyUsage: '2.5.29.37.0',
} as const;

export interface Pkcs12Wish {
  /** undefined: the password's value is no text. */
  readonly password: string | undefined;
  /** The entry's name in Java; undefined: Java numbers the entries. */
  readonly alias: string | undefined;
  /** Secret, and constant for the same file. */
  readonly saltKey: Uint8Array;
}

type Der = Sequence | SetOf | OctetString | ObjectIdentifier | Integer | Constructed | Primitive | Null | BmpString;

/** @throws Unfit */
export function writePkcs12(blocks: readonly Block[], wish: Pkcs12Wish): Buffer {
  const password = checkPassword(wish.password);
  const contents = readBlocks(blocks);
  const secrets = new Secrets(contents, { ...wish, password });
  const certificates = secrets.encrypt('certificates', toDer(certificateBags(contents, wish.alias)));
  const safes = [contentInfo(OID.encryptedData, encryptedData(certificates))];
  if (contents.key !== undefined) {
    const key = secrets.encrypt('key', contents.key);
    const shrouded = sequence(key.algorithm, octets(key.bytes));
    const bags = sequence(bag(OID.shroudedKeyBag, shrouded, keyAttributes(contents, wish.alias)));
    safes.push(contentInfo(OID.data, octets(toDer(bags))));
  }
  const safe = toDer(sequence(...safes));
  return toDer(sequence(new Integer({ value: 3 }), contentInfo(OID.data, octets(safe)), secrets.mac(safe)));
}

/** Java accepts only ASCII, and readers disagree on how other characters are encoded. */
const PASSWORD = /^[ -~]{1,1000}$/;

function checkPassword(password: string | undefined): string {
  if (password !== undefined && PASSWORD.test(password)) return password;
  throw new Unfit(
    'the password is no text of 1 to 1,000 printable ASCII characters, which is all that its readers agree on; store such a one',
  );
}

interface Encrypted {
  readonly algorithm: Der;
  readonly bytes: Buffer;
}

/** Keys derived from the password. PBKDF2 costs the most by far, so it runs once; each part has its own IV. */
class Secrets {
  readonly #password: string;
  readonly #salts: Buffer;
  readonly #saltKey: Uint8Array;
  readonly #salt: Buffer;
  readonly #key: Buffer;

  constructor(
    { key, certificates }: KeyAndCertificates,
    { password, alias, saltKey }: Pkcs12Wish & { readonly password: string },
  ) {
    this.#password = password;
    this.#saltKey = saltKey;
    const parts = [password, alias ?? '', key ?? '', ...certificates].map((part) => hash('sha256', part, 'buffer'));
    this.#salts = Buffer.concat(parts);
    this.#salt = this.#derive('salt');
    this.#key = pbkdf2Sync(password, this.#salt, ITERATIONS, KEY_BYTES, 'sha256');
  }

  encrypt(what: string, plain: Buffer): Encrypted {
    const iv = this.#derive(what);
    const cipher = createCipheriv('aes-256-cbc', this.#key, iv);
    const derivation = sequence(
      oid(OID.pbkdf2),
      sequence(octets(this.#salt), new Integer({ value: ITERATIONS }), sequence(oid(OID.hmacWithSha256), new Null())),
    );
    const algorithm = sequence(oid(OID.pbes2), sequence(derivation, sequence(oid(OID.aes256Cbc), octets(iv))));
    return { algorithm, bytes: Buffer.concat([cipher.update(plain), cipher.final()]) };
  }

  mac(safe: Buffer): Der {
    const salt = this.#derive('mac');
    const digest = createHmac('sha256', macKey(this.#password, salt)).update(safe).digest();
    const info = sequence(sequence(oid(OID.sha256), new Null()), octets(digest));
    return sequence(info, octets(salt), new Integer({ value: ITERATIONS }));
  }

  #derive(what: string): Buffer {
    return createHmac('sha256', this.#saltKey)
      .update(`pkcs12 ${what}\0`)
      .update(this.#salts)
      .digest()
      .subarray(0, SALT_BYTES);
  }
}

const BLOCK_BYTES = 64;
const MAC_KEY = 3;

/** RFC 7292, appendix B.2, for a key of the digest's length. */
function macKey(password: string, salt: Buffer): Buffer {
  const utf16 = Buffer.from(`${password}\0`, 'utf16le').swap16();
  let key = Buffer.concat([Buffer.alloc(BLOCK_BYTES, MAC_KEY), filled(salt), filled(utf16)]);
  for (let round = 0; round < ITERATIONS; round += 1) key = hash('sha256', key, 'buffer');
  return key;
}

/** Repeated to fill whole blocks. */
function filled(bytes: Buffer): Buffer {
  return Buffer.alloc(Math.ceil(bytes.length / BLOCK_BYTES) * BLOCK_BYTES, bytes);
}

/** The key's certificate comes first. Without a key every certificate is a trusted one. */
function certificateBags({ key, certificates }: KeyAndCertificates, alias: string | undefined): Der {
  const bags = certificates.map((der, index) => {
    const value = sequence(oid(OID.x509Certificate), explicit(octets(der)));
    const attributes =
      key === undefined ? trustAttributes(alias, index) : index === 0 ? keyAttributes({ certificates }, alias) : [];
    return bag(OID.certificateBag, value, attributes);
  });
  return sequence(...bags);
}

/** The id that links certificate and key. */
function keyAttributes(
  { certificates }: Pick<KeyAndCertificates, 'certificates'>,
  alias: string | undefined,
): readonly Der[] {
  const id = hash('sha256', certificates[0] ?? '', 'buffer');
  return [...nameAttribute(alias), attribute(OID.localKeyId, octets(id))];
}

function trustAttributes(alias: string | undefined, index: number): readonly Der[] {
  const own = alias === undefined || index === 0 ? alias : `${alias}-${index + 1}`;
  return [...nameAttribute(own), attribute(OID.javaTrustedUsage, oid(OID.anyUsage))];
}

function nameAttribute(alias: string | undefined): readonly Der[] {
  return alias === undefined ? [] : [attribute(OID.friendlyName, new BmpString({ value: alias }))];
}

function attribute(type: string, value: Der): Der {
  return sequence(oid(type), new SetOf({ value: [value] }));
}

function bag(type: string, value: Der, attributes: readonly Der[]): Der {
  if (attributes.length === 0) return sequence(oid(type), explicit(value));
  return sequence(oid(type), explicit(value), new SetOf({ value: [...attributes] }));
}

function encryptedData({ algorithm, bytes }: Encrypted): Der {
  const content = new Primitive({ idBlock: { tagClass: 3, tagNumber: 0 }, valueHex: bytes });
  return sequence(new Integer({ value: 0 }), sequence(oid(OID.data), algorithm, content));
}

function contentInfo(type: string, content: Der): Der {
  return sequence(oid(type), explicit(content));
}

function explicit(value: Der): Der {
  return new Constructed({ idBlock: { tagClass: 3, tagNumber: 0 }, value: [value] });
}

function sequence(...value: Der[]): Der {
  return new Sequence({ value });
}

function oid(value: string): Der {
  return new ObjectIdentifier({ value });
}

function octets(bytes: Buffer): Der {
  return new OctetString({ valueHex: bytes });
}

function toDer(value: Der): Buffer {
  return Buffer.from(value.toBER());
}
