// Go's strings as JavaScript's: bytes that are no UTF-8 come back as they were, and the order is that of the bytes.
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { byteLength, compareTexts, fromBytes, normalized, toBytes } from '../../src/template/text.ts';

const BYTES = [
  [],
  [0x61, 0xff, 0x62],
  [0xc3],
  [0xc3, 0xa9],
  [0xed, 0xa0, 0x80],
  [0xf0, 0x9f, 0x92],
  [0xf0, 0x9f, 0x92, 0x80],
  [0xf4, 0x90, 0x80, 0x80],
  [0xc0, 0x80],
  [0xe2, 0x82, 0xff, 0xe2, 0x82, 0xac],
];

describe('a text of a template', () => {
  it('gives back the bytes that it was made of, and their length', () => {
    for (const bytes of BYTES) {
      const text = fromBytes(Uint8Array.from(bytes));
      assert.deepEqual([...toBytes(text)], bytes);
      assert.equal(byteLength(text), bytes.length);
    }
  });

  it('is the same text, however it was put together', () => {
    const halves = normalized(fromBytes(Uint8Array.of(0xc3)) + fromBytes(Uint8Array.of(0xa9)));
    assert.equal(halves, 'é');
  });

  it('is ordered by its bytes', () => {
    const texts = BYTES.map((bytes) => fromBytes(Uint8Array.from(bytes))).concat('\u{1f480}', '\uffee', 'a', 'ab', 'z');
    for (const a of texts) {
      for (const b of texts) {
        assert.equal(Math.sign(compareTexts(a, b)), Buffer.compare(toBytes(a), toBytes(b)), JSON.stringify([a, b]));
      }
    }
  });

  it('has no half a surrogate pair: one from outside is the replacement character', () => {
    assert.deepEqual([...toBytes('\ud800')], [0xef, 0xbf, 0xbd]);
  });
});
