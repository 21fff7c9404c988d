// An object with a format becomes one file of the secret's data.
import assert from 'node:assert/strict';
import type { Answer } from '../../src/fetch/ports.ts';
import type { FormatSource, Pkcs12Source, PlanObject } from '../../src/plan/plan.ts';
import { loadMakers } from '../../src/render/makers.ts';
import { renderFiles } from '../../src/render/render.ts';
import type { Rendered } from '../../src/render/rendered.ts';
import { CERTIFICATES, writeKeystore } from '../format/keystores.ts';
import { readOf } from '../harness/plans.ts';
import { kv1, kv2, makeAnswer, makeObject } from './answers.ts';

const KEY = Buffer.alloc(32, 7);
const PATH = 'secret/data/app';

type Wish = Partial<FormatSource> & { readonly name?: string; readonly isOptional?: boolean };

function objectAs({ name = 'file', isOptional = false, ...wish }: Wish): PlanObject {
  const read = readOf(makeObject());
  const source = { kind: 'format', read, key: undefined, ...wish } as FormatSource;
  return { ...makeObject({ name, isOptional }), source };
}

async function render(answer: Answer, ...objects: readonly PlanObject[]): Promise<Rendered> {
  await loadMakers(objects);
  return renderFiles(objects, new Map([[`GET ${PATH}`, answer]]), KEY);
}

async function textOf(answer: Answer, wish: Wish): Promise<string> {
  const { files, failures } = await render(answer, objectAs(wish));
  assert.deepEqual(failures, []);
  return Buffer.from(files[0]?.contents.reveal() ?? '').toString();
}

async function failureOf(answer: Answer, wish: Wish) {
  const { files, failures } = await render(answer, objectAs(wish));
  assert.deepEqual(files, []);
  assert.ok(!failures[0]?.error.message.includes('hunter2'));
  return [failures[0]?.error.reason, failures[0]?.error.message];
}

const block = (label: string, body: string) => `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----`;
const CERTIFICATE = block('CERTIFICATE', 'Y2VydA==');
const CA = block('CERTIFICATE', 'Y2E=');
const PRIVATE = block('PRIVATE KEY', 'a2V5');
const PAIR = { certificate: CERTIFICATE, ca_chain: [CA, `${CA}\n`], private_key: `${PRIVATE}\n\n`, serial: '7' };

describe('an object with a format', () => {
  const data = '{"b":{"d":[true],"c":12345678901234567890},"a":"it\'s <x>"}';
  const FORMATS = [
    ['json', '{"a":"it\'s \\u003cx\\u003e","b":{"c":12345678901234567890,"d":[true]}}'],
    ['yaml', '"a": "it\'s <x>"\n"b":\n  "c": 12345678901234567890\n  "d":\n    - true\n'],
    ['dotenv', "a='it'\\''s <x>'\nb='{\"c\":12345678901234567890,\"d\":[true]}'\n"],
    ['properties', 'a=it\'s <x>\nb={"c":12345678901234567890,"d":[true]}\n'],
  ] as const;
  for (const [format, file] of FORMATS)
    it(`is the data as ${format}, without the envelope`, async () => {
      for (const answer of [kv1(data), kv2(data), makeAnswer(`{"data":${data}}`)])
        assert.equal(await textOf(answer, { format }), file);
    });

  it('is the value of one key', async () => {
    assert.equal(await textOf(kv2(data), { format: 'yaml', key: 'b' }), '"c": 12345678901234567890\n"d":\n  - true\n');
    assert.equal(await textOf(kv2(data), { format: 'json', key: 'a' }), '"it\'s \\u003cx\\u003e"');
  });

  it('has a version of its own, which changes with data, format and key', async () => {
    const versions = [
      await render(kv2(data), objectAs({ format: 'yaml' })),
      await render(kv2('{}'), objectAs({ format: 'yaml' })),
      await render(kv2('{}'), objectAs({ format: 'json' })),
      await render(kv2('{"b":{}}'), objectAs({ format: 'json', key: 'b' })),
    ].map((rendered) => rendered.versions[0]?.version);
    assert.equal(new Set(versions).size, 4);
    for (const version of versions) assert.match(version ?? '', /^3\.[0-9a-f]{12}$/);
    const again = await render(kv2(data), objectAs({ format: 'yaml' }));
    assert.equal(again.versions[0]?.version, versions[0]);
  });

  it('is refused with the path and what to do if the data does not fit', async () => {
    assert.deepEqual(await failureOf(kv2('{"a-b":"hunter2"}'), { format: 'dotenv' }), [
      'format-refused',
      'secret/data/app as dotenv: key "a-b" is no name in a shell (letters, digits and _, no digit first); rename it in the store, or choose another format',
    ]);
    assert.deepEqual(await failureOf(kv2('{"a":"hunter2"}'), { format: 'properties', key: 'a' }), [
      'format-refused',
      'key "a" of secret/data/app as properties: it is a text, not a map of names to values; choose json or yaml',
    ]);
  });

  it('is absent if it is optional and its key is missing, and else fails', async () => {
    const wish = { format: 'yaml', key: 'passwort' } as const;
    const { files, versions, failures } = await render(kv2('{}'), objectAs({ ...wish, isOptional: true }));
    assert.deepEqual([files, versions, failures], [[], [{ id: 'file', version: 'absent' }], []]);
    assert.deepEqual(await failureOf(kv2('{"password":""}'), wish), [
      'key-missing',
      'secret/data/app has no key "passwort"; did you mean "password"?',
    ]);
  });

  it('fails without data', async () => {
    const [reason] = await failureOf(makeAnswer('{"data":null,"auth":{"client_token":"x"}}'), { format: 'yaml' });
    assert.equal(reason, 'key-missing');
  });

  it('fails if it is larger than an answer may be, though the data is not', async () => {
    const large = kv2(JSON.stringify({ a: '\u0001'.repeat(700_000) }));
    for (const format of ['json', 'properties'] as const) {
      const [reason] = await failureOf(large, { format, key: format === 'json' ? 'a' : undefined } as Wish);
      assert.equal(reason, 'files-too-large');
    }
  });

  it('is made once, however many objects name it, also if it fails', async () => {
    const large = kv2(JSON.stringify({ 'a-b': '', c: '\u0001'.repeat(700_000) }));
    const costOf = async (count: number, format: 'dotenv' | 'properties') => {
      const objects = Array.from({ length: count }, (_, index) => objectAs({ name: `f${index}`, format }));
      const before = process.cpuUsage();
      const { failures } = await render(large, ...objects);
      assert.equal(failures.length, count);
      return process.cpuUsage(before).user;
    };
    for (const format of ['dotenv', 'properties'] as const) {
      await costOf(1, format);
      const one = await costOf(1, format);
      const many = await costOf(100, format);
      assert.ok(many < 20 * one + 20_000, `${many / one} times as much for 100`);
    }
  });

  describe('pkcs12', () => {
    const { certificate, private_key } = CERTIFICATES.ec;
    const issued = makeAnswer(JSON.stringify({ data: { certificate, private_key, ca_chain: [CERTIFICATES.ca] } }));
    const passwords = kv2('{"password":"changeit","hunter2":"ü","none":null}');
    const passwordRead = readOf(makeObject({ path: 'secret/data/passwords' }));

    function keystore(wish: Partial<Pkcs12Source> & { isOptional?: boolean } = {}): PlanObject {
      const { key: _, ...source } = objectAs({
        format: 'pkcs12',
        keys: ['certificate', 'ca_chain', 'private_key'],
        password: { read: passwordRead, key: 'password' },
        alias: 'web',
        ...wish,
      }).source as Pkcs12Source & { readonly key: undefined };
      return { ...objectAs({}), source, reads: [source.read, passwordRead], isOptional: wish.isOptional ?? false };
    }

    async function renderStore(object: PlanObject, answers: Record<string, Answer> = {}, key = KEY) {
      const all = { [`GET ${PATH}`]: issued, 'GET secret/data/passwords': passwords, ...answers };
      await loadMakers([object]);
      return renderFiles([object], new Map(Object.entries(all)), key);
    }

    it('is opened with the password of the other secret', async () => {
      const { files, failures } = await renderStore(keystore());
      assert.deepEqual(failures, []);
      const pems = [certificate, CERTIFICATES.ca, private_key];
      assert.deepEqual(files[0]?.contents.reveal(), writeKeystore(pems, 'changeit', 'web', KEY));
    });

    it('and its version stay as they are at each poll, and change with the certificate, the password and the alias', async () => {
      const other = makeAnswer(JSON.stringify({ data: { ...CERTIFICATES.rsa, ca_chain: [CERTIFICATES.ca] } }));
      const all = [
        await renderStore(keystore()),
        await renderStore(keystore()),
        await renderStore(keystore(), { [`GET ${PATH}`]: other }),
        await renderStore(keystore(), { 'GET secret/data/passwords': kv2('{"password":"changed"}') }),
        await renderStore(keystore({ alias: 'other' })),
      ];
      const contents = all.map(({ files }) => Buffer.from(files[0]?.contents.reveal() ?? '').toString('hex'));
      const versions = all.map(({ versions: [first] }) => first?.version);
      assert.deepEqual([contents[0], versions[0]], [contents[1], versions[1]]);
      assert.deepEqual([new Set(contents).size, new Set(versions).size], [4, 4]);
    });

    const password = (key: string) => ({ password: { read: passwordRead, key } });
    const NO_PASSWORD =
      'secret/data/app as pkcs12: the password is no text of 1 to 1,000 printable ASCII characters, which is all that its readers agree on; store such a one';
    const REFUSED: readonly (readonly [says: string, wish: Partial<Pkcs12Source>, ...failure: string[]])[] = [
      ['a password beyond ASCII', password('hunter2'), 'format-refused', NO_PASSWORD],
      ['a password that is no text', password('none'), 'format-refused', NO_PASSWORD],
      [
        'a password that is missing',
        password('passwort'),
        'key-missing',
        'secret/data/passwords has no key "passwort"; did you mean "password"?',
      ],
      [
        'a key without its certificate',
        { keys: ['ca_chain', 'private_key'] },
        'format-refused',
        'secret/data/app as pkcs12: no certificate belongs to the private key; name those in pem that were issued together',
      ],
    ];
    for (const [says, wish, reason, message] of REFUSED)
      it(`refuses ${says}`, async () => {
        const { failures } = await renderStore(keystore(wish));
        assert.deepEqual([failures[0]?.error.reason, failures[0]?.error.message], [reason, message]);
      });

    it('is absent if it is optional and its password is missing', async () => {
      const { versions, failures } = await renderStore(keystore({ ...password('passwort'), isOptional: true }));
      assert.deepEqual([versions, failures], [[{ id: 'file', version: 'absent' }], []]);
    });
  });

  describe('pem', () => {
    const pem = (...keys: readonly string[]) => ({ format: 'pem', keys }) as const;

    it('joins the keys in the order asked, each block with a newline, lists too', async () => {
      const answer = makeAnswer(JSON.stringify({ data: PAIR }));
      const [one, ca, key] = [`${CERTIFICATE}\n`, `${CA}\n`, `${PRIVATE}\n`];
      assert.equal(await textOf(answer, pem('certificate', 'ca_chain', 'private_key')), one + ca + ca + key);
      assert.equal(await textOf(answer, pem('private_key', 'certificate')), key + one);
    });

    it('leaves out what stands around a block, and returns at the ends of lines', async () => {
      const printed = `subject=CN = a\r\n${`${CERTIFICATE}\n`.replaceAll('\n', '\r\n')}issuer=CN = b\r\n\r\n${CA}`;
      assert.equal(await textOf(kv2(JSON.stringify({ a: printed })), pem('a')), `${CERTIFICATE}\n${CA}\n`);
    });

    it('keeps the headers of a key that is encrypted', async () => {
      const encrypted = block('RSA PRIVATE KEY', 'Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\na2V5');
      assert.equal(await textOf(kv2(JSON.stringify({ a: encrypted })), pem('a')), `${encrypted}\n`);
    });

    const NOT_PEM = 'secret/data/app as pem: the value of key "a" is not PEM; name a key that holds PEM';
    const DAMAGED =
      'secret/data/app as pem: the value of key "a" holds a block of PEM that is damaged; store it as it was issued, with its line breaks';
    const NO_TEXT =
      'secret/data/app as pem: the value of key "a" is neither a text nor a list of texts; name a key that holds PEM';
    const REFUSED: readonly (readonly [says: string, value: unknown, message: string])[] = [
      ['a text', 'hunter2', NOT_PEM],
      ['nothing', '', NOT_PEM],
      ['a list with a text', [CERTIFICATE, 'hunter2'], NOT_PEM],
      ['a map', { a: 'hunter2' }, NO_TEXT],
      ['a number', 7, NO_TEXT],
      ['null', null, NO_TEXT],
      ['a list of lists', [[CERTIFICATE]], NO_TEXT],
      ['no lists', [], 'secret/data/app as pem: there is no block in it; name other keys'],
      ['a block without an end', '-----BEGIN X-----\nhunter2', DAMAGED],
      ['a block with another end', `-----BEGIN X-----\nYQ==\n-----END Y-----`, DAMAGED],
      ['a block without line breaks', CERTIFICATE.replaceAll('\n', ' '), DAMAGED],
      ['a block with written line breaks', CERTIFICATE.replaceAll('\n', '\\n'), DAMAGED],
      ['a block that is no base64', block('X', 'hunter2!'), DAMAGED],
      ['a block without a body', '-----BEGIN X-----\n-----END X-----', DAMAGED],
      ['a block with too much padding', block('X', 'YQ==='), DAMAGED],
      ['a block with padding within', block('X', 'YQ==YQ=='), DAMAGED],
      ['a block of headers alone', block('X', 'Proc-Type: 4,ENCRYPTED\n'), DAMAGED],
      ['a block whose end is cut off', CERTIFICATE.slice(0, -1), DAMAGED],
      ['a block without a label', '-----BEGIN -----\nYQ==\n-----END -----', DAMAGED],
    ];
    for (const [says, value, message] of REFUSED)
      it(`refuses ${says} without showing it`, async () =>
        assert.deepEqual(await failureOf(kv2(JSON.stringify({ a: value })), pem('a')), ['format-refused', message]));

    it('takes time in proportion to the text, however many marks are in it', async () => {
      for (const text of [
        '-----BEGIN A'.repeat(300_000),
        '-----BEGIN A-----'.repeat(200_000),
        '-----'.repeat(700_000),
      ]) {
        const before = process.cpuUsage();
        await failureOf(kv2(JSON.stringify({ a: text })), pem('a'));
        assert.ok(process.cpuUsage(before).user < 1_000_000);
      }
    });

    it('is too large beyond what an answer holds', async () => {
      const many = kv2(JSON.stringify({ a: `${block('X', 'YWFh'.repeat(16))}\n`.repeat(12_000) }));
      const [reason] = await failureOf(many, pem(...'aaaaaaaa'));
      assert.equal(reason, 'files-too-large');
    });
  });
});
