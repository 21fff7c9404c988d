// What a format cannot hold is refused, and the refusal shows no value.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { Unfit } from '../../src/format/unfit.ts';
import { TooLong } from '../../src/json-text/go-form.ts';
import { skip } from '../harness/skip.ts';
import { CONSUMERS, type TextFormat } from './consumers.ts';
import { makeOne, writeAs } from './made.ts';
import { ask } from './recorded.ts';

function assertRefused(format: TextFormat, data: unknown, message: string): void {
  assert.throws(
    () => writeAs(format, JSON.stringify(data)),
    (thrown) => {
      assert.ok(thrown instanceof Unfit);
      assert.equal(thrown.message, message);
      assert.ok(!thrown.message.includes('hunter2'));
      return true;
    },
  );
}

describe('what a format cannot hold', () => {
  for (const key of ['a-b', '1a', '', 'a b', 'ü', 'a.b', 'a\n', 'a=b', '$a'])
    it(`is refused: ${JSON.stringify(key)} as a name of a shell`, () =>
      assertRefused(
        'dotenv',
        { [key]: 'hunter2' },
        `key ${JSON.stringify(key)} is no name in a shell (letters, digits and _, no digit first); rename it in the store, or choose another format`,
      ));

  it('is refused: a variable that shells set themselves', () =>
    assertRefused(
      'dotenv',
      { UID: 'hunter2' },
      'key "UID" is a variable that shells set themselves; rename it in the store, or choose another format',
    ));

  it('is refused: NUL in an assignment', () =>
    assertRefused(
      'dotenv',
      { A: 'hunter2\0' },
      'the value of key "A" holds a NUL byte, which no shell keeps; mount it as a file of its own, with secretKey',
    ));

  for (const format of ['dotenv', 'properties'] as const)
    it(`is refused: what is no map, as ${format}`, () => {
      const says = [
        [['hunter2'], 'a list'],
        ['hunter2', 'a text'],
        [1, 'a number'],
        [null, 'null'],
        [true, 'true'],
      ] as const;
      for (const [data, is] of says)
        assertRefused(format, data, `it is ${is}, not a map of names to values; choose json or yaml`);
    });

  for (const format of ['json', 'yaml', 'dotenv', 'properties'] as const)
    it(`is refused: ${format} that grows beyond the bound`, () => {
      assert.throws(() => writeAs(format, JSON.stringify({ a: '\u0001\'"'.repeat(8_000_000) })), TooLong);
    });

  it('is refused: blocks of YAML so deep that their indentation is beyond it', () => {
    assert.throws(() => writeAs('yaml', `${'{"a":'.repeat(9_999)}1${'}'.repeat(9_999)}`), TooLong);
  });

  for (const shell of CONSUMERS.dotenv)
    it(`is refused: all variables that ${shell.name} has and that do not keep what is assigned`, async function () {
      const missing = (await shell.missing()) ?? (await CONSUMERS.dotenv[0]?.missing());
      if (missing !== undefined) skip(this, missing);
      const options = { encoding: 'utf8', env: { PATH: process.env['PATH'] ?? '' } } as const;
      const names = execFileSync('bash', ['--norc', '-c', 'compgen -v'], options).trim().split('\n');
      const kept = names.filter((name) => !isRefused(name));
      assert.ok(kept.includes('IFS') && kept.length < names.length);
      const made = kept.map((name) => makeOne('dotenv', { name, text: JSON.stringify({ [name]: 'a b %' }) }));
      const expected = made.map((one) => one.expected);
      assert.deepEqual(await ask(shell, made), expected);
    });
});

function isRefused(name: string): boolean {
  try {
    writeAs('dotenv', JSON.stringify({ [name]: '' }));
    return false;
  } catch (thrown) {
    assert.ok(thrown instanceof Unfit);
    return true;
  }
}
