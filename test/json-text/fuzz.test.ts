// What is read from bytes is what JSON.parse reads, for texts nobody writes. FUZZ_CASES sets how many (10,000), FUZZ_SEED
// repeats one.
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { isJsonObject, JsonNumber, type JsonValue, parseJson } from '../../src/json.ts';
import { collect, writeGoForm } from '../../src/json-text/go-form.ts';
import { JsonText } from '../../src/json-text/json-text.ts';
import { isSameJson } from '../../src/json-text/same.ts';
import { Random } from '../plan/random.ts';
import { toGoJson } from './go-reference.ts';
import { KEYS, makeBroken, makeJson } from './hostile-json.ts';

const CASES = Number(process.env['FUZZ_CASES'] ?? 10_000);
const SEED = process.env['FUZZ_SEED'];
const SEEDS = SEED === undefined ? Array.from({ length: CASES }, (_, seed) => seed) : [Number(SEED)];

function reference(bytes: Buffer): JsonValue | undefined {
  try {
    return parseJson(bytes.toString());
  } catch {
    return undefined;
  }
}

function assertSame(read: JsonText, parsed: JsonValue): void {
  assert.equal(read.text, typeof parsed === 'string' ? parsed : undefined);
  assert.equal(read.number, parsed instanceof JsonNumber ? parsed.text : undefined);
  if (typeof parsed === 'string') assert.deepEqual(read.stringBytes, Buffer.from(parsed));
  const isWord = parsed === null || typeof parsed === 'boolean';
  if (isWord) assert.equal(read.kind, String(parsed));
  assert.equal(read.kind === 'list', Array.isArray(parsed));
  assert.equal(read.kind === 'object', isJsonObject(parsed));
  assert.equal(read.get('no such key'), undefined);
  if (!isJsonObject(parsed)) return;
  const names = Object.keys(parsed);
  assert.deepEqual(new Set(read.keys(1_000).names), new Set(names));
  for (const name of [...names, ...KEYS]) {
    const own = Object.hasOwn(parsed, name) ? parsed[name] : undefined;
    const found = read.get(name);
    if (own === undefined) assert.equal(found, undefined);
    else assertSame(found ?? assert.fail(`no ${name}`), own);
  }
}

function check(seed: number): 'read' | 'refused' {
  const random = new Random(seed);
  const isBroken = random.oneIn(2);
  const bytes = isBroken ? makeBroken(random) : Buffer.from(makeJson(random));
  const parsed = reference(bytes);
  const read = JsonText.parse(bytes);
  assert.equal(read === undefined, parsed === undefined, 'one took it, the other did not');
  if (read === undefined || parsed === undefined) return 'refused';
  // Broken ones may hold the keys that hostile-json.ts leaves out.
  if (isBroken) return 'read';
  assertSame(read, parsed);
  const go = collect(10_000_000, (sink) => writeGoForm(read, sink));
  assert.equal(go.toString(), toGoJson(parsed));
  const again = JsonText.parse(go) ?? assert.fail('its own form is not JSON');
  assert.ok(isSameJson(read, again));
  assert.deepEqual(
    collect(10_000_000, (sink) => writeGoForm(again, sink)),
    go,
  );
  return 'read';
}

describe('JSON that stays in its bytes', () => {
  it(`reads as JSON.parse does, ${SEEDS.length} texts`, function () {
    this.timeout(0);
    const seen = { read: 0, refused: 0 };
    for (const seed of SEEDS) {
      try {
        seen[check(seed)] += 1;
      } catch (error) {
        throw new Error(`FUZZ_SEED=${seed}: ${(error as Error).message}`, { cause: error });
      }
    }
    if (SEED === undefined) assert.ok(seen.read > CASES / 2 && seen.refused > CASES / 10, JSON.stringify(seen));
  });

  it('knows where large values end, on whatever level', () => {
    const text = 'x'.repeat(70_000);
    const large = {
      a: { b: text, c: [text], d: {} },
      e: [[text], [text, { f: [text, 1] }]],
      g: { h: { i: { j: [text] } } },
    };
    const parsed = { ...large, k: [], l: { ...large, m: 1 }, n: 'end' };
    const read = JsonText.parse(Buffer.from(JSON.stringify(parsed))) ?? assert.fail();
    const assertAll = (value: JsonText, wanted: unknown) => {
      assert.equal(value.source.toString(), JSON.stringify(wanted));
      if (value.kind !== 'object') return;
      for (const [key, inner] of Object.entries(wanted as object)) {
        assertAll(value.get(key) ?? assert.fail(), inner);
        assertAll(value.pick(new Set([key, 'other'])).get(key) ?? assert.fail(), inner);
      }
    };
    assertAll(read, parsed);
  });

  it('knows keys that hold a backslash', () => {
    const read = JsonText.parse(Buffer.from(String.raw`{"\\":1,"\/":2,"\\n":3}`)) ?? assert.fail();
    assert.deepEqual(read.keys(3), { names: ['\\', '/', '\\n'], count: 3 });
    assert.equal(read.get('/')?.number, '2');
  });

  it('reads bytes that are not UTF-8 as any decoder, across the pieces it decodes them in', () => {
    const bytes = Buffer.concat([Buffer.from(`{"a":"${'x'.repeat(65_529)}€`), Buffer.from([0xe2, 0x82, 0x22, 0x7d])]);
    const read = JsonText.parse(bytes) ?? assert.fail();
    assert.equal(read.get('a')?.text, `${'x'.repeat(65_529)}€\ufffd`);
  });

  for (const count of [0, 1, 16, 17, 40]) {
    it(`answers again as at first, of ${count} keys`, () => {
      const names = Array.from({ length: count }, (_, i) => `key-${i}`);
      const members = names.map((name, i) => `"${name}" : {"n": ${i}}`);
      // Again with an escape, and a first one that does not count.
      const text = `{ "last":0, ${[...members, String.raw`"l\u0061st":1`].join(' , ')} }`;
      const read = JsonText.parse(Buffer.from(text)) ?? assert.fail();
      for (let i = 0; i < 2; i += 1) {
        const values = names.map((name) => read.get(name)?.get('n')?.number);
        assert.deepEqual(values, [...names.keys()].map(String));
        assert.equal(read.get('last')?.number, '1');
        assert.equal(read.get('key-'), undefined);
        assert.equal(read.get('key-00'), undefined);
        const picked = read.pick(new Set(['key-0', 'last', 'none']));
        assert.deepEqual([...picked.keys()], count === 0 ? ['last'] : ['last', 'key-0']);
        assert.equal(picked.get('last')?.number, '1');
        assert.equal(read.keys(100).count, count + 1);
      }
    });
  }

  it('names no more keys than it is asked for, and counts all', () => {
    const read = JsonText.parse(Buffer.from('{"a":1,"b":2,"c":3}')) ?? assert.fail();
    assert.deepEqual(read.keys(2), { names: ['a', 'b'], count: 3 });
  });

  it('is the same in another order, and another with another last digit', () => {
    const text = (json: string) => JsonText.parse(Buffer.from(json)) ?? assert.fail();
    assert.ok(isSameJson(text('{"a":1,"b":"\\u0041"}'), text(' { "b":"A" , "a":1 }')));
    assert.ok(!isSameJson(text('{"a":12345678901234567890}'), text('{"a":12345678901234567891}')));
  });
});
