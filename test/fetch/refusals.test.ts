// Refused reads that are remembered.
import assert from 'node:assert/strict';
import { MountError } from '../../src/errors.ts';
import { Refusals } from '../../src/fetch/refusals.ts';

describe('refused reads', () => {
  const refused = (text = 'no') => new MountError('read-forbidden', text);

  const said = (error: MountError | undefined) => error?.message;
  const KEPT =
    'no; the store said so less than a minute ago, it is asked again when the minute is over, for a new pod at once';

  it('are remembered for a minute for the pod that was told, and say so', () => {
    const refusals = new Refusals();
    refusals.remember('key', 'shop/a', 'pod', refused(), 1_000);
    assert.equal(said(refusals.find('key', 'pod', 60_999)), KEPT);
    assert.equal(refusals.find('key', 'pod', 61_000), undefined);
  });

  it('are asked again for a new pod, once a second', () => {
    const refusals = new Refusals();
    refusals.remember('key', 'shop/a', 'pod', refused(), 1_000);
    assert.equal(said(refusals.find('key', 'second', 1_999)), KEPT);
    assert.equal(refusals.find('key', 'second', 2_000), undefined, 'its turn');
    assert.equal(said(refusals.find('key', 'third', 2_001)), KEPT, 'while the second asks');
    assert.equal(refusals.find('key', 'third', 3_000), undefined);
    refusals.remember('key', 'shop/a', 'third', refused(), 3_500);
    assert.equal(said(refusals.find('key', 'third', 10_000)), KEPT);
    assert.equal(said(refusals.find('key', 'pod', 63_499)), KEPT, 'it was told before');
  });

  it('are gone when the store allows the read', () => {
    const refusals = new Refusals();
    refusals.remember('key', 'shop/a', 'pod', refused(), 0);
    refusals.forget('key');
    assert.equal(refusals.find('key', 'pod', 1), undefined);
  });

  it('of one account do not outgrow their bound, and cost no other account its own', () => {
    const refusals = new Refusals();
    refusals.remember('mine', 'shop/a', 'pod', refused(), 0);
    for (let number = 0; number < 5_000; number += 1)
      refusals.remember(`path ${number}`, 'evil/x', 'evil', refused('x'.repeat(2_000)), 0);
    assert.equal(said(refusals.find('mine', 'pod', 1)), KEPT);
    assert.equal(refusals.find('path 0', 'evil', 1), undefined);
    assert.notEqual(refusals.find('path 4999', 'evil', 1), undefined);
  });

  it('remember so many pods and no more', () => {
    const refusals = new Refusals();
    for (let pod = 0; pod <= 250; pod += 1) refusals.remember('key', 'shop/a', `pod ${pod}`, refused(), 0);
    assert.equal(said(refusals.find('key', 'pod 250', 2_000)), KEPT);
    assert.equal(refusals.find('key', 'pod 0', 2_000), undefined);
  });

  it('keep nothing of the mount that met them', () => {
    assert.equal(refused().stack?.includes('\n'), false);
  });
});
