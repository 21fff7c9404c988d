// Tokens over a restart: a shelf that a second process reads, on a clock of its own.
import assert from 'node:assert/strict';
import { Secret } from '../../src/secret.ts';
import { LiveToken } from '../../src/session/live-token.ts';
import { TokenRecords } from '../../src/session/token-record.ts';
import type { Shelf } from '../../src/shelf.ts';
import { FakeClock } from '../harness/fake-clock.ts';

class FakeShelf implements Shelf {
  readonly found = new Map<string, Secret<string>>();

  put(id: string, text: Secret<string>): void {
    this.found.set(id, text);
  }

  remove(id: string): void {
    this.found.delete(id);
  }
}

const HOUR_MS = 3_600_000;

function makeToken(clock: FakeClock, ttlMs = HOUR_MS): LiveToken {
  const rest = { isRenewable: true, isBatch: false, uses: 0, metadata: new Map<string, string>() };
  return new LiveToken({ token: new Secret('hush'), ttlMs, sentAt: clock.now(), ...rest }, () => 0.5);
}

describe('the record of a token', () => {
  let shelf: FakeShelf;
  let clock: FakeClock;
  beforeEach(() => {
    shelf = new FakeShelf();
    clock = new FakeClock();
  });
  const next = () => new TokenRecords(shelf, clock, () => 0.5);

  it('brings the same token back, with what is left of its life and what it was first granted', () => {
    next().save('a', makeToken(clock));
    const token = next().take('a');
    assert.equal(token?.secret.reveal(), 'hush');
    assert.equal(token?.firstTtlMs, HOUR_MS);
    // Boot time has steps of 10 ms.
    assert.ok(Math.abs((token?.endsAt ?? 0) - (clock.now() + HOUR_MS)) < 1_000, `${token?.endsAt}`);
  });

  it('is taken once, and known until it is given up', () => {
    next().save('a', makeToken(clock));
    const records = next();
    assert.ok(records.has('a'));
    assert.ok(records.take('a'));
    assert.equal(records.take('a'), undefined);
    assert.ok(records.has('a'));
    records.forget('a');
    assert.equal(records.has('a'), false);
    assert.equal(shelf.found.size, 0);
  });

  it('is nothing under another key, after its end, or in a form that is none of ours', () => {
    next().save('a', makeToken(clock));
    assert.equal(next().take('b'), undefined);
    next().save('ended', makeToken(clock, -1));
    assert.equal(next().take('ended'), undefined);
    for (const text of ['', '{', 'null', '{"token":1}', '[]']) {
      const id = [...shelf.found.keys()][0] ?? '';
      shelf.found.set(id, new Secret(text));
      assert.equal(next().take('a'), undefined, text);
      next().save('a', makeToken(clock));
    }
  });

  it('that no session took is dropped', () => {
    const before = next();
    before.save('a', makeToken(clock));
    before.save('b', makeToken(clock));
    const records = next();
    records.take('a');
    records.dropUntaken();
    assert.deepEqual([shelf.found.size, records.has('a'), records.has('b')], [1, true, false]);
  });
});
