import assert from 'node:assert/strict';
import { parseJson } from '../../src/json.ts';
import { toGoJson } from '../../src/render/go-json.ts';

/** What json.Marshal of go1.26.8 wrote for each text after decoding it with UseNumber. */
const GOLDEN: readonly (readonly [says: string, text: string, go: string])[] = [
  [
    'control characters, with \\b and \\f short',
    String.raw`"a\u0000\u0001\b\f\n\r\t\u000b\u001f"`,
    String.raw`"a\u0000\u0001\b\f\n\r\t\u000b\u001f"`,
  ],
  ['DEL and C1 controls as they are', String.raw`"\u007f\u0080\"\\/"`, '"\x7f\u0080\\"\\\\/"'],
  [
    'the five characters of HTML escaped',
    String.raw`"<script>&\u2028\u2029'"`,
    String.raw`"\u003cscript\u003e\u0026\u2028\u2029'"`,
  ],
  [
    'half a surrogate pair as U+FFFD',
    String.raw`"\ud800x\udc00 \ud83d\ude00 \ufffd"`,
    '"\ufffdx\ufffd \u{1f600} \ufffd"',
  ],
  [
    'keys sorted, numbers untouched',
    '{"b":1,"a":{"z":12345678901234567890,"y":1.10},"B":-0,"":1e3,"10":1,"9":2}',
    '{"":1e3,"10":1,"9":2,"B":-0,"a":{"y":1.10,"z":12345678901234567890},"b":1}',
  ],
  [
    'keys by UTF-8 bytes, not UTF-16 units',
    String.raw`{"\ue000":1,"\ud83d\ude00":2,"\u00e9":3,"z":4,"<":5}`,
    '{"\\u003c":5,"z":4,"é":3,"\ue000":1,"\u{1f600}":2}',
  ],
  ['__proto__ as any other key', '{"__proto__":{"x":1},"constructor":[]}', '{"__proto__":{"x":1},"constructor":[]}'],
  [
    'numbers no double holds',
    '[1E400,-0.0,1e-7,0.000001,100000000000000000000000]',
    '[1E400,-0.0,1e-7,0.000001,100000000000000000000000]',
  ],
  ['what is empty', ' [ [], {}, null, true, false, "" ] ', '[[],{},null,true,false,""]'],
  ['the last of two equal keys', '{"a":1,"a":2}', '{"a":2}'],
];

describe('toGoJson', () => {
  for (const [says, text, go] of GOLDEN) {
    it(`writes ${says}`, () => assert.equal(toGoJson(parseJson(text)), go));
  }

  it('writes what is nested as deep as parseJson reads', () => {
    const text = `${'['.repeat(2000)}1${']'.repeat(2000)}`;
    assert.equal(toGoJson(parseJson(text)), text);
  });
});
