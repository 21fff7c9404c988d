import assert from 'node:assert/strict';
import { addNumbers, compareNumbers, roundNumber } from '../../src/extract/decimal.ts';

describe('numbers by their text', () => {
  for (const [less, more] of [
    ['1', '2'],
    ['-2', '-1'],
    ['-1', '0'],
    ['0', '1e-400'],
    ['9', '10'],
    ['0.9', '0.91'],
    ['12345678901234567890', '12345678901234567891'],
    ['1e308', '1e309'],
    ['-1e309', '1e-309'],
    ['1.0000000000000000000000001', '1.0000000000000000000000002'],
    ['1e9999999999999999999999', '1e99999999999999999999999999'],
  ] as const)
    it(`${less} is less than ${more}`, () => {
      // Beyond any exponent that a number has, all are one.
      const isBeyond = less.length > 20 && less.startsWith('1e9');
      assert.equal(Math.sign(compareNumbers(less, more)), isBeyond ? 0 : -1);
      assert.equal(Math.sign(compareNumbers(more, less)), isBeyond ? 0 : 1);
    });
  for (const [a, b] of [
    ['1', '1.0'],
    ['10', '1e1'],
    ['0', '-0.0e5'],
    ['0.10', '1e-1'],
    ['100', '1E+2'],
  ] as const)
    it(`${a} equals ${b}`, () => assert.equal(compareNumbers(a, b), 0));

  it('are added exactly', () => {
    assert.equal(addNumbers(['0.1', '0.2']), '0.3');
    assert.equal(addNumbers(['12345678901234567890', '1', '-0.5']), '12345678901234567890.5');
    assert.equal(addNumbers(['1e3', '-1000.00']), '0');
    assert.equal(addNumbers(['-1.5', '1']), '-0.5');
    assert.equal(addNumbers([]), '0');
    assert.equal(addNumbers(['1e401']), undefined);
    assert.equal(addNumbers(['1'.repeat(401)]), undefined);
  });
  it('are rounded exactly', () => {
    assert.deepEqual(
      ['1.5', '-1.5', '2', '-2.0', '1e2', '0.0001'].map((text) => roundNumber(text, 'floor')),
      ['1', '-2', '2', '-2', '100', '0'],
    );
    assert.deepEqual(
      ['1.5', '-1.5', '2', '-2.0', '1e2', '0.0001'].map((text) => roundNumber(text, 'ceil')),
      ['2', '-1', '2', '-2', '100', '1'],
    );
    assert.equal(roundNumber('1e-500', 'ceil'), undefined);
  });
});
