// Refused reads that are remembered.
import assert from 'node:assert/strict';
import { MountError } from '../../src/errors.ts';
import { Refusals } from '../../src/fetch/refusals.ts';

describe('refused reads', () => {
  const refused = (text = 'no') => new MountError('read-forbidden', text);

  it('are remembered for a minute', () => {
    const refusals = new Refusals();
    const error = refused();
    refusals.remember('key', 'shop/a', error, 1_000);
    assert.equal(refusals.find('key', 60_999), error);
    assert.equal(refusals.find('key', 61_000), undefined);
  });

  it('of one account do not outgrow their bound, and cost no other account its own', () => {
    const refusals = new Refusals();
    const mine = refused();
    refusals.remember('mine', 'shop/a', mine, 0);
    for (let number = 0; number < 5_000; number += 1) {
      refusals.remember(`path ${number}`, 'evil/x', refused('x'.repeat(2_000)), 0);
    }
    assert.equal(refusals.find('mine', 1), mine);
    assert.equal(refusals.find('path 0', 1), undefined);
    assert.notEqual(refusals.find('path 4999', 1), undefined);
  });

  it('keep nothing of the mount that met them', () => {
    assert.equal(refused().stack?.includes('\n'), false);
  });
});
