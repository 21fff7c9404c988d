// What of a store's own words may reach an event, and what never does.
import assert from 'node:assert/strict';
import { parseJsonObject } from '../../src/json.ts';
import { storeMessageOf, valuesOf } from '../../src/vault/store-message.ts';

const say = (texts: unknown[], secrets: string[] = []) =>
  storeMessageOf(parseJsonObject(JSON.stringify({ errors: texts })), secrets);

const PEM = '-----BEGIN KEY-----\nMIIBVgIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END KEY-----\n';

const CUT: readonly [string, string, readonly string[], string][] = [
  ['a token of the request', 'bad token s.abc!', ['s.abc'], 'bad token [redacted]!'],
  ['any Vault token', 'token hvs.CAESIJ0123456789abcdefghij is old', [], 'token [redacted] is old'],
  ['any OpenBao token', 'token s.RZLH1o1708SYsZN7mpPjygxT is old', [], 'token [redacted] is old'],
  ['any JWT', 'jwt eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln is bad', [], 'jwt [redacted] is bad'],
  ['the middle part of a JWT', 'claims bm90LWEtand0 are bad', ['head.bm90LWEtand0.tail'], 'claims [redacted] are bad'],
  ['a value escaped as Go escapes it', 'bad value "a\\"b\\nc"', ['a"b\nc'], 'bad value "[redacted]"'],
  ['a value encoded as in a URL', 'bad url /x?p=p%40ss%2Fword', ['p@ss/word'], 'bad url /x?p=[redacted]'],
  ['a value in a query', 'bad url /x?p=it+is%21', ['it is!'], 'bad url /x?p=[redacted]'],
  ['a value with every sign encoded', 'bad url /x?p=a%20b%24c%3D', ['a b$c='], 'bad url /x?p=[redacted]'],
  ['a value in a path', 'no route /x/it%20is%21', ['it is!'], 'no route /x/[redacted]'],
  ['a value across lines', `cannot read ${PEM}`, [PEM], 'cannot read [redacted]'],
  ['one line of a value', 'bad line MIIBVgIBADANBgkq', [PEM], 'bad line [redacted]'],
  ['a short value where it stands alone', 'size 42 of x42 is 42', ['42'], 'size [redacted] of x42 is [redacted]'],
  ['the longer of two values first', 'user admin-secret', ['admin', 'admin-secret'], 'user [redacted]'],
  [
    'a value whose spaces the store has changed',
    'bad phrase one\ttwo three',
    ['one two  three'],
    'bad phrase [redacted]',
  ],
  ['nothing for an empty value', 'all is said', [''], 'all is said'],
];

describe("the store's words", () => {
  for (const [name, text, secrets, shown] of CUT)
    it(`cut out ${name}`, () => assert.equal(say([text], [...secrets]), shown));

  it('come on one line, without control and format characters', () => {
    assert.equal(say(['a\r\nb\u0000c\u001b[31md\u202e\te']), 'a b c [31md e');
  });

  it('lose the frame of a list, and the id of a request', () => {
    assert.equal(say(['2 errors occurred:\n\t* one\n\t* two\n\n']), 'one; two');
    assert.equal(say(['it failed (request id: 6d9ed503-c750-d86b-8634-1acbfb1e58b1)']), 'it failed');
    assert.equal(say(['it failed, request_id=6d9ed503-c750-d86b-8634-1acbfb1e58b1']), 'it failed');
  });

  it('end at 512 bytes between two characters', () => {
    for (const letter of ['x', 'é', '世', '🎉', 'x🎉']) {
      const shown = say([letter.repeat(600)]);
      assert.ok(Buffer.byteLength(shown) <= 512, letter);
      assert.ok(Buffer.byteLength(shown) > 500, letter);
      assert.ok(shown.endsWith('…') && !shown.includes('\uFFFD'), letter);
    }
    assert.ok(Buffer.byteLength(say(Array.from({ length: 50 }, () => 'x'.repeat(100)))) <= 512);
  });

  it('cannot be brought to hold half a token by the cut', () => {
    const token = 's.RZLH1o1708SYsZN7mpPjygxT';
    for (let before = 480; before < 520; before++) assert.ok(!say([`${'x'.repeat(before)} ${token}`]).includes('RZLH'));
  });

  it('hold no part of a value that begins where the reading ends', () => {
    const value = 'v'.repeat(3_000);
    // What is cut out first makes room for what comes after it.
    for (const before of [0, 1_000, 1_085, 1_095, 1_096, 1_097, 1_100]) {
      const shown = say([`"${value}" is ${'x'.repeat(before)} "${value}" and more`], [value]);
      assert.equal(shown.includes('vv'), false, `${before}: ${shown}`);
    }
  });

  it('hold no part of a value that is cut in two where the reading of all texts ends', () => {
    const value = `first half${' '.repeat(200)}second half`;
    for (const spaces of [32_600, 32_700, 32_750, 32_760]) {
      const shown = say([`it failed:${' '.repeat(spaces - 10)}${value}`, value], [value]);
      assert.equal(shown.includes('half'), false, shown);
    }
  });

  it('hold no part of a token of somebody else there', () => {
    const token = `hvs.${'T'.repeat(100)}`;
    for (let before = 990; before < 1_100; before += 5) {
      const shown = say([`${'v'.repeat(3_000)} ${'x '.repeat(before / 2)}${token}`], ['v'.repeat(3_000)]);
      assert.equal(shown.includes('TT'), false, shown);
    }
  });

  it('are left out where a request carried more than can be looked for in them', () => {
    const left = /^its message is left out, as it may quote any of the many secretArgs$/;
    assert.match(
      say(
        ['bad value'],
        Array.from({ length: 65 }, (_, index) => `value ${index}`),
      ),
      left,
    );
    assert.match(say(['bad value'], ['x'.repeat(17_000)]), left);
    assert.match(say(['bad value'], [Array.from({ length: 700 }, (_, index) => `p/line ${index}+`).join('\n')]), left);
    assert.match(say(['bad value'], valuesOf(JSON.stringify({ a: 'x'.repeat(40_000) }))), left);
    assert.equal(say([], ['x'.repeat(17_000)]), '');
  });

  it('have every string and number of a body cut out, however deep', () => {
    const body =
      '{"a":"one-value","b":[{"c":"two-values"}],"d":12345678901234567890,"e":true,"__proto__":"three-values"}';
    assert.deepEqual(valuesOf(body).sort(), ['12345678901234567890', 'one-value', 'three-values', 'two-values']);
    assert.deepEqual(valuesOf('not json'), ['not json']);
  });
});
