// What the daemon says for pods, said for a person.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { explain } from '../../src/cli/mount/explain.ts';
import type { MountOptions } from '../../src/cli/mount/mount-options.ts';
import { inOwnWords, ownWords } from '../../src/cli/mount/own-words.ts';
import { MountError } from '../../src/errors.ts';
import { Secret } from '../../src/secret.ts';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));
const byToken = { isWatching: false, login: { kind: 'token', token: new Secret('t') } } as const;
const byJwt = { isWatching: false, login: { kind: 'jwt', file: 'jwt' } } as const;

const daemonTexts = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.startsWith(join('cli', '')))
  .map((name) => readFileSync(join(SRC, name), 'utf8'));

describe('the words of mount', () => {
  it('stand for words that the daemon has', () => {
    for (const [theirs] of ownWords(byToken))
      assert.ok(
        daemonTexts.some((text) => text.includes(theirs)),
        `the daemon no longer says: ${theirs}`,
      );
  });

  it('stand for every promise of the daemon to try again', () => {
    const promises = daemonTexts.flatMap((text) => text.match(/[\w ]*\b(tried|tries|retried) again\b/g) ?? []);
    const ofAPod = promises.filter((text) => /mount/.test(text));
    assert.ok(ofAPod.length >= 4);
    for (const promise of ofAPod) assert.match(inOwnWords(promise, byJwt), /run the command again/, promise);
  });

  it('promise another look only if there is one', () => {
    const said = 'the store limits how often it may be asked; the mount will be tried again; its quotas say how often';
    const here = 'the store limits how often it may be asked; run the command again; its quotas say how often';
    assert.equal(inOwnWords(said, byToken), here);
    assert.match(inOwnWords(said, { ...byToken, isWatching: true }), /; the next look tries again; /);
  });

  it('are what a failed mount says', () => {
    const error = new MountError('store-not-caught-up', 'it has not caught up; the mount will be tried again');
    const options = byToken as MountOptions;
    assert.equal(explain(error, options), 'it has not caught up; run the command again [store-not-caught-up]');
  });

  it('speak of the given token only if it is one', () => {
    const said = `a policy of the login's role must grant "read" on secret/data/app`;
    assert.equal(inOwnWords(said, byToken), 'a policy of the given token must grant "read" on secret/data/app');
    assert.equal(inOwnWords(said, byJwt), said);
  });
});
