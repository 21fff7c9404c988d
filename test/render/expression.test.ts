// Objects with an expression, from the class to the bytes.
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import type { Answer } from '../../src/fetch/ports.ts';
import { parseObjects } from '../../src/plan/objects.ts';
import { loadMakers } from '../../src/render/makers.ts';
import { renderFiles } from '../../src/render/render.ts';
import { readOf } from '../harness/plans.ts';
import { kv1, kv2, makeAnswer } from './answers.ts';

const CONFIG =
  '{"db":{"user":"app","password":"p\\u00e4ss","port":5432,"id":12345678901234567890,"rate":1.10},"hosts":["a","b"],"on":true,"off":null,"b64":"aGk="}';

interface Made {
  readonly files: Readonly<Record<string, string>>;
  readonly failures: readonly string[];
  readonly versions: readonly string[];
}

/** @param fields of each object, `secretPath` excepted */
async function make(answer: Answer, ...fields: readonly string[]): Promise<Made> {
  const list = fields.map((one, index) => `- {objectName: f${index}, secretPath: kv/app, ${one}}`).join('\n');
  const { objects, problems } = parseObjects(list, 0o644);
  assert.deepEqual(problems, []);
  await loadMakers(objects);
  const read = readOf(objects[0]).key ?? '';
  const { files, failures, versions } = renderFiles(objects, new Map([[read, answer]]), Buffer.from('key'));
  return {
    files: Object.fromEntries(files.map(({ path, contents }) => [path, Buffer.from(contents.reveal()).toString()])),
    failures: failures.map(({ error }) => `${error.message} [${error.reason}]`),
    versions: versions.map(({ version }) => version),
  };
}

async function fileOf(answer: Answer, fields: string): Promise<string | undefined> {
  const { files, failures } = await make(answer, fields);
  assert.deepEqual(failures, []);
  return files['f0'];
}

async function failureOf(answer: Answer, fields: string): Promise<string> {
  const { files, failures } = await make(answer, fields);
  assert.deepEqual(files, {});
  return failures.join();
}

describe('an expression', () => {
  const structured = kv2(CONFIG);
  const inText = kv1(JSON.stringify({ config: CONFIG, plain: 'hunter2' }));

  for (const [fields, text] of [
    ['jsonPath: $.db.password', 'päss'],
    ['jmesPath: db.password', 'päss'],
    ['gjson: db.password', 'päss'],
    ['jsonPath: $.db.id', '12345678901234567890'],
    ['jmesPath: db.rate', '1.10'],
    ['gjson: db.rate', '1.10'],
    ['gjson: on', 'true'],
    ['jsonPath: $.off', 'null'],
    ['jsonPath: "$.hosts[*]"', '["a","b"]'],
    ['jsonPath: "$.hosts[0]"', 'a'],
    ['jmesPath: "hosts[-1]"', 'b'],
    ['gjson: hosts.#', '2'],
    ['jmesPath: "{z: db.id, a: db.user}"', '{"a":"app","z":12345678901234567890}'],
    ['jmesPath: "join(\',\', hosts)"', 'a,b'],
    ['jsonPath: $.b64, encoding: base64', 'hi'],
    ['gjson: b64, encoding: base64, encode: hex', '6869'],
  ] as const) {
    it(`selects from the data of a secret: ${fields}`, async () =>
      assert.equal(await fileOf(structured, fields), text));
    it(`selects from a text that holds JSON: ${fields}`, async () =>
      assert.equal(await fileOf(inText, `secretKey: config, ${fields}`), text));
  }

  it('selects from a value that is no text', async () =>
    assert.equal(await fileOf(structured, 'secretKey: db, jsonPath: $.user'), 'app'));

  it('selects by a key that is named as a path first, as External Secrets does', async () => {
    const both = kv1('{"a.b":"the key","a":{"b":"the path"}}');
    assert.equal(await fileOf(both, 'gjson: a.b'), 'the key');
    assert.equal(await fileOf(both, 'jmesPath: a.b'), 'the path');
  });

  it('writes what is no text as Go writes JSON', async () =>
    assert.equal(
      await fileOf(kv1('{"a":{"z":"<&>","b":[1, 2.50]}}'), 'jsonPath: $.a'),
      '{"b":[1,2.50],"z":"\\u003c\\u0026\\u003e"}',
    ));

  it('keeps keys such as __proto__, and finds nothing that nobody wrote', async () => {
    const answer = kv1('{"__proto__":{"polluted":"no"},"constructor":"c"}');
    assert.equal(await fileOf(answer, 'jsonPath: $.__proto__.polluted'), 'no');
    assert.equal(await fileOf(answer, 'gjson: constructor'), 'c');
    for (const fields of ['jmesPath: toString', 'jsonPath: $.hasOwnProperty', 'gjson: valueOf'])
      assert.match(await failureOf(answer, fields), /\[key-missing\]$/);
  });

  for (const [fields, message] of [
    [
      'jsonPath: $.db.pasword',
      'jsonPath selects nothing from kv/app: "db" has no key "pasword"; did you mean "password"? [key-missing]',
    ],
    ['jmesPath: dbx.y', 'jmesPath selects nothing from kv/app: it has no key "dbx"; did you mean "db"? [key-missing]'],
    ['gjson: db.prt.x', 'gjson selects nothing from kv/app: "db" has no key "prt"; did you mean "port"? [key-missing]'],
    [
      'jsonPath: "$.hosts[9]"',
      'jsonPath selects nothing from kv/app; correct it, or write default or optional: true if it may be missing [key-missing]',
    ],
    [
      'jmesPath: "off"',
      'jmesPath selects nothing from kv/app; correct it, or write default or optional: true if it may be missing [key-missing]',
    ],
    ['secretKey: bd, gjson: user', 'kv/app has no key "bd"; did you mean "db"? [key-missing]'],
    [
      'jmesPath: abs(db.user)',
      'jmesPath does not fit kv/app: abs() takes number as argument 1, and it is string [value-undecodable]',
    ],
    [
      'jsonPath: $.db.user, encoding: hex',
      'what jsonPath selects from kv/app is not hex (two digits per byte, nothing between); set encoding to what the value is written in, or leave it out to mount the text itself [value-undecodable]',
    ],
  ] as const)
    it(`tells why it makes no file: ${fields}`, async () => assert.equal(await failureOf(structured, fields), message));

  it('names no key of JSON in a text, but for those of the class', async () =>
    assert.equal(
      await failureOf(inText, 'secretKey: config, jsonPath: $.db.pasword'),
      'jsonPath selects nothing from the value of key "config" in kv/app: "db" has no key "pasword" [key-missing]',
    ));

  it('tells of a text that is not JSON, and not what it is', async () =>
    assert.equal(
      await failureOf(inText, 'secretKey: plain, gjson: a'),
      'the value of key "plain" in kv/app is a text that is not JSON, and gjson selects from JSON alone; leave gjson out to mount the text itself [value-undecodable]',
    ));

  it('tells of an answer that has no data', async () =>
    assert.match(
      await failureOf(makeAnswer('"MIIB"'), 'gjson: a'),
      /^kv\/app answered without JSON, .*\[key-missing\]$/,
    ));

  it('tells of too many levels', async () => {
    const deep = kv1(`{"a":${'['.repeat(600)}${']'.repeat(600)}}`);
    assert.equal(
      await failureOf(deep, 'jsonPath: $.a'),
      'jsonPath does not go into kv/app, which has more than 500 levels [value-undecodable]',
    );
  });

  it('tells of too many steps, which all expressions of a class share', async () => {
    const large = kv1(JSON.stringify({ list: Array(20_000).fill({ a: 1 }) }));
    const message =
      'jsonPath takes too many steps on kv/app (150,000 are for all expressions of a class); select less with each, or split the class [value-undecodable]';
    assert.equal(await failureOf(large, 'jsonPath: "$..[?@.a == 1]..*"'), message);
    const { files, failures } = await make(
      large,
      'jsonPath: "$.list[0].a"',
      'jsonPath: "$..*"',
      'jsonPath: "$.list[0].a"',
    );
    assert.deepEqual(Object.keys(files), ['f0']);
    assert.deepEqual(failures, [message, message]);
  });

  it('is an absent file if it may be', async () => {
    const { files, versions } = await make(structured, 'jsonPath: $.nobody, optional: true');
    assert.deepEqual([files, versions], [{}, ['absent']]);
  });

  it('has its default if nothing is selected, and only then', async () => {
    const of = async (answer: Answer, fields: string) => await fileOf(answer, `${fields}, default: none`);
    for (const fields of ['jsonPath: $.nobody', 'jmesPath: "off"', 'gjson: db.prt', 'secretKey: bd, gjson: user'])
      assert.equal(await of(structured, fields), 'none');
    assert.equal(await of(inText, 'secretKey: config, jsonPath: $.nobody, encode: hex'), 'none');
    assert.equal(await of(structured, 'jsonPath: $.db.user'), 'app');
    assert.equal(await fileOf(structured, 'jsonPath: $.nobody, default: ""'), '');
    assert.match(await failureOf(inText, 'secretKey: plain, gjson: a, default: none'), /\[value-undecodable\]$/);
  });

  it('has its default without a path only if it is optional too', async () => {
    const [object] = parseObjects(
      '- {objectName: f, secretPath: p, gjson: a, default: none, optional: true}',
      0,
    ).objects;
    assert.ok(object);
    const absent = new Set([readOf(object).key]);
    const { files } = renderFiles([object], new Map(), Buffer.from('key'), absent);
    assert.deepEqual(
      files.map(({ contents }) => Buffer.from(contents.reveal()).toString()),
      ['none'],
    );
  });

  it('has a version of its own for each of its fields', async () => {
    const objects = ['gjson: a', 'jmesPath: a', 'gjson: a, encode: hex', 'gjson: "b"', 'gjson: a, default: ""'];
    const versions = await Promise.all(
      objects.map(async (fields) => (await make(kv1('{"a":"x","b":"x"}'), fields)).versions[0]),
    );
    assert.equal(new Set(versions).size, objects.length);
  });
});
