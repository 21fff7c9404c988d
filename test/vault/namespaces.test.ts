// Whether a store ignores namespaces is learned once for all, but nobody waits in another account's line for it.
import assert from 'node:assert/strict';
import { MountError } from '../../src/errors.ts';
import { RequestDispatcher } from '../../src/fetch/request-dispatcher.ts';
import { Namespaces } from '../../src/vault/namespaces.ts';
import { FakeClock, settle } from '../harness/fake-clock.ts';
import { FakeStoreClient } from '../harness/fake-store-client.ts';
import { makePlan } from '../harness/plans.ts';

const never = new AbortController().signal;

function setUp() {
  const clock = new FakeClock();
  const dispatcher = new RequestDispatcher({
    clock,
    emit: () => {},
    concurrency: 1,
    requestTimeoutMs: 10_000,
    random: () => 1,
    isHeldBack: () => false,
    onSend: () => {},
  });
  const namespaces = new Namespaces({ dispatcher, clock, emit: () => {}, isRequired: true, timeoutMs: 30_000 });
  let asked = 0;
  const client = new FakeStoreClient(clock);
  client.onHealth = () => {
    asked += 1;
    return Promise.resolve(false);
  };
  /** All requests that the account may have under way hang. */
  const fill = (account: string) => {
    const requestOptions = {
      session: { key: account, account },
      priority: 'first',
      retry: undefined,
      evidence: 'none',
    } as const;
    for (const origin of ['hangs-1:8200', 'hangs-2:8200'])
      void dispatcher.send(
        Object.assign(new FakeStoreClient(clock), { origin }),
        { ...requestOptions, what: 'GET x' },
        () => new Promise(() => {}),
        never,
      );
  };
  return { namespaces, client, fill, asked: () => asked };
}

describe("a store's word on its namespaces", () => {
  it('is waited for behind requests of the own account only', async () => {
    const { namespaces, client, fill, asked } = setUp();
    fill('team/busy');
    let isToldToBusy = false;
    void namespaces.check(makePlan({ account: 'busy' }), client, never).then(() => {
      isToldToBusy = true;
    });
    await settle();
    await namespaces.check(makePlan({ account: 'other' }), client, never);
    assert.equal(asked(), 1);
    assert.equal(isToldToBusy, false);
    await namespaces.check(makePlan({ account: 'busy' }), client, never);
    assert.equal(asked(), 1, 'known by now');
  });

  it('is asked for once by all pods of an account that come together', async () => {
    const { namespaces, client, asked } = setUp();
    await Promise.all([1, 2, 3].map((pod) => namespaces.check(makePlan({ pod: `pod-${pod}` }), client, never)));
    assert.equal(asked(), 1);
  });

  it('is not kept where it was not to be had', async () => {
    const { namespaces, client, asked } = setUp();
    const { onHealth } = client;
    client.onHealth = () => Promise.reject(new MountError('read-forbidden', 'refused'));
    await assert.rejects(namespaces.check(makePlan(), client, never), { reason: 'namespace-ignored' });
    client.onHealth = () => Promise.reject(new Error('ours'));
    await assert.rejects(namespaces.check(makePlan(), client, never), { reason: 'internal' });
    client.onHealth = onHealth;
    await namespaces.check(makePlan(), client, never);
    assert.equal(asked(), 1);
  });
});
