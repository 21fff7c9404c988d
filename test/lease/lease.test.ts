// Every edge of a lease's states, and every event that has none.
import assert from 'node:assert/strict';
import { Lease, type LeaseState } from '../../src/lease/lease.ts';
import { OWN_LEASE } from '../../src/plan/read.ts';
import { FakeClock } from '../harness/fake-clock.ts';
import { FakeStoreClient } from '../harness/fake-store-client.ts';
import { makePlan, makeRead } from '../harness/plans.ts';

const LEASE_MS = 100_000;
const client = new FakeStoreClient(new FakeClock());

function make(state?: 'due' | 'superseded'): Lease {
  const answer = client.answer(
    { username: 'app' },
    { hasLease: true, leaseId: 'lease-1', leaseMs: LEASE_MS, sentAt: 0 },
  );
  return new Lease({
    ...(state && { state }),
    owner: { namespace: 'team', account: 'app', pod: 'pod-a' },
    key: 'key',
    read: makeRead('database/creds/app', { leaseSettings: OWN_LEASE }),
    client,
    store: makePlan().store,
    answer,
    schedule: { endsAt: LEASE_MS, renewAt: 70_000, dueAt: Number.POSITIVE_INFINITY },
    token: undefined,
    login: undefined,
    random: () => 0.5,
  });
}

const STATES: Readonly<Record<LeaseState, (lease: Lease) => void>> = {
  active: () => {},
  due: (lease) => lease.cannotBeRenewed(),
  superseded: (lease) => void lease.superseded(),
  revoking: (lease) => void lease.revocationStarted(),
  ended: (lease) => lease.expired(),
};

const EVENTS: Readonly<Record<string, (lease: Lease) => void>> = {
  renewed: (lease) => lease.renewed({ sentAt: 50_000, leaseMs: LEASE_MS, isRenewable: true }),
  'renewed for less': (lease) => lease.renewed({ sentAt: 50_000, leaseMs: LEASE_MS / 2, isRenewable: true }),
  'renewed for the last time': (lease) => lease.renewed({ sentAt: 50_000, leaseMs: LEASE_MS, isRenewable: false }),
  cannotBeRenewed: (lease) => lease.cannotBeRenewed(),
  renewalFailed: (lease) => lease.renewalFailed(70_000),
  renewalPostponed: (lease) => lease.renewalPostponed(70_000),
  superseded: (lease) => void lease.superseded(),
  revocationStarted: (lease) => void lease.revocationStarted(),
  revocationEnded: (lease) => lease.revocationEnded(true),
  expired: (lease) => lease.expired(),
  lost: (lease) => lease.lost(),
};

/** By event, the state after it; an event that is not listed for a state changes nothing. */
const EDGES: Readonly<Record<string, Partial<Record<LeaseState, LeaseState>>>> = {
  renewed: { active: 'active', due: 'due', superseded: 'superseded', revoking: 'revoking' },
  'renewed for less': { active: 'due', due: 'due', superseded: 'superseded', revoking: 'revoking' },
  'renewed for the last time': { active: 'due', due: 'due', superseded: 'superseded', revoking: 'revoking' },
  cannotBeRenewed: { active: 'due', due: 'due', superseded: 'superseded', revoking: 'revoking' },
  renewalFailed: { active: 'active', due: 'due', superseded: 'superseded' },
  renewalPostponed: { active: 'active', due: 'due', superseded: 'superseded' },
  superseded: { active: 'superseded', due: 'superseded' },
  revocationStarted: { active: 'revoking', due: 'revoking', superseded: 'revoking' },
  revocationEnded: { revoking: 'ended' },
  expired: { active: 'ended', due: 'ended', superseded: 'ended' },
  lost: { active: 'ended', due: 'ended', superseded: 'ended' },
};

function shown({ state, end, schedule, isOver, answer }: Lease) {
  return { state, end, schedule, isOver, answer };
}

describe('the states of a lease', () => {
  for (const [from, enter] of Object.entries(STATES) as [LeaseState, (lease: Lease) => void][]) {
    for (const [event, fire] of Object.entries(EVENTS)) {
      const to = EDGES[event]?.[from];
      it(`${from}: ${event} ${to === undefined ? 'changes nothing' : `leads to ${to}`}`, () => {
        const lease = make();
        enter(lease);
        const before = shown(lease);
        fire(lease);
        if (to === undefined) return assert.deepEqual(shown(lease), before);
        assert.equal(lease.state, to);
        assert.equal(lease.isOver, to === 'revoking' || to === 'ended');
        assert.equal(lease.over.aborted, lease.isOver);
        assert.equal(lease.serves(1), to === 'active' || to === 'due');
        assert.equal(lease.end !== undefined, to === 'ended');
      });
    }
  }

  it('begins as its record says', () => {
    assert.deepEqual([make().state, make('due').state, make('superseded').state], ['active', 'due', 'superseded']);
  });

  it('names why it ended', () => {
    const ends = ['expired', 'lost'].map((event) => {
      const lease = make();
      EVENTS[event]?.(lease);
      return lease.end;
    });
    const revoked = [true, false].map((isRevoked) => {
      const lease = make();
      lease.revocationStarted();
      lease.revocationEnded(isRevoked);
      return lease.end;
    });
    assert.deepEqual([...ends, ...revoked], ['expired', 'lost', 'revoked', 'not revoked']);
  });

  it('tells whether there was an edge, where that is asked', () => {
    const lease = make();
    assert.deepEqual([lease.superseded(), lease.superseded()], [true, false]);
    assert.deepEqual([lease.revocationStarted(), lease.revocationStarted()], [true, false]);
  });

  it('drops its value as its revocation starts, and keeps its lease id', () => {
    const lease = make();
    const { contentBytes } = lease;
    lease.revocationStarted();
    assert.equal(lease.answer.body.reveal().bytes.toString(), '{}');
    assert.equal(lease.answer.leaseId, 'lease-1');
    assert.ok(lease.contentBytes < contentBytes);
  });
});
