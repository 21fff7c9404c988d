// How a library of functions is made and asked, and what an error of a function may say.
import assert from 'node:assert/strict';
import { define, defineVariadic, libraryOf, merged, refused } from '../../src/template/function.ts';
import { count, FunctionError, fail, safe } from '../../src/template/safe-text.ts';
import { type CallContext, TypedList, typeOf } from '../../src/template/value.ts';

const context: CallContext = { charge: () => {}, claim: () => {}, host: undefined };
const upper = define(['string'], (_, text) => text.toUpperCase());
const join = defineVariadic(['string'], 'interface {}', (_, separator, items) => items.map(String).join(separator));

describe('a library of functions', () => {
  it('finds what it was made of by name, and nothing of a prototype', () => {
    const library = libraryOf({ upper, join });
    assert.equal(library.find('upper'), upper);
    for (const name of ['lower', 'constructor', '__proto__', 'toString']) assert.equal(library.find(name), undefined);
  });

  it('gives way to a later one', () => {
    const env = refused(safe('it reads the environment'));
    const library = merged(libraryOf({ upper, env: upper }), libraryOf({ env, join }));
    assert.equal(library.find('env'), env);
    assert.equal(library.find('upper'), upper);
    assert.deepEqual([...library.names()].sort(), ['env', 'join', 'upper']);
  });

  it('hands a function its arguments one by one, and those of any number as one list', () => {
    assert.equal(upper.call(context, ['a']), 'A');
    assert.equal(join.call(context, ['-', 1n, 'b']), '1-b');
    assert.equal(join.call(context, ['-']), '');
  });
});

describe('a refusal by a function', () => {
  it('is made of types, counts and written words', () => {
    const refusal = () => fail`want ${count(2)}, got ${typeOf(new TypedList('[]string', ['x']))}`;
    assert.throws(refusal, (error) => error instanceof FunctionError && error.message === 'want 2, got []string');
  });
});
