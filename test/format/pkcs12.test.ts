// PKCS#12 is opened by the programs that read it: by those that are on this machine, and on any machine as they once said of
// the same bytes.
import assert from 'node:assert/strict';
import { type AsnType, Constructed, fromBER, OctetString } from 'asn1js';
import { Unfit } from '../../src/format/unfit.ts';
import { skip } from '../harness/skip.ts';
import { KEYSTORE_CONSUMERS } from './keystore-consumers.ts';
import { CERTIFICATES, type Keystore, makeKeystores, writeKeystore } from './keystores.ts';
import { type Recorded, readRecorded } from './recorded.ts';

const { ca, ec, rsa } = CERTIFICATES;

describe('PKCS#12', () => {
  let keystores: readonly Keystore[];
  let recorded: Recorded;
  before(async () => {
    keystores = makeKeystores();
    recorded = await readRecorded();
  });

  it('is the bytes that its consumers were asked of', () => {
    const hashes = Object.entries(recorded['pkcs12'] ?? {}).map(([name, { sha256 }]) => [name, sha256]);
    assert.deepEqual(
      keystores.map(({ name, sha256 }) => [name, sha256]),
      hashes,
      'other bytes than were recorded; if they are meant, run node test/format/record.ts and npm run fix',
    );
  });

  for (const consumer of KEYSTORE_CONSUMERS) {
    it(`was opened by ${consumer.name}, with all that is in it`, () => {
      for (const keystore of keystores)
        assert.deepEqual(recorded['pkcs12']?.[keystore.name]?.said[consumer.name], consumer.expected(keystore));
    });

    it(`is opened by ${consumer.name} of this machine`, async function () {
      const missing = await consumer.missing();
      if (missing !== undefined) skip(this, missing);
      const found = await consumer.open(keystores);
      assert.deepEqual(found, keystores.map(consumer.expected));
    });

    it(`is not opened by ${consumer.name} with another password`, async function () {
      const missing = await consumer.missing();
      if (missing !== undefined) skip(this, missing);
      const [first] = keystores;
      assert.ok(first !== undefined);
      await assert.rejects(consumer.open([{ ...first, password: 'changeit2' }]));
    });
  }

  it('is the same at each time, and all other salts for other contents, passwords, names and keys of salts', () => {
    const pair = [ec.certificate, ec.private_key];
    const write = () => writeKeystore(pair, 'changeit', 'web');
    assert.deepEqual(write(), write());
    const others = [
      write(),
      writeKeystore([ec.certificate, ca, ec.private_key], 'changeit', 'web'),
      writeKeystore([rsa.certificate, rsa.private_key], 'changeit', 'web'),
      writeKeystore(pair, 'changeit2', 'web'),
      writeKeystore(pair, 'changeit', 'web2'),
      writeKeystore(pair, 'changeit'),
      writeKeystore(pair, 'changeit', 'web', Buffer.alloc(32, 8)),
    ];
    const salts = others.flatMap(saltsIn);
    // For each the salt and the IVs of certificates and key, and the salt of the MAC; the first of them twice.
    assert.deepEqual([salts.length, new Set(salts).size], [5 * others.length, 4 * others.length]);
  });

  const REFUSED: readonly (readonly [says: string, pems: readonly string[], message: string])[] = [
    [
      'a key of another certificate',
      [ca, ec.private_key],
      'no certificate belongs to the private key; name those in pem that were issued together',
    ],
    [
      'more certificates than anybody trusts',
      Array(129).fill(ca),
      'it holds more than 128 certificates; name keys with fewer in pem',
    ],
    [
      'a block that is no certificate by its length',
      [`-----BEGIN CERTIFICATE-----\n${'YWFh'.repeat(9_000)}\n-----END CERTIFICATE-----`],
      'a block is larger than 32 KiB, and no certificate or key is; name other keys in pem',
    ],
    ['a key alone', [ec.private_key], 'there is no certificate; name a key that holds one in pem'],
    [
      'two keys',
      [ec.certificate, ec.private_key, rsa.private_key],
      'there is more than one private key; name the key of one in pem',
    ],
    [
      'a key that is encrypted',
      [ec.certificate, ec.encrypted],
      'the private key is encrypted; store it as it was issued, the file has its own password',
    ],
    [
      'a key that is damaged',
      [ec.certificate, '-----BEGIN PRIVATE KEY-----\nYQ==\n-----END PRIVATE KEY-----'],
      'the private key cannot be read; store it as it was issued',
    ],
    [
      'a certificate that is damaged',
      ['-----BEGIN CERTIFICATE-----\nYQ==\n-----END CERTIFICATE-----'],
      'a certificate cannot be read; store it as it was issued',
    ],
    [
      'another block',
      [ec.certificate, '-----BEGIN X509 CRL-----\nYQ==\n-----END X509 CRL-----'],
      'it does not take a block X509 CRL; name keys with certificates and a private key in pem',
    ],
  ];
  for (const [says, pems, message] of REFUSED)
    it(`refuses ${says}`, () => assertRefused(() => writeKeystore(pems, 'changeit'), message));

  for (const password of ['', 'ü', 'a\n', 'a\0', 'x'.repeat(1_001)])
    it(`refuses the password ${JSON.stringify(password.slice(0, 10))}`, () =>
      assertRefused(
        () => writeKeystore([ca], password),
        'the password is no text of 1 to 1,000 printable ASCII characters, which is all that its readers agree on; store such a one',
      ));
});

function assertRefused(act: () => unknown, message: string): void {
  assert.throws(act, (thrown) => {
    assert.ok(thrown instanceof Unfit);
    assert.equal(thrown.message, message);
    return true;
  });
}

/** All texts of bytes that are as long as a salt, also within others. */
function saltsIn(der: Uint8Array): string[] {
  const { offset, result } = fromBER(der);
  return offset === der.length ? saltsOf(result) : [];
}

function saltsOf(node: AsnType): string[] {
  if (node instanceof Constructed) return node.valueBlock.value.flatMap(saltsOf);
  if (!(node instanceof OctetString)) return [];
  const bytes = node.valueBlock.valueHexView;
  return bytes.length === 16 ? [Buffer.from(bytes).toString('hex')] : saltsIn(bytes);
}
