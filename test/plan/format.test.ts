// `format` of an object, and what goes with it.
import assert from 'node:assert/strict';
import { objectWith, problemsOf } from './request.ts';

const problemOf = (fields: string) => {
  const lines = problemsOf({ objects: `- {objectName: a, secretPath: p, ${fields}}` });
  return lines.map((line) => line.replace('- objects line 1, object "a": ', ''));
};

/** Without its read. */
const sourceOf = (fields: string) => {
  const { read, ...rest } = objectWith(fields).source;
  assert.equal(read.path, 'p');
  return rest;
};

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

  it('is absent if it is null or empty', () => {
    for (const empty of ['~', '""', 'null'])
      assert.equal(objectWith(`format: ${empty}, encoding: hex, secretKey: k`).source.kind, 'value');
  });

  const REFUSED: readonly (readonly [fields: string, ...problems: string[]])[] = [
    ['format: jso', 'unknown format "jso"; did you mean "json"?'],
    ['format: toml', 'unknown format "toml"; write json, yaml, dotenv, properties or pem'],
    ['format: [json]', 'format is a list; write a text'],
    ['format: jks', 'JKS has no maintained writer outside of Java, and its encryption is weak; choose another format'],
    ['format: yaml, secretKey: k, encoding: base64', 'encoding does not go with format; remove one'],
    ['format: yaml, pem: [a]', 'pem does not go with format yaml; write format: pem'],
    ['secretKey: k, pem: [a]', 'pem goes only with format; add that, or remove pem'],
    ['format: pem', 'format pem needs the keys to join; add pem: [certificate, ca_chain, private_key]'],
    ['format: pem, pem: []', 'pem is empty; write a list of keys: pem: [certificate, ca_chain, private_key]'],
    ['format: pem, pem: a', 'pem is text; write a list of keys: pem: [certificate, ca_chain, private_key]'],
    ['format: pem, pem: {a: b}', 'pem is a map; write a list of keys: pem: [certificate, ca_chain, private_key]'],
    ['format: pem, pem: [a, ~]', 'pem holds nothing; write the name of a key'],
    ['format: pem, pem: [[a]]', 'pem holds a list; write the name of a key'],
    [`format: pem, pem: [${'a, '.repeat(17)}]`, 'pem has over 16 keys; name fewer'],
    [`format: pem, pem: ["${'a'.repeat(4097)}"]`, 'pem holds the name of a key of over 4096 characters; shorten it'],
    ['format: pem, secretKey: k, pem: [a]', 'secretKey does not go with format pem; name the keys in pem'],
  ];
  for (const [fields, ...problems] of REFUSED)
    it(`refuses ${fields.slice(0, 60)}`, () => assert.deepEqual(problemOf(fields), problems));
});
