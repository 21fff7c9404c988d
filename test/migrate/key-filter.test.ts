import assert from 'node:assert/strict';
import { ALL_KEYS, exactly, isTaken } from '../../src/migrate/key-filter.ts';

describe('which keys of a secret are taken', () => {
  for (const [filter, taken, left] of [
    [ALL_KEYS, ['a', ''], []],
    [{ include: ['^db_', 'name'], exclude: [] }, ['db_user', 'surname'], ['adb_']],
    [{ include: [], exclude: ['old$'] }, ['a', 'older'], ['very_old']],
    [{ include: ['^db_'], exclude: ['old$'] }, ['db_new'], ['db_old', 'new']],
    [
      { include: [], exclude: [exactly('tls.crt'), exactly('a(b)[c]')] },
      ['tls-crt', 'xtls.crt'],
      ['tls.crt', 'a(b)[c]'],
    ],
  ] as const)
    it(`says it by ${JSON.stringify(filter)}`, () => {
      for (const key of taken) assert.equal(isTaken(key, filter), true, key);
      for (const key of left) assert.equal(isTaken(key, filter), false, key);
    });
});
