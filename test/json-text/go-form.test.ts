import assert from 'node:assert/strict';
import { collect, TooLong, writeGoForm } from '../../src/json-text/go-form.ts';
import { JsonText } from '../../src/json-text/json-text.ts';

function toGoJson(text: string, mostBytes = 1_000_000): string {
  const value = JsonText.parse(Buffer.from(text));
  assert.ok(value !== undefined);
  return collect(mostBytes, (sink) => writeGoForm(value, sink)).toString();
}

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
  ['spaces away, and keys that are in order already', ' { "a" : [ 1 , "x" ] , "b" : { } } ', '{"a":[1,"x"],"b":{}}'],
  ['keys in order of which one is escaped', String.raw`{"a":1,"\u0062":[2],"c":"<"}`, '{"a":1,"b":[2],"c":"\\u003c"}'],
  ['the last of two equal keys', '{"a":1,"a":2}', '{"a":2}'],
];

describe('writeGoForm', () => {
  for (const [says, text, go] of GOLDEN) {
    it(`writes ${says}`, () => assert.equal(toGoJson(text), go));
  }

  it('writes what is nested as deep as it may be', () => {
    const text = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
    assert.equal(toGoJson(text), text);
    assert.equal(JsonText.parse(Buffer.from(`[${text}]`)), undefined);
  });

  it('merges keys that are one key in UTF-8, as Go does', () => {
    assert.equal(toGoJson(String.raw`{"\ud800":1,"b":2,"\udc00":3}`), '{"b":2,"\ufffd":3}');
  });

  it('stops at a bound, however much there is to write', () => {
    const text = JSON.stringify('<'.repeat(100_000));
    assert.throws(() => toGoJson(text, 500_000), TooLong);
    assert.equal(toGoJson(text, 600_002).length, 600_002);
  });

  it('takes less time where all keys are in order, as stores send them', () => {
    const numbers = `[${'1,'.repeat(300_000)}1]`;
    const maps = `[${'{"a":"b"},'.repeat(60_000)}1]`;
    const costOf = (text: string) => {
      const before = process.cpuUsage();
      for (let i = 0; i < 5; i += 1) toGoJson(text);
      return process.cpuUsage(before).user;
    };
    for (const value of [numbers, maps]) {
      const texts = [`{"a":${value},"b":1}`, `{"b":${value},"a":1}`];
      // The least of several, by turns: other tests run beside this one.
      const least = texts.map(() => Number.POSITIVE_INFINITY);
      for (let round = 0; round < 6; round += 1)
        for (const [index, text] of texts.entries())
          least[index] = Math.min(least[index] ?? Number.POSITIVE_INFINITY, costOf(text));
      const [ordered = 1, unordered = 0] = least;
      assert.ok(ordered < 0.9 * unordered, `${ordered / unordered} of the time of what is not`);
    }
  });

  it('takes time in proportion to the text, however deep and however unsorted it is', () => {
    const deep = `${'{"b":1,"a":'.repeat(9_000)}1${'}'.repeat(9_000)}`;
    const wide = `{${Array.from({ length: 9_000 }, (_, i) => `"b${9_000 - i}":{"a":1}`).join()}}`;
    const cost = (text: string) => {
      const before = process.cpuUsage();
      for (let i = 0; i < 10; i += 1) toGoJson(text);
      return process.cpuUsage(before).user / text.length;
    };
    cost(wide);
    const perByte = cost(wide);
    const ratio = cost(deep) / perByte;
    assert.ok(ratio < 10, `${ratio} times as much for a byte`);
  });
});
