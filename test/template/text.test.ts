// Go's strings as JavaScript's: bytes that are no UTF-8 come back as they were, and the order is that of the bytes.
import assert from 'node:assert/strict';
import { Buffer, isUtf8 } from 'node:buffer';
import { byteLength, compareTexts, fromBytes, normalized, toBytes } from '../../src/template/text.ts';
import { Random } from '../plan/random.ts';

/** Bytes at which a sequence begins, goes on or breaks. */
const EDGES = [
  0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc2, 0xdf, 0xe0, 0xe2, 0xed, 0xef, 0xf0, 0xf1, 0xf4, 0xf5,
  0xff,
];

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

  it('is what the decoder of Node makes of well-formed bytes, and keeps every other byte', () => {
    const random = new Random(18);
    for (let count = 0; count < 20_000; count += 1) {
      const bytes = Uint8Array.from({ length: random.below(9) }, () => random.pick(EDGES));
      const text = fromBytes(bytes);
      assert.deepEqual([...toBytes(text)], [...bytes]);
      assert.equal(text.isWellFormed(), isUtf8(bytes), [...bytes].join());
      if (isUtf8(bytes)) assert.equal(text, Buffer.from(bytes).toString());
      // Whole characters before a byte that is none are decoded, too.
      assert.equal(
        fromBytes(Uint8Array.of(...bytes, 0xff)).slice(0, isUtf8(bytes) ? -1 : 0),
        isUtf8(bytes) ? text : '',
      );
    }
  });

  it('is the same text, however it was put together', () => {
    const halves = normalized(fromBytes(Uint8Array.of(0xc3)) + fromBytes(Uint8Array.of(0xa9)));
    assert.equal(halves, 'é');
    const random = new Random(7);
    for (let count = 0; count < 20_000; count += 1) {
      const parts = [0, 1, 2].map(() => Uint8Array.from({ length: random.below(4) }, () => random.pick(EDGES)));
      assert.equal(normalized(parts.map(fromBytes).join('')), fromBytes(Buffer.concat(parts)));
    }
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
