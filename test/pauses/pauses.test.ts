// Nothing that a pod's author, or a store of theirs, writes makes the daemon's event loop stand still for long: all
// other mounts of the node, the probes and the renewals wait for it.
import assert from 'node:assert/strict';
import { answer } from '../harness/faulty-store.ts';
import { SHAPES } from '../plan/hostile-shapes.ts';
import { ONE_OBJECT } from '../plan/request.ts';
import { type Asked, LARGEST, ORDINARY, PARAMETERS } from './answers.ts';
import { PausedDaemon } from './paused-daemon.ts';

/** What the probe's piece of work takes on the machine for which the limits are stated: two cores of an AMD EPYC. */
const REFERENCE_WORK_MS = 17;
/** On that machine. For a class or an answer of everyday size, and for one at its bounds. */
const ORDINARY_MS = 50;
const LARGEST_MS = 150;
/** A pause may be of something else: code that is compiled, garbage that is collected. One of a text comes again. */
const TRIES = 3;

const GOOD = answer(200, { data: { k: 'v' } });

describe('the event loop of the daemon', function () {
  this.timeout(120_000);
  let paused: PausedDaemon;
  let pods = 0;

  before(async () => {
    paused = await PausedDaemon.start();
    // What the first mounts load and compile.
    for (let round = 0; round < 5; round++) await attempt({ objects: ONE_OBJECT, behaviour: GOOD, outcome: '' });
  });
  after(() => paused.stop());

  /** @returns the pause as the reference machine would have it. */
  async function attempt({ objects, behaviour, outcome }: Asked, parameters: Readonly<Record<string, string>> = {}) {
    await paused.pause();
    const { secretProviderClass: className, ...rest } = parameters;
    // Another pod each time, and another mode: neither an earlier answer nor a parsed class makes it short.
    pods += 1;
    const another = { pod: `pod-${pods}`, permission: String(pods % 512) };
    const wish = { ...another, parameters: { objects, ...rest }, ...(className === undefined ? {} : { className }) };
    const said = await paused.mount(wish, behaviour);
    assert.ok(said.includes(outcome), said.slice(0, 500));
    const { pauseMs, workMs } = await paused.pause();
    return (pauseMs / workMs) * REFERENCE_WORK_MS;
  }

  async function assertShort(asked: Asked, mostMs: number, parameters: Readonly<Record<string, string>> = {}) {
    const pauses: number[] = [];
    while (pauses.length < TRIES) {
      const ms = await attempt(asked, parameters);
      if (ms <= mostMs) return;
      pauses.push(ms);
    }
    assert.fail(`it stood still for ${pauses.map((ms) => ms.toFixed(0)).join(', ')} ms, and may for ${mostMs}`);
  }

  for (const [what, asked] of Object.entries(ORDINARY))
    it(`goes on during ${what}`, () => assertShort(asked, ORDINARY_MS));

  for (const [what, asked] of Object.entries(LARGEST))
    it(`goes on during ${what}`, () => assertShort(asked, LARGEST_MS));

  for (const [what, [parameters, outcome]] of Object.entries(PARAMETERS))
    it(`goes on during ${what}`, () =>
      assertShort(
        { objects: ONE_OBJECT.replace('secretPath', 'secretKey: k\n  secretPath'), behaviour: GOOD, outcome },
        LARGEST_MS,
        parameters,
      ));

  for (const [what, [objects, outcome]] of Object.entries(SHAPES))
    it(`goes on during a class of ${what}`, () =>
      assertShort({ objects, behaviour: GOOD, outcome: typeof outcome === 'string' ? outcome : '' }, LARGEST_MS));

  it('is seen by the probe to stand still', async () => {
    const { pauseMs, workMs } = await paused.pauseOfTenWorks();
    assert.ok(pauseMs > workMs * 5 && pauseMs < workMs * 20, `${pauseMs} ms, ${workMs} ms`);
  });
});
