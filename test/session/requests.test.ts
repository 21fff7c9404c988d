// How the requests are sent that a mount does not see: in whose turn, how urgently, with which retries, and what their end
// says of the store.
import assert from 'node:assert/strict';
import { MountError } from '../../src/errors.ts';
import { RetryBudget } from '../../src/fetch/retry.ts';
import type { RequestOptions } from '../../src/request-options.ts';
import type { SendRequest } from '../../src/session/options.ts';
import { makePlan } from '../harness/plans.ts';
import { HOUR_MS, LeaseWorld, MINUTE_MS } from '../lease/world.ts';
import { SessionWorld } from './world.ts';

/** By what they are, in a few words. */
function record(sent: string[]): SendRequest {
  return (_client, { what, priority, retry, evidence, session }: RequestOptions, request, signal) => {
    const [operation] = what.split(' at ');
    const retried = retry === undefined ? 'sent once' : 'retried';
    sent.push(`${operation}: ${priority}, ${retried}, ${evidence}, for ${session.account}`);
    return request(signal);
  };
}

describe('a request that no mount sends itself', () => {
  let sent: string[];
  beforeEach(() => {
    sent = [];
  });

  it('is as urgent as a first mount for a login, and for a token that is near its end', async () => {
    const world = new SessionWorld({ send: record(sent), newRetry: () => new RetryBudget(2) });
    await world.use(makePlan());
    world.client.onRenew = () => Promise.reject(new MountError('store-unreachable', 'down'));
    using handle = await world.open(makePlan());
    await world.clock.advance(HOUR_MS - MINUTE_MS);
    const renewals = sent.filter((one) => one.startsWith('token renewal'));
    assert.equal(sent[0], 'login: first, retried, account, for team/app');
    assert.equal(renewals[0], 'token renewal: renewal, sent once, upkeep, for team/app');
    assert.equal(renewals.at(-1), 'token renewal: first, sent once, upkeep, for team/app');
    const token = await handle.acquire(world.never);
    await handle.afterForbidden(token, world.clock.now(), new MountError('read-forbidden', 'GET a: forbidden'));
    assert.ok(sent.includes('token lookup: first, sent once, upkeep, for team/app'));
    world.stop.abort();
  });

  it('waits behind all others if it revokes a token', async () => {
    const world = new SessionWorld({ send: record(sent) });
    await world.use(makePlan());
    await world.sessions.close(world.never);
    assert.equal(sent.at(-1), 'token revocation: renewal, sent once, upkeep, for team/app');
    world.stop.abort();
  });

  it('says of the store what its class asked for if it renews a lease', async () => {
    const world = new LeaseWorld({ send: record(sent) });
    world.know();
    world.lease = { leaseMs: HOUR_MS, isRenewable: true };
    await world.user();
    await world.clock.advance(45 * MINUTE_MS);
    assert.equal(sent[0], 'lease renewal: renewal, sent once, account, for team/app');
    world.close();
  });
});
