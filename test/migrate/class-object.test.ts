// `objects` of a class as migrate writes them: what a YAML reader makes of the text, and how a person finds it.
import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { objectsText } from '../../src/migrate/class-object.ts';
import { type ObjectValue, PLAIN, rightsOf } from '../../src/migrate/store-value.ts';

function textOf(value: ObjectValue, mode = 0o644): string {
  return objectsText([{ name: 'dsn', value, mode }]);
}

describe('objects of a class that migrate writes', () => {
  const db = { path: 'secret/data/db', key: 'password', encoding: undefined };

  it('name a path, a key, a method and its arguments', () => {
    const value = { ...PLAIN, path: 'pki/issue/web', key: 'certificate', method: 'PUT', args: { ttl: '1h' } } as const;
    assert.equal(
      textOf(value, 0o400),
      `- objectName: dsn
  secretPath: pki/issue/web
  secretKey: certificate
  method: PUT
  secretArgs:
    ttl: "1h"
  filePermission: 0400
`,
    );
    assert.deepEqual(rightsOf(value), [{ path: 'pki/issue/web', capability: 'update' }]);
  });

  it('say which keys they take, and how long an answer counts', () => {
    const keys = { include: [], exclude: ['^a$', 'b"c'], renames: [] };
    const value = { ...PLAIN, path: 'db/creds/x', key: undefined, keys, refreshAfter: '12h', revoke: false } as const;
    assert.deepEqual(parse(textOf(value)), [
      {
        objectName: 'dsn',
        secretPath: 'db/creds/x',
        keys: { exclude: ['^a$', 'b"c'] },
        refreshAfter: '12h',
        revoke: false,
      },
    ]);
  });

  it('have a template over reads by name', () => {
    const value: ObjectValue = {
      syntax: 'sprig',
      reads: [
        { name: 'pw', ...db, path: 'secret/data/db?version=2' },
        { name: 'all', path: 'kv1/x', key: undefined, encoding: 'base64' },
      ],
      template: 'user: {{ .all.user }}\npassword: {{ .pw }}',
    };
    const text = textOf(value);
    assert.equal(
      text,
      `- objectName: dsn
  templateSyntax: sprig
  reads:
    pw:
      secretPath: "secret/data/db?version=2"
      secretKey: password
    all:
      secretPath: kv1/x
      encoding: base64
  template: |-
    user: {{ .all.user }}
    password: {{ .pw }}
`,
    );
    assert.equal(parse(text)[0].template, value.template);
    assert.deepEqual(rightsOf(value), [
      { path: 'secret/data/db', capability: 'read' },
      { path: 'kv1/x', capability: 'read' },
    ]);
  });

  it('have a template that says itself what it reads', () => {
    const rights = [{ path: 'secret/data/db', capability: 'read' }] as const;
    const template = '[[ with secret "secret/data/db" ]][[ .Data.data.password ]][[ end ]]\n';
    const value: ObjectValue = {
      syntax: 'agent',
      template,
      rights,
      delimiters: ['[[', ']]'],
      errorOnMissingKey: true,
    };
    assert.deepEqual(parse(textOf(value)), [
      {
        objectName: 'dsn',
        errorOnMissingKey: true,
        templateDelimiters: ['[[', ']]'],
        template,
      },
    ]);
    assert.equal(rightsOf(value), rights);
  });

  for (const template of [
    'a',
    'a\n',
    'a \n',
    '\n a\n',
    ' a\nb',
    'a\n\n',
    'a\n  b\n\nc',
    'a\t\nb',
    'ü ✓\n',
    '---\na: |\n  b\n',
    '',
  ])
    it(`keep the text of a template as it is: ${JSON.stringify(template)}`, () =>
      assert.equal(parse(textOf({ syntax: 'agent', rights: [], template }))[0].template, template));
});
