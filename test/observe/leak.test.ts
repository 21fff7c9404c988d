// Whatever an error of unknown origin carries, no sink shows it: each case hides a token somewhere else in what
// is thrown, and the outputs are searched for it.
import assert from 'node:assert/strict';
import { asMountError, MountError } from '../../src/errors.ts';
import type { Fact } from '../../src/events.ts';
import { parseJson } from '../../src/json.ts';
import { describeFault } from '../../src/observe/fault-detail.ts';
import { createLog } from '../../src/observe/log.ts';
import { createMetrics } from '../../src/observe/metrics.ts';
import { Readiness } from '../../src/observe/readiness.ts';
import { Secret } from '../../src/secret.ts';

const TOKEN = 'hvs.CAESIKdeadbeef';

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (thrown) {
    return thrown;
  }
  throw new Error('nothing was thrown');
}

function withStack(error: Error, stack: string): Error {
  error.stack = stack;
  return error;
}

/** V8 writes the stack when it is first read, with the message of that moment. */
function changed(message: string, later: string): Error {
  const error = new Error(message);
  assert.ok(error.stack?.includes(message));
  error.message = later;
  return error;
}

const HIDDEN: readonly (readonly [where: string, thrown: unknown])[] = [
  ['a message', new Error(TOKEN)],
  ['a message of many lines', new Error(`a\n${TOKEN}\nb`)],
  ['a message that looks like frames', new Error(`a\n    at ${TOKEN} (/x.js:1:1)\n    at ${TOKEN}`)],
  ['a message of nothing but frames', new Error(`a\n    at ${TOKEN} (/x.js:1:1)`)],
  ['a message changed afterwards', Object.assign(new Error(TOKEN), { message: 'other' })],
  ['a message emptied afterwards', Object.assign(new Error(`x\n    at ${TOKEN}`), { message: '' })],
  ['a message that is part of an earlier one', Object.assign(new Error(`x\n${TOKEN}`), { message: 'x' })],
  ['a message emptied after the stack was written', changed(`x\n    at ${TOKEN}`, '')],
  ['a message cut after the stack was written', changed(`x\n    at ${TOKEN}`, 'x')],
  ['a message replaced after the stack was written', changed(TOKEN, 'other')],
  ['a name', Object.assign(new Error('x'), { name: TOKEN })],
  ['a code', Object.assign(new Error('x'), { code: TOKEN })],
  ['a property', Object.assign(new Error('x'), { headers: { 'x-vault-token': TOKEN } })],
  ['a stack', withStack(new Error('x'), `Error: x\n${TOKEN}\n    at f (/x.js:1:1)`)],
  ['a cause', new Error('x', { cause: new TypeError(TOKEN) })],
  ['a cause that is a string', new Error('x', { cause: TOKEN })],
  ['the cause of an internal error', asMountError(new Error(TOKEN))],
  ['the cause of a refusal', new MountError('store-internal-error', 'x', { cause: new Error(TOKEN) })],
  ['a thrown string', TOKEN],
  ['a thrown object', { message: TOKEN, stack: TOKEN }],
  ['a wrapped token', new Secret(TOKEN)],
  ['an AggregateError', new AggregateError([new Error(TOKEN)], TOKEN)],
  ['what JSON.parse quotes', thrownBy(() => JSON.parse(`{"a": ${TOKEN}}`))],
  ['what parseJson refuses', thrownBy(() => parseJson(`{"a": ${TOKEN}}`))],
  ['what a URL quotes', thrownBy(() => new URL(`http://${TOKEN}:x`))],
  ['what a header quotes', thrownBy(() => new Headers({ a: `${TOKEN}\nx` }))],
];

describe('what is logged of an error', () => {
  for (const [where, thrown] of HIDDEN) {
    it(`does not show ${where}`, () => {
      const out: string[] = [];
      for (const format of ['json', 'text'] as const) {
        createLog({ format, level: 'debug', write: (line) => out.push(line) })({
          type: 'fault',
          message: 'mount',
          cause: thrown,
        });
      }
      assert.equal(out.length, 2);
      assert.ok(!out.join().includes('deadbeef'), out.join('\n'));
    });
  }

  it('shows class, system code and frames of the innermost cause', () => {
    const inner = Object.assign(new RangeError(TOKEN), { code: 'ERR_OUT_OF_RANGE' });
    const { class: className, systemCode, frames } = describeFault(asMountError(inner));
    assert.equal(className, 'MountError < RangeError');
    assert.equal(systemCode, 'ERR_OUT_OF_RANGE');
    assert.match(frames[0] ?? '', /leak\.test\.ts:\d+:\d+/);
  });
  it('shows the frames of an error without a message', () => {
    assert.match(describeFault(new Error()).frames[0] ?? '', /leak\.test\.ts/);
  });
  it('comes to an end with an error that causes itself', () => {
    const error = new Error('x');
    error.cause = error;
    assert.equal(describeFault(error).class, 'Error < Error < Error < Error < Error');
  });
  it('bears an object whose getters throw', () => {
    const error = new Error('x');
    Object.defineProperty(error, 'cause', {
      get: () => {
        throw new Error(TOKEN);
      },
    });
    assert.deepEqual(describeFault(error), { class: 'unknown', systemCode: undefined, frames: [] });
  });
});

describe('metrics and readiness', () => {
  it('show nothing of a fault, a notice or a debug fact, nor an address', async () => {
    const metrics = createMetrics({ version: '1.2.3' });
    const readiness = new Readiness();
    const facts: Fact[] = [
      ...HIDDEN.map(([, cause]): Fact => ({ type: 'fault', message: 'mount', cause })),
      { type: 'notice', level: 'warn', message: TOKEN },
      { type: 'debug', message: TOKEN, fields: { a: TOKEN } },
      { type: 'circuit', address: `https://user:${TOKEN}@v`, isOpen: true, reason: 'store-internal-error' },
    ];
    for (const fact of facts) {
      metrics.emit(fact);
      readiness.emit(fact);
    }
    assert.ok(!`${await metrics.text()}${readiness.reasons()}`.includes('deadbeef'));
  });
});
