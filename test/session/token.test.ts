// Every edge of a token's states, and every event that has none.
import assert from 'node:assert/strict';
import { Secret } from '../../src/secret.ts';
import type { Grant } from '../../src/session/ports.ts';
import { Token, type TokenState } from '../../src/session/token.ts';

const TTL_MS = 100_000;

function grant(wish: Partial<Grant> = {}): Grant {
  const proven = { proves: 'account', account: 'team/app' } as const;
  const whole = { token: new Secret('s.1'), isRenewable: true, isBatch: false, uses: 0, ...proven };
  return { ...whole, ttlMs: TTL_MS, sentAt: 0, ...wish };
}

const STATES: Readonly<Record<TokenState, (token: Token) => void>> = {
  active: () => {},
  ending: (token) => token.cannotBeRenewed(),
  superseded: (token) => void token.superseded(),
  revoking: (token) => void token.revocationStarted(),
  ended: (token) => token.expired(),
};

const EVENTS: Readonly<Record<string, (token: Token) => void>> = {
  renewed: (token) => token.renewed(grant({ sentAt: 50_000 })),
  'renewed for less': (token) => token.renewed(grant({ sentAt: 50_000, ttlMs: TTL_MS / 2 })),
  cannotBeRenewed: (token) => token.cannotBeRenewed(),
  renewalFailed: (token) => token.renewalFailed(70_000),
  superseded: (token) => void token.superseded(),
  reinstated: (token) => token.reinstated(),
  revocationStarted: (token) => void token.revocationStarted(),
  revocationEnded: (token) => token.revocationEnded(true),
  expired: (token) => token.expired(),
  refused: (token) => token.refused(),
  leftToExpire: (token) => token.leftToExpire(),
};

/** By event, the state after it; an event that is not listed for a state changes nothing. */
const EDGES: Readonly<Record<string, Partial<Record<TokenState, TokenState>>>> = {
  renewed: { active: 'active', ending: 'ending', superseded: 'superseded', revoking: 'revoking' },
  'renewed for less': { active: 'ending', ending: 'ending', superseded: 'superseded', revoking: 'revoking' },
  cannotBeRenewed: { active: 'ending', ending: 'ending', superseded: 'superseded', revoking: 'revoking' },
  renewalFailed: { active: 'active', ending: 'ending', superseded: 'superseded' },
  superseded: { active: 'superseded', ending: 'superseded' },
  reinstated: { superseded: 'active' },
  revocationStarted: { active: 'revoking', ending: 'revoking', superseded: 'revoking' },
  revocationEnded: { revoking: 'ended' },
  expired: { active: 'ended', ending: 'ended', superseded: 'ended' },
  refused: { active: 'ended', ending: 'ended', superseded: 'ended' },
  leftToExpire: { active: 'ended', ending: 'ended', superseded: 'ended' },
};

function shown({ state, end, endsAt, renewAt, isOver }: Token) {
  return { state, end, endsAt, renewAt, isOver };
}

describe('the states of a token', () => {
  for (const [from, enter] of Object.entries(STATES) as [TokenState, (token: Token) => void][]) {
    for (const [event, fire] of Object.entries(EVENTS)) {
      const to = EDGES[event]?.[from];
      it(`${from}: ${event} ${to === undefined ? 'changes nothing' : `leads to ${to}`}`, () => {
        const token = new Token(grant(), () => 0.5);
        enter(token);
        const before = shown(token);
        fire(token);
        if (to === undefined) return assert.deepEqual(shown(token), before);
        assert.equal(token.state, to);
        assert.equal(token.isOver, to === 'revoking' || to === 'ended');
        assert.equal(token.over.aborted, token.isOver);
        assert.equal(token.end !== undefined, to === 'ended');
      });
    }
  }

  it('names why it ended', () => {
    const ends = ['expired', 'refused', 'leftToExpire'].map((event) => {
      const token = new Token(grant(), () => 0.5);
      EVENTS[event]?.(token);
      return token.end;
    });
    const revoked = [true, false].map((isRevoked) => {
      const token = new Token(grant(), () => 0.5);
      token.revocationStarted();
      token.revocationEnded(isRevoked);
      return token.end;
    });
    assert.deepEqual([...ends, ...revoked], ['expired', 'refused', 'left to expire', 'revoked', 'not revoked']);
  });

  it('tells whether there was an edge, where that is asked', () => {
    const token = new Token(grant(), () => 0.5);
    assert.deepEqual([token.superseded(), token.superseded()], [true, false]);
    assert.deepEqual([token.revocationStarted(), token.revocationStarted()], [true, false]);
  });

  it('ends again after it was reinstated, if it could be renewed no further', () => {
    const token = new Token(grant(), () => 0.5);
    token.cannotBeRenewed();
    token.superseded();
    token.reinstated();
    assert.equal(token.state, 'ending');
  });

  it('keeps the longest of its leases in mind', () => {
    const token = new Token(grant(), () => 0.5);
    token.leaseIssued(500);
    token.leaseEndsAt(300);
    assert.deepEqual([token.leases, token.keepUntil], [1, 500]);
    assert.deepEqual([token.mustOutlive(499), token.mustOutlive(500)], [true, false]);
  });
});
