// Bytes kept as JSON text, and returned as they came.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { JsonText } from '../../src/json-text/json-text.ts';
import { unwrapRaw, wrapRaw } from '../../src/json-text/raw-body.ts';
import { jsonText } from '../harness/json.ts';

describe('a raw body', () => {
  for (const length of [1, 2, 3, 4, 49_151, 49_152, 49_153, 65_536, 200_001])
    it(`of ${length} bytes comes back as it went in, also out of a record`, () => {
      const bytes = randomBytes(length);
      const wrapped = wrapRaw(Buffer.from(bytes));
      assert.deepEqual(unwrapRaw(wrapped), bytes);
      const again = JsonText.parse(Buffer.from(wrapped.bytes.toString()));
      assert.deepEqual(again && unwrapRaw(again), bytes);
    });

  it('is none if the answer was JSON', () => assert.equal(unwrapRaw(jsonText('{"data":{}}')), undefined));
});
