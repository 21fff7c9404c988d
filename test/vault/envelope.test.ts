import assert from 'node:assert/strict';
import type { Answer } from '../../src/fetch/ports.ts';
import { wrapRaw } from '../../src/json-text/raw-body.ts';
import { MountKeyHints } from '../../src/render/key-hint.ts';
import { Secret } from '../../src/secret.ts';
import { VaultAnswer } from '../../src/vault/answer.ts';
import { assertCheap, cost } from '../harness/cpu-time.ts';
import { parsed } from '../harness/json.ts';
import { toGoJson } from '../json-text/go-reference.ts';
import { kv1, kv2, makeAnswer } from '../render/answers.ts';

const open = (answer: Answer, ...keys: string[]) => answer.body.reveal().open(keys);
const select = (answer: Answer, key: string, path = 'secret/data/app') =>
  toGoJson(parsed(open(answer, key).value(key, path, new MountKeyHints())));
const versionOf = (answer: Answer) => open(answer).version;

describe('a value of an answer', () => {
  it('takes a KV v1 key from data', () => assert.equal(select(kv1('{"a":"x"}'), 'a'), '"x"'));
  it('takes a KV v2 key from data.data', () => assert.equal(select(kv2('{"a":"x"}'), 'a'), '"x"'));
  it('takes KV v2 metadata only where data.data is no map', () => {
    assert.equal(select(makeAnswer('{"data":{"data":null,"metadata":{"v":1}}}'), 'metadata'), '{"v":1}');
    assert.throws(() => select(kv2('{"a":"x"}'), 'metadata'), { reason: 'key-missing' });
  });
  it('takes a KV v1 key named data that is a string', () => assert.equal(select(kv1('{"data":"x"}'), 'data'), '"x"'));
  it('takes a key of an answer without an envelope', () => {
    assert.equal(select(makeAnswer('{"initialized":true,"sealed":false}'), 'sealed', 'sys/health'), 'false');
  });
  it('takes null as a value', () => assert.equal(select(kv2('{"a":null}'), 'a'), 'null'));
  it('finds a key named __proto__ only if it was sent', () => {
    assert.equal(select(kv2('{"__proto__":"x"}'), '__proto__'), '"x"');
    assert.throws(() => select(kv2('{}'), '__proto__'), { reason: 'key-missing' });
    assert.throws(() => select(kv2('{}'), 'toString'), { reason: 'key-missing' });
  });

  it("is one of the entries of the secret's own data, in the order of their names, of equal names the last", () => {
    const data = '{"b":1,"a":"x","b":{"c":2},"\\u0061b":null}';
    for (const answer of [kv1(data), kv2(data), makeAnswer(data)]) {
      const entries = [...open(answer).secretData('secret/data/app').entries()];
      assert.deepEqual(
        entries.map(([key, value]) => `${key} ${value.source}`),
        ['a "x"', 'ab null', 'b {"c":2}'],
      );
    }
  });

  it('is none of an answer without data, or without JSON', () => {
    const without = (text: string) => () => open(makeAnswer(text)).secretData('pki/ca');
    const raw = { ...makeAnswer('{}'), body: new Secret(new VaultAnswer(wrapRaw(Buffer.from('no JSON')))) };
    const message = /^pki\/ca answered without data, so it has no keys/;
    assert.throws(without('{"request_id":"r","data":null}'), { reason: 'key-missing', message });
    assert.throws(() => open(raw).secretData('pki/ca'), { reason: 'key-missing', message: /answered without JSON/ });
  });

  const many = JSON.stringify(
    Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`key${String(i).padStart(2, '0')}`, ''])),
  );
  const texts: readonly (readonly [says: string, data: string, key: string, message: string])[] = [
    [
      'the key that was probably meant',
      '{"password":"s3cret"}',
      'pasword',
      'secret/data/app has no key "pasword"; did you mean "password"?',
    ],
    [
      'a key in other letters',
      '{"Password":"s3cret"}',
      'password',
      'secret/data/app has no key "password"; did you mean "Password"?',
    ],
    [
      'two swapped letters',
      '{"username":"","password":""}',
      'usrename',
      'secret/data/app has no key "usrename"; did you mean "username"?',
    ],
    [
      'the keys there are',
      '{"b":"s3cret","a":"","c":""}',
      'x',
      'secret/data/app has no key "x"; it has "a", "b" and "c"',
    ],
    ['the only key there is', '{"b":"s3cret"}', 'token', 'secret/data/app has no key "token"; it has "b"'],
    ['that there are none', '{}', 'x', 'secret/data/app has no key "x"; it has no keys at all'],
    [
      'no more than ten keys',
      many,
      'x',
      `secret/data/app has no key "x"; it has ${Array.from({ length: 10 }, (_, i) => `"key0${i}"`).join(', ')} and 2 more`,
    ],
    [
      'a name on one line and cut',
      `{"a\\n\\u009b${'z'.repeat(80)}":""}`,
      'x',
      `secret/data/app has no key "x"; it has "a\\n\\u009b${'z'.repeat(61)}..."`,
    ],
  ];
  for (const [says, data, key, message] of texts) {
    it(`names ${says}`, () => assert.throws(() => select(kv2(data), key), { reason: 'key-missing', message }));
  }

  it('says that a map named data hides the keys beside it', () => {
    const answer = kv1('{"data":{"a":"x"},"user":"y"}');
    assert.throws(() => select(answer, 'user'), {
      reason: 'key-missing',
      message:
        'secret/data/app has "user" beside a map named "data", which hides it as in KV version 2; rename the map, or leave secretKey out',
    });
    assert.equal(select(answer, 'a'), '"x"');
  });

  it('says so where an answer has no data', () => {
    assert.throws(() => select(makeAnswer('{"request_id":"r1","data":null}'), 'x'), {
      reason: 'key-missing',
      message:
        'secret/data/app answered without data, so it has no key "x"; leave secretKey out to mount the whole answer',
    });
  });

  it('explains a missing key of 100,000 in 100 ms of a processor', () => {
    const answer = kv2(
      JSON.stringify(Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`${'k'.repeat(55)}${i}`, '']))),
    );
    const explain = () => assert.throws(() => select(answer, 'x'.repeat(60)), { reason: 'key-missing' });
    assertCheap(100, () => cost(explain));
  });
});

describe('the version of an answer', () => {
  it('is what KV v2 counts', () => assert.equal(versionOf(kv2('{}', '17')), '17'));
  it('is nothing for KV v1', () => assert.equal(versionOf(kv1('{"a":"x"}')), undefined));
  it("is never a user's own number", () => {
    assert.equal(versionOf(kv1('{"data":{},"metadata":{"version":4111}}')), undefined);
  });
});
