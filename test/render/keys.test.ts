// `keys` from the class's text to files: names, values, what is refused.
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import type { Answer } from '../../src/fetch/ports.ts';
import { PATTERNS } from '../../src/patterns.ts';
import { fileNameOf } from '../../src/render/file-names.ts';
import { renderFiles } from '../../src/render/render.ts';
import type { Rendered } from '../../src/render/rendered.ts';
import { assertCheap, cost } from '../harness/cpu-time.ts';
import { plan } from '../plan/request.ts';
import { kv1, kv2, makeAnswer } from './answers.ts';

const KEY = Buffer.alloc(32, 7);

function render(objects: string, answers: Readonly<Record<string, Answer>>): Rendered {
  const made = plan({ objects });
  const byKey = new Map(made.reads.map((read) => [read.key, answers[read.path]] as const));
  return renderFiles(
    made.objects,
    new Map([...byKey].flatMap(([key, answer]) => (answer ? [[key, answer]] : []))),
    KEY,
  );
}
const one = (fields: string, data: string) => render(`- {objectName: db, secretPath: p, ${fields}}`, { p: kv2(data) });
const files = ({ files: made }: Rendered) =>
  Object.fromEntries(made.map(({ path, contents }) => [path, Buffer.from(contents.reveal()).toString()]));
const failures = ({ failures: found }: Rendered) =>
  found.map(({ object, error }) => `${object.name}: ${error.message} [${error.reason}]`);

describe('keys of a secret', () => {
  before(() => PATTERNS.load());

  it('are files below the folder, with the mode of the object', () => {
    const rendered = one('keys: all, filePermission: 0400', '{"user":"u","password":"p","n":1.50,"m":{"b":1,"a":[]}}');
    assert.deepEqual(files(rendered), { 'db/m': '{"a":[],"b":1}', 'db/n': '1.50', 'db/password': 'p', 'db/user': 'u' });
    assert.deepEqual(new Set(rendered.files.map(({ mode }) => mode)), new Set([0o400]));
    assert.deepEqual(rendered.warnings, []);
  });

  it('are taken of any answer, and fill the volume by "."', () => {
    const objects = '- {objectName: ., secretPath: a, keys: all}\n- {objectName: x, secretPath: b, keys: all}';
    const rendered = render(objects, { a: kv1('{"one":"1"}'), b: makeAnswer('{"sealed":false}') });
    assert.deepEqual(files(rendered), { one: '1', 'x/sealed': 'false' });
    assert.deepEqual(
      rendered.versions.map(({ id }) => id),
      ['.', 'x'],
    );
  });

  it('are chosen and renamed', () => {
    const fields =
      'keys: {include: ["^db_", "^url$"], exclude: [_old$], rename: [{from: "^db_(.*)", to: "$1"}, {from: "_", to: "-"}]}';
    const data = '{"db_user_name":"u","db_pass":"p","db_pass_old":"o","url":"x","other":"y"}';
    assert.deepEqual(files(one(fields, data)), { 'db/pass': 'p', 'db/url': 'x', 'db/user-name': 'u' });
  });

  it('are decoded', () => {
    assert.deepEqual(files(one('keys: all, encoding: base64', '{"a":"eA==","b":"eQ=="}')), {
      'db/a': 'x',
      'db/b': 'y',
    });
    assert.deepEqual(failures(one('keys: all, encoding: hex', '{"a":"zz"}')), [
      'db: the value of key "a" in p is not hex (two digits per byte, nothing between); set encoding to what the value is written in, or leave it out to mount the text itself [value-undecodable]',
    ]);
  });

  const names: readonly (readonly [key: string, file: string])[] = [
    ['password', 'password'],
    ['tls.crt', 'tls.crt'],
    ['.dockerconfigjson', '.dockerconfigjson'],
    ['a b\n%2F', 'a b\n%2F'],
    ['a/b', 'a%2Fb'],
    ['a/b%', 'a%2Fb%25'],
    ['\0', '%00'],
    ['\ud800x', '%EF%BF%BDx'],
    ['.', '%2E'],
    ['..', '%2E.'],
    ['..data', '%2E.data'],
    ['...', '%2E..'],
    ['', '%'],
    ['😀', '😀'],
  ];
  for (const [key, file] of names)
    it(`are files: ${JSON.stringify(key)} is ${JSON.stringify(file)}`, () => assert.equal(fileNameOf(key), file));

  it('are told of if they had to be escaped', () => {
    const rendered = one('keys: all', '{"a/b":"1","..":"2","c/":"3","/":"4","ok":"5"}');
    assert.deepEqual(files(rendered), { 'db/%2E.': '2', 'db/%2F': '4', 'db/a%2Fb': '1', 'db/c%2F': '3', 'db/ok': '5' });
    assert.deepEqual(rendered.warnings, [
      'object "db": names that no file can have are escaped: ".." is "%2E.", "/" is "%2F", "a/b" is "a%2Fb" and 1 more; rename them to choose their names',
    ]);
  });

  it('are refused if two come to one', () => {
    const said = (what: string) => [`db: p: both ${what}; leave one out or rename it [file-name]`];
    assert.deepEqual(
      failures(one('keys: all', '{"a/b":"1","a%2Fb":"2"}')),
      said('"a%2Fb" and "a/b" are the file "a%2Fb"'),
    );
    const fields = 'keys: {rename: [{from: "_.*", to: ""}]}';
    assert.deepEqual(failures(one(fields, '{"a_1":"1","a_2":"2"}')), said('"a_1" and "a_2" are the file "a"'));
  });

  it('are refused if they are too long for a file', () => {
    const name = 'n'.repeat(256);
    const [failure] = failures(one('keys: all', `{"${name}":"1"}`));
    assert.match(
      failure ?? '',
      /^db: p: the name "n+\.\.\." is too long for a file; leave it out or rename it \[file-name\]$/,
    );
    assert.deepEqual(files(one('keys: {rename: [{from: "n+", to: n}]}', `{"${name}":"1"}`)), { 'db/n': '1' });
  });

  it('are refused beside a file of another object that they need the place of', () => {
    const objects = (name: string) =>
      `- {objectName: ${name}, secretPath: q, secretKey: k}\n- {objectName: ., secretPath: p, keys: all}`;
    const answers = { p: kv2('{"db":"1"}'), q: kv2('{"k":"2"}') };
    assert.deepEqual(failures(render(objects('db'), answers)), [
      '.: "db" needs the file "db", which object "db" has; rename one, or leave it out [file-name]',
    ]);
    assert.deepEqual(failures(render(objects('db/url'), answers)), [
      'db/url: "db/url" needs the folder "db", where object "." has a file; rename one, or leave it out [file-name]',
    ]);
  });

  it('are missing from a path that is emptied, and from one of which none is chosen', () => {
    assert.deepEqual(failures(one('keys: all', '{}')), [
      'db: p has no keys, and a volume cannot be emptied; write a key, or take the object out of the class [nothing-to-mount]',
    ]);
    assert.deepEqual(failures(one('keys: {include: [x]}', '{"a":"1","b":"2"}')), [
      'db: p has no key that include and exclude leave, of 2; change them, or take the object out of the class [nothing-to-mount]',
    ]);
    const [failure] = failures(
      render('- {objectName: db, secretPath: p, keys: all}', { p: makeAnswer('{"request_id":"r"}') }),
    );
    assert.match(failure ?? '', /^db: p answered without data, so it has no keys; .* \[key-missing\]$/);
  });

  it('may be absent of an optional object', () => {
    const rendered = one('keys: all, optional: true', '{}');
    assert.deepEqual(
      [rendered.files, rendered.failures, rendered.versions],
      [[], [], [{ id: 'db', version: 'absent' }]],
    );
  });

  it('are at most 1,000 files', () => {
    const data = (count: number) =>
      JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, ''])));
    assert.equal(one('keys: all', data(1_000)).files.length, 1_000);
    assert.deepEqual(failures(one('keys: all', data(1_001))), [
      'db: p has more than 1000 keys to mount; choose some with keys: {include: [...]} [files-too-large]',
    ]);
    assert.equal(one('keys: {include: ["^k1"]}', data(1_001)).files.length, 112);
  });

  describe('a version', () => {
    const version = (fields: string, data: string) => one(fields, data).versions[0]?.version;
    const of = version('keys: all', '{"a":"1","b":"2"}');

    it("is the object's: one for all its files, and led by the store's", () => {
      assert.equal(one('keys: all', '{"a":"1","b":"2"}').versions.length, 1);
      assert.match(of ?? '', /^3\.[0-9a-f]{12}$/);
    });
    it('changes with a value, a name, a key that comes or goes, and what the class says', () => {
      const others = [
        version('keys: all', '{"a":"1","b":"3"}'),
        version('keys: all', '{"a":"1","c":"2"}'),
        version('keys: all', '{"a":"1"}'),
        version('keys: all', '{"a":"1","b":"2","c":""}'),
        version('keys: {include: [.]}', '{"a":"1","b":"2"}'),
        version('keys: all, filePermission: 0400', '{"a":"1","b":"2"}'),
      ];
      assert.equal(new Set([of, ...others]).size, 7);
    });
    it('stays if the store writes the keys in another order', () => {
      assert.equal(version('keys: all', '{"b":"2","a":"1"}'), of);
    });
  });

  it('cost little, whatever names and expressions are', () => {
    const names = Array.from({ length: 1_000 }, (_, i) => `${'abcdefgh'.repeat(30)}${i}`);
    const data = JSON.stringify(Object.fromEntries(names.map((name) => [name, ''])));
    for (const pattern of ['(?:a|b|c|d|e|f|g|h){40}$', '^(a?){50}a{50}$', '(.*)(.*)(.*)x']) {
      const object = (index: number) =>
        `- {objectName: f${index}, secretPath: p, keys: {include: ["${pattern}"], rename: [{from: "${pattern}", to: "$&x"}]}}\n`;
      const objects = Array.from({ length: 5 }, (_, index) => object(index)).join('');
      let found: Rendered | undefined;
      assertCheap(120, () => cost(() => (found = render(objects, { p: kv2(data) }))), pattern);
      assert.match(found === undefined ? '' : failures(found).join(), /too many or too long for the expressions/);
    }
  });

  it('grow by no rename beyond what a file could be called', () => {
    const rename = (from: string, to: string, times: number) =>
      `keys: {rename: [${Array(times).fill(`{from: "${from}", to: "${to}"}`).join(', ')}]}`;
    for (const fields of [rename('.', '$&$&', 25), rename('.', 'x'.repeat(255), 3), rename('(.)', '$1'.repeat(120), 5)])
      for (const key of ['k'.repeat(200), 'k'.repeat(500_000)]) {
        const data = JSON.stringify({ [key]: 'v' });
        let found: Rendered | undefined;
        assertCheap(60, () => cost(() => (found = one(fields, data))), fields.slice(0, 60));
        assert.match(
          found === undefined ? '' : failures(found).join(),
          /is too long for a file; leave it out or rename it/,
        );
      }
  });
});
