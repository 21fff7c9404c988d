// The cache of parsed objects: what it shares, and what it never does.
import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { ObjectCache } from '../../src/plan/object-cache.ts';
import { ONE_OBJECT } from './request.ts';

const text = (name: string) => `- {objectName: ${name}, secretPath: p}`;

describe('ObjectCache', () => {
  it('parses the same text once, failures too', () => {
    const cache = new ObjectCache();
    assert.equal(cache.parse(ONE_OBJECT, 420), cache.parse(`${ONE_OBJECT}`, 420));
    assert.equal(cache.parse('bad', 420), cache.parse('bad', 420));
    assert.equal(cache.parse('bad', 420).problems.length, 1);
  });

  it('keeps another mode and another text apart', () => {
    const cache = new ObjectCache();
    assert.equal(cache.parse(ONE_OBJECT, 420).objects[0]?.mode, 420);
    assert.equal(cache.parse(ONE_OBJECT, 256).objects[0]?.mode, 256);
    assert.equal(cache.parse(`${ONE_OBJECT}\n`, 420) === cache.parse(ONE_OBJECT, 420), false);
  });

  it('drops the least recently used beyond its count', () => {
    const cache = new ObjectCache({ maxCount: 2, maxBytes: 2 ** 20 });
    const first = cache.parse(text('a'), 420);
    const second = cache.parse(text('b'), 420);
    assert.equal(cache.parse(text('a'), 420), first);
    cache.parse(text('c'), 420);
    assert.equal(cache.count, 2);
    assert.equal(cache.parse(text('a'), 420), first);
    assert.notEqual(cache.parse(text('b'), 420), second);
  });

  it('stays within its bytes, counting what aliases made of a short text', () => {
    const cache = new ObjectCache({ maxCount: 1000, maxBytes: 100_000 });
    for (let index = 0; index < 100; index++) cache.parse(text(`f${index}`), 420);
    assert.ok(cache.count > 20 && cache.count < 50, `${cache.count}`);
    const args = Array.from({ length: 60 }, (_, index) => `k${index}: *x`).join(', ');
    const large = `- {objectName: &x ${'n'.repeat(200)}, secretPath: p, secretArgs: {${args}}}`;
    cache.parse(Array.from({ length: 5 }, () => large).join('\n'), 420);
    const grown = `- {objectName: a, secretPath: p, secretArgs: {l: &x ${'y'.repeat(2000)}, ${args}}}`;
    assert.notEqual(cache.parse(grown, 420), cache.parse(grown, 420));
  });
});
