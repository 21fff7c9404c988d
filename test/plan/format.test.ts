// `format` of an object, and what goes with it.
import assert from 'node:assert/strict';
import { objectWith, plan, problemsOf } from './request.ts';

const problemOf = (fields: string) => {
  const lines = problemsOf({ objects: `- {objectName: a, secretPath: p, ${fields}}` });
  return lines.map((line) => line.replace('- objects line 1, object "a": ', ''));
};

/** Without its read. */
const sourceOf = (fields: string) => {
  const { source } = objectWith(fields);
  assert.ok(source.kind === 'format');
  const { read, ...rest } = source;
  assert.equal(read.path, 'p');
  return rest;
};

const PASSWORD = 'password: {secretPath: secret/data/keystore, secretKey: password}';
const onlyPkcs12 = (field: string) => `${field} does not go with format pem; write format: pkcs12`;

describe('format', () => {
  for (const format of ['json', 'yaml', 'dotenv', 'properties'])
    it(`${format} takes all data, or the value of a key`, () => {
      assert.deepEqual(sourceOf(`format: ${format}`), { kind: 'format', format, key: undefined });
      assert.deepEqual(sourceOf(`format: ${format.toUpperCase()}, secretKey: k`), { kind: 'format', format, key: 'k' });
    });

  it('pem takes keys, in their order', () =>
    assert.deepEqual(sourceOf('format: pem, pem: [certificate, 1, private_key]'), {
      kind: 'format',
      format: 'pem',
      keys: ['certificate', '1', 'private_key'],
    }));

  it('pkcs12 takes its password from another secret, with a request for it', () => {
    const object = objectWith(
      'format: pkcs12, pem: [c, k], keyAlias: web, password: {secretPath: /v1/q, secretKey: pw}',
    );
    const { source, reads } = object;
    assert.ok(source.kind === 'format' && source.format === 'pkcs12');
    assert.deepEqual([source.keys, source.alias, source.password.key], [['c', 'k'], 'web', 'pw']);
    assert.deepEqual(reads, [source.read, source.password.read]);
    assert.deepEqual([reads[1]?.method, reads[1]?.path], ['GET', 'q']);
  });

  it('pkcs12 takes its password from the same answer if it names no secret, or the same', () => {
    for (const password of ['{secretKey: pw}', '{secretKey: pw, secretPath: p}']) {
      const { source, reads } = objectWith(`format: PKCS12, pem: [c], password: ${password}`);
      assert.ok(source.kind === 'format' && source.format === 'pkcs12');
      assert.deepEqual([reads, source.password.read], [[source.read], source.read]);
    }
  });

  it('pkcs12 takes its parts of the answers that objects above take theirs of', () => {
    const issued = 'secretPath: pki/issue/web, method: PUT';
    const { objects, reads } = plan({
      objects: [
        `- {objectName: a, ${issued}, secretArgs: {common_name: a}, secretKey: certificate}`,
        '- {objectName: b, secretPath: q, secretKey: pw, refreshAfter: 1h}',
        `- {objectName: c, ${issued}, format: pkcs12, pem: [certificate], password: {secretPath: q, secretKey: pw}}`,
        `- {objectName: d, ${issued}, format: pkcs12, pem: [certificate], password: {secretKey: serial_number}}`,
      ].join('\n'),
    });
    assert.deepEqual(
      objects.map((object) => object.reads.map(({ path }) => path)),
      [['pki/issue/web'], ['q'], ['pki/issue/web', 'q'], ['pki/issue/web']],
    );
    assert.equal(reads.length, 2);
    for (const { reads: own } of objects) for (const read of own) assert.ok(reads.includes(read));
  });

  it('pkcs12 is refused beyond two of a class', () => {
    const list = (count: number) =>
      Array.from(
        { length: count },
        (_, index) => `- {objectName: f${index}, secretPath: p, format: pkcs12, pem: [c], password: {secretKey: k}}`,
      ).join('\n');
    assert.equal(plan({ objects: list(2) }).objects.length, 2);
    assert.deepEqual(problemsOf({ objects: list(3) }), [
      '- parameter objects: more than 2 objects of format pkcs12, each of which takes long to encrypt; split them over several classes',
    ]);
  });

  it('is absent if it is null or empty', () => {
    for (const empty of ['~', '""', 'null'])
      assert.equal(objectWith(`format: ${empty}, encoding: hex, secretKey: k`).source.kind, 'value');
  });

  const REFUSED: readonly (readonly [fields: string, ...problems: string[]])[] = [
    ['format: jso', 'unknown format "jso"; did you mean "json"?'],
    ['format: toml', 'unknown format "toml"; write json, yaml, dotenv, properties, pem or pkcs12'],
    ['format: [json]', 'format is a list; write a text'],
    [
      'format: jks',
      'JKS has no maintained writer outside of Java, and its encryption is weak; write pkcs12, which Java reads in its place',
    ],
    ['format: yaml, secretKey: k, encoding: base64', 'encoding does not go with format; remove one'],
    ['format: yaml, pem: [a]', 'pem does not go with format yaml; write format: pem or pkcs12'],
    ['secretKey: k, pem: [a]', 'pem goes only with format; add that, or remove pem'],
    ['format: pem', 'format pem needs the keys to join; add pem: [certificate, ca_chain, private_key]'],
    ['format: pem, pem: []', 'pem is empty; write a list of keys: pem: [certificate, ca_chain, private_key]'],
    ['format: pem, pem: a', 'pem is text; write a list of keys: pem: [certificate, ca_chain, private_key]'],
    ['format: pem, pem: {a: b}', 'pem is a map; write a list of keys: pem: [certificate, ca_chain, private_key]'],
    ['format: pem, pem: [a, ~]', 'pem holds nothing; write the name of a key'],
    ['format: pem, pem: [[a]]', 'pem holds a list; write the name of a key'],
    [`format: pem, pem: [${'a, '.repeat(17)}]`, 'pem has over 16 keys; name fewer'],
    [`format: pem, pem: ["${'a'.repeat(4097)}"]`, 'pem holds the name of a key of over 4096 characters; shorten it'],
    ['format: pem, pem: [a], password: {secretKey: k}, keyAlias: a', ...['password', 'keyAlias'].map(onlyPkcs12)],
    ['format: pkcs12, pem: [a]', `format pkcs12 needs a password; add ${PASSWORD}`],
    [
      'format: pkcs12, password: {secretKey: k}',
      'format pkcs12 needs the keys to join; add pem: [certificate, ca_chain, private_key]',
    ],
    [
      'format: pkcs12, pem: [a], password: changeit',
      `password is text; write where it is, not what it is: ${PASSWORD}`,
    ],
    ['format: pkcs12, pem: [a], password: {secretPath: p}', `password names no secretKey; write ${PASSWORD}`],
    ['format: pkcs12, pem: [a], password: {secretKey: ~}', `password names no secretKey; write ${PASSWORD}`],
    [
      'format: pkcs12, pem: [a], password: {secretKey: k, key: k, secretKey: l}',
      '"secretKey" is given twice; remove one',
      'password has no field "key"; write secretPath and secretKey',
    ],
    [
      'format: pkcs12, pem: [a], password: {secretKey: k, secretPath: [p]}',
      'secretPath of password is a list; write a text',
    ],
    [
      'format: pkcs12, pem: [a], password: {secretKey: k, secretPath: a/../b}',
      'secretPath holds a ".." segment; write the path without it, in password',
    ],
    [
      'format: pkcs12, pem: [a], password: {secretKey: k}, keyAlias: "ü"',
      'keyAlias holds more than 100 characters, or others than ASCII; write a plain name',
    ],
    [
      'format: p12, pem: [a], password: {secretKey: k}',
      'unknown format "p12"; write json, yaml, dotenv, properties, pem or pkcs12',
    ],
    ['format: pem, secretKey: k, pem: [a]', 'secretKey does not go with format pem; name the keys in pem'],
  ];
  for (const [fields, ...problems] of REFUSED)
    it(`refuses ${fields.slice(0, 60)}`, () => assert.deepEqual(problemOf(fields), problems));
});
