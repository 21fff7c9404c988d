import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { MountError } from '../../src/errors.ts';
import type { Encoding } from '../../src/plan/object-table.ts';
import { encodeFile, encodeValue } from '../../src/render/encode.ts';
import { jsonText } from '../harness/json.ts';
import { valueSource } from '../harness/plans.ts';
import { makeObject } from './answers.ts';

const encode = (encoding: Encoding, value: string) =>
  Buffer.from(
    encodeValue(valueSource(makeObject({ key: 'k', encoding })), jsonText(JSON.stringify(value)), 2 ** 23),
  ).toString('hex');

/** What base64's four encodings and hex.DecodeString of go1.26.8 said; undefined: an error. */
const GOLDEN: Partial<Record<Encoding, readonly (readonly [string, string | undefined])[]>> = {
  base64: [
    ['aGk=', '6869'],
    ['aGk', undefined],
    ['aG k=', undefined],
    ['aG\nk=', '6869'],
    ['aGk=\r\n', '6869'],
    ['aGk\n=', '6869'],
    ['-_-_', undefined],
    ['+/+/', 'fbffbf'],
    ['aGl=', '6869'],
    ['====', undefined],
    ['A===', undefined],
    ['QQ=\n=', '41'],
    ['QQ==QQ==', undefined],
    ['QQ=', undefined],
    ['Q', undefined],
    ['', ''],
    ['\n', ''],
    ['12==', 'd7'],
    ['aGk=x', undefined],
    ['aGk=\t', undefined],
    ['é===', undefined],
  ],
  'base64-raw': [
    ['aGk', '6869'],
    ['aGk=', undefined],
    ['aG k', undefined],
    ['aG\nk', '6869'],
    ['aGk\r\n', '6869'],
    ['-_-_', undefined],
    ['+/+/', 'fbffbf'],
    ['-_-', undefined],
    ['+/+', 'fbff'],
    ['aGl', '6869'],
    ['A', undefined],
    ['====', undefined],
    ['', ''],
    ['\n', ''],
    ['12', 'd7'],
    ['12==', undefined],
    ['aGkx', '686931'],
    ['aGkxx', undefined],
    ['aGk\t', undefined],
    ['é', undefined],
    ['Q=', undefined],
    ['-_==', undefined],
    ['-_', undefined],
    ['-_-_QQ==', undefined],
    ['-_-_QQ', undefined],
    ['aGk\n=', undefined],
  ],
  base64url: [
    ['aGk', undefined],
    ['aGk=', '6869'],
    ['aG k', undefined],
    ['aG\nk', undefined],
    ['aGk\r\n', undefined],
    ['-_-_', 'fbffbf'],
    ['+/+/', undefined],
    ['-_-', undefined],
    ['+/+', undefined],
    ['aGl', undefined],
    ['A', undefined],
    ['====', undefined],
    ['', ''],
    ['\n', ''],
    ['12', undefined],
    ['12==', 'd7'],
    ['aGkx', '686931'],
    ['aGkxx', undefined],
    ['aGk\t', undefined],
    ['é', undefined],
    ['Q=', undefined],
    ['-_==', 'fb'],
    ['-_', undefined],
    ['-_-_QQ==', 'fbffbf41'],
    ['-_-_QQ', undefined],
    ['aGk\n=', '6869'],
  ],
  'base64url-raw': [
    ['aGk', '6869'],
    ['aGk=', undefined],
    ['aG k', undefined],
    ['aG\nk', '6869'],
    ['aGk\r\n', '6869'],
    ['-_-_', 'fbffbf'],
    ['+/+/', undefined],
    ['-_-', 'fbff'],
    ['+/+', undefined],
    ['aGl', '6869'],
    ['A', undefined],
    ['====', undefined],
    ['', ''],
    ['\n', ''],
    ['12', 'd7'],
    ['12==', undefined],
    ['aGkx', '686931'],
    ['aGkxx', undefined],
    ['aGk\t', undefined],
    ['é', undefined],
    ['Q=', undefined],
    ['-_==', undefined],
    ['-_', 'fb'],
    ['-_-_QQ==', undefined],
    ['-_-_QQ', 'fbffbf41'],
    ['aGk\n=', undefined],
  ],
  hex: [
    ['6869', '6869'],
    ['6A6b', '6a6b'],
    ['abc', undefined],
    ['0x68', undefined],
    ['68 69', undefined],
    ['68\n', undefined],
    ['', ''],
    ['zz', undefined],
  ],
};

describe('encodeValue', () => {
  for (const [encoding, rows] of Object.entries(GOLDEN) as [
    Encoding,
    readonly (readonly [string, string | undefined])[],
  ][]) {
    for (const [text, bytes] of rows) {
      it(`${bytes === undefined ? 'refuses' : 'decodes'} ${encoding} ${JSON.stringify(text)} as Go does`, () => {
        if (bytes !== undefined) return assert.equal(encode(encoding, text), bytes);
        assert.throws(() => encode(encoding, text), { name: 'MountError', reason: 'value-undecodable' });
      });
    }
  }

  it('writes a string as its UTF-8 bytes', () => assert.equal(encode('utf-8', 'é\n\0'), 'c3a90a00'));
  it('writes an empty string as an empty file', () => assert.equal(encode('utf-8', ''), ''));
  it('writes half a surrogate pair as U+FFFD', () => assert.equal(encode('utf-8', 'a\ud800'), '61efbfbd'));
  it('writes a 20-digit integer whole', () => {
    const bytes = encodeValue(valueSource(makeObject({ key: 'k' })), jsonText('12345678901234567890'), 1_000);
    assert.equal(Buffer.from(bytes).toString(), '12345678901234567890');
  });
  it('decodes the JSON text of what is not a string, as the providers before us do', () => {
    const bytes = encodeValue(valueSource(makeObject({ key: 'k', encoding: 'base64' })), jsonText('null'), 1_000);
    assert.equal(Buffer.from(bytes).toString('hex'), '9ee965');
  });

  it('refuses without a word of the value', () => {
    assert.throws(
      () => encode('base64', 'hunter2!'),
      new MountError(
        'value-undecodable',
        'the value of key "k" in secret/data/app is not base64 (standard alphabet, with padding); set encoding to what the value is written in, or leave it out to mount the text itself',
      ),
    );
    assert.throws(() => encode('hex', 'hunter2!'), {
      message:
        'the value of key "k" in secret/data/app is not hex (two digits per byte, nothing between); set encoding to what the value is written in, or leave it out to mount the text itself',
    });
  });

  it('names the encoding that a value is not in', () => {
    assert.throws(() => encode('base64url', 'aGk'), {
      message:
        'the value of key "k" in secret/data/app is not base64url (with - and _, with padding); set encoding to what the value is written in, or leave it out to mount the text itself',
    });
    assert.throws(() => encode('base64-raw', 'aGk='), /is not base64-raw \(standard alphabet, without padding\);/);
    assert.throws(() => encode('base64url-raw', '+/'), /is not base64url-raw \(with - and _, without padding\);/);
  });

  it('decodes 4 MiB of base64', () => assert.equal(encode('base64', 'QUJD'.repeat(2 ** 20)).length, 6 * 2 ** 20));
});

describe('encodeFile', () => {
  const written = (encoding: 'base64' | 'hex', bytes: Uint8Array) =>
    Buffer.from(encodeFile(encoding, bytes)).toString();

  it('writes base64 on one line, with padding', () => {
    assert.equal(written('base64', Buffer.from('hi')), 'aGk=');
    assert.equal(written('base64', Buffer.from([0xfb, 0xff, 0xbf])), '+/+/');
    assert.equal(written('base64', Buffer.alloc(0)), '');
  });
  it('writes hex in small letters', () => assert.equal(written('hex', Buffer.from([0, 0xab, 0xff])), '00abff'));
  for (const encoding of ['base64', 'hex'] as const)
    for (const length of [48 * 1024 - 1, 48 * 1024, 48 * 1024 + 1, 200_000])
      it(`writes ${length} bytes as ${encoding}, which come back`, () => {
        const bytes = Buffer.from(Array.from({ length }, (_, i) => (i * 31) & 0xff));
        assert.equal(written(encoding, bytes), bytes.toString(encoding));
      });
});
