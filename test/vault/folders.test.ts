import assert from 'node:assert/strict';
import type { FolderEngine } from '../../src/fetch/ports.ts';
import { FOLDERS } from '../../src/vault/folders.ts';
import { makeAnswer } from '../render/answers.ts';

const paths = (engine: FolderEngine) => [engine.listPath(''), engine.listPath('a/'), engine.secretPath('a/b')];
const told = (folder: string, data: object) =>
  FOLDERS.engineTold(folder, makeAnswer(JSON.stringify({ data })).body.reveal().open([]));

describe('the folders of a KV engine', () => {
  const cases: readonly (readonly [folder: string, mount: string, version: 1 | 2, paths: readonly string[]])[] = [
    ['secret/app', 'secret', 2, ['secret/metadata/app', 'secret/metadata/app/a/', 'secret/data/app/a/b']],
    ['secret/data/app', 'secret', 2, ['secret/metadata/app', 'secret/metadata/app/a/', 'secret/data/app/a/b']],
    ['secret/metadata/app', 'secret', 2, ['secret/metadata/app', 'secret/metadata/app/a/', 'secret/data/app/a/b']],
    ['secret/data/data', 'secret', 2, ['secret/metadata/data', 'secret/metadata/data/a/', 'secret/data/data/a/b']],
    ['secret', 'secret', 2, ['secret/metadata', 'secret/metadata/a/', 'secret/data/a/b']],
    ['secret/data', 'secret', 2, ['secret/metadata', 'secret/metadata/a/', 'secret/data/a/b']],
    [
      'secret/database',
      'secret',
      2,
      ['secret/metadata/database', 'secret/metadata/database/a/', 'secret/data/database/a/b'],
    ],
    ['team/kv/app', 'team/kv', 1, ['team/kv/app', 'team/kv/app/a/', 'team/kv/app/a/b']],
    ['kv/data/app', 'kv', 1, ['kv/data/app', 'kv/data/app/a/', 'kv/data/app/a/b']],
    ['kv', 'kv', 1, ['kv', 'kv/a/', 'kv/a/b']],
  ];
  for (const [folder, mount, version, expected] of cases)
    it(`are found: ${folder} in ${mount}, version ${version}`, () => {
      assert.deepEqual(paths(FOLDERS.engineGiven(folder, mount, version)), expected);
      const data = { path: `${mount}/`, type: 'kv', options: { version: String(version) } };
      assert.deepEqual(paths(told(folder, data)), expected);
    });

  it('are none in another engine, nor where the store does not tell', () => {
    assert.throws(() => told('pki/app', { path: 'pki/', type: 'pki', options: null }), {
      reason: 'request-refused',
      message: /^pki\/app: pki\/ is no KV engine; only a KV engine has folders of secrets/,
    });
    for (const data of [{}, { path: 'other/', type: 'kv' }, { path: 7 }])
      assert.throws(() => told('kv/app', data), { reason: 'request-refused', message: /the store does not tell/ });
  });

  it('lie below the mount that is given', () => {
    for (const mount of ['other', 'secre', 'secret/app/x'])
      assert.throws(() => FOLDERS.engineGiven('secret/app', mount, 2), { reason: 'request-refused' });
  });
});
