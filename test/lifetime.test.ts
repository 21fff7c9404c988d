// The times that tokens and leases have in common.
import assert from 'node:assert/strict';
import {
  drawMoment,
  grantTimes,
  isShortened,
  isUrgent,
  RENEW_FROM,
  RENEW_TO,
  recheckAt,
  retryAt,
  revokePausesMs,
} from '../src/lifetime.ts';

describe('the lifetime of what a store grants', () => {
  it('is renewed between 60 and 80 % of a grant', () => {
    for (const drawn of [0, 0.5, 1]) {
      const { endsAt, renewAt } = grantTimes({ sentAt: 1_000, ttlMs: 10_000 }, () => drawn);
      assert.equal(endsAt, 11_000);
      assert.equal(renewAt, 1_000 + 10_000 * (RENEW_FROM + (RENEW_TO - RENEW_FROM) * drawn));
    }
  });

  it('draws the moment once for a grant', () => {
    let draws = 0;
    const random = () => {
      draws += 1;
      return 0.5;
    };
    grantTimes({ sentAt: 0, ttlMs: 10 }, random);
    assert.equal(draws, 1);
  });

  it('does not end where the grant says 0', () => {
    assert.deepEqual(
      grantTimes({ sentAt: 5, ttlMs: 0 }, () => 0),
      { endsAt: Infinity, renewAt: Infinity },
    );
  });

  it('is over at once where a certificate had ended before it was issued', () => {
    assert.equal(
      drawMoment(5, 0, () => 0.5),
      5,
    );
  });

  it('counts a grant below 90 % of the first as shortened, and one without end never', () => {
    const found = [899, 900, 0].map((ttlMs) => isShortened(ttlMs, 1_000));
    assert.deepEqual(found, [true, false, false]);
  });

  it('tries a failed renewal again after a fifth of what is left, half a second to half a minute', () => {
    const found = [1_000, 50_000, 500_000].map((leftMs) => retryAt(100, 100 + leftMs) - 100);
    assert.deepEqual(found, [500, 10_000, 30_000]);
  });

  it('looks again at what no volume polls for after a fifth of what is left, a second at least', () => {
    const found = [1_000, 500_000].map((leftMs) => recheckAt(100, 100 + leftMs) - 100);
    assert.deepEqual(found, [1_000, 100_000]);
  });

  it('is urgent in its last fifth', () => {
    const found = [199, 200].map((leftMs) => isUrgent(1_000 - leftMs, 1_000, 1_000));
    assert.deepEqual(found, [true, false]);
  });

  it('pauses longer after each failed revocation, with jitter, up to a minute', () => {
    const longest = [...revokePausesMs(() => 1).take(9)];
    const shortest = [...revokePausesMs(() => 0).take(9)];
    assert.deepEqual(longest, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    assert.deepEqual(
      shortest,
      longest.map((ms) => ms / 2),
    );
  });
});
