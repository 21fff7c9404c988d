// Revocations by a store that does not answer.
import assert from 'node:assert/strict';
import { MountError } from '../../src/errors.ts';
import type { Fact } from '../../src/events.ts';
import { type Revocation, Revocations } from '../../src/session/revocations.ts';
import { FakeClock } from '../harness/fake-clock.ts';

const ONE = 4 * 1024;

describe('a revocation', () => {
  const never = new AbortController().signal;
  let clock: FakeClock;
  let facts: Fact[];
  let draws: number[];
  let revocations: Revocations;

  beforeEach(() => {
    clock = new FakeClock();
    facts = [];
    draws = [];
    const random = () => draws.shift() ?? 0.5;
    revocations = new Revocations({ clock, random, emit: (fact) => facts.push(fact) }, 4 * ONE);
  });

  function toStoreThatIsDown(account: string, sent: string[] = []): Revocation {
    const send = () => {
      sent.push(account);
      return Promise.reject(new MountError('store-unavailable', 'down'));
    };
    return { account, what: 'a token', endsAt: () => Number.POSITIVE_INFINITY, send };
  }

  it('is tried again with a pause of its own for each', async () => {
    draws = [0, 1];
    const sent: string[] = [];
    void revocations.revoke(toStoreThatIsDown('shop/a', sent), never);
    void revocations.revoke(toStoreThatIsDown('shop/b', sent), never);
    await clock.advance(500);
    assert.deepEqual(sent, ['shop/a', 'shop/b', 'shop/a']);
    await clock.advance(500);
    assert.deepEqual(sent, ['shop/a', 'shop/b', 'shop/a', 'shop/b']);
  });

  it('is left to expire over the bound, the oldest of the account that has most', async () => {
    void revocations.revoke(toStoreThatIsDown('shop/a'), never);
    const left: number[] = [];
    for (let number = 0; number < 5; number += 1) {
      void revocations.revoke(toStoreThatIsDown('evil/x'), never).then(() => left.push(number));
    }
    await clock.advance(0);
    assert.deepEqual(left, [0, 1]);
    assert.equal(revocations.size, 4);
    assert.deepEqual(
      facts.map((fact) => fact.type === 'debug' && [fact.message, fact.fields]),
      [0, 1].map(() => ['a token could not be revoked', { reason: 'too-many' }]),
    );
  });

  it('is left to expire also if the store never answers', async () => {
    const hang = (signal: AbortSignal) =>
      new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    for (let number = 0; number < 100; number += 1) {
      void revocations.revoke({ ...toStoreThatIsDown('evil/x'), send: hang }, never);
    }
    await clock.advance(0);
    assert.equal(revocations.size, 4);
  });

  it('is over when it would have ended by itself', async () => {
    const one = { ...toStoreThatIsDown('shop/a'), endsAt: () => 0 };
    await revocations.revoke(one, never);
    assert.equal(revocations.size, 0);
  });
});
