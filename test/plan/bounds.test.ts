// The worst shapes at the bounds: each is answered, with the right refusal, at a cost no other mount feels.
import { strict as assert } from 'node:assert';
import { before, describe, it } from 'mocha';
import { MountError } from '../../src/errors.ts';
import { ObjectCache } from '../../src/plan/object-cache.ts';
import { parsePlan } from '../../src/plan/parse-plan.ts';
import type { PlanRequest } from '../../src/plan/plan.ts';
import { LANGUAGES } from '../../src/plan/template-languages.ts';
import { assertCheap, cost } from '../harness/cpu-time.ts';
import { bomb, fill, KIB, SHAPES } from './hostile-shapes.ts';
import { DEFAULTS, makeRequest, ONE_OBJECT } from './request.ts';

/** No other mount is delayed by over 100 ms. Processor time; a quadratic shape misses by far more. */
const LIMIT_MS = 100;
/** For what is refused by its size alone. */
const UNREAD_LIMIT_MS = 4;

function parse(request: PlanRequest): number | string {
  try {
    return parsePlan(request, DEFAULTS, new ObjectCache()).objects.length;
  } catch (thrown) {
    if (!(thrown instanceof MountError)) throw thrown;
    return thrown.message;
  }
}

/** What comes out, at a cost of at most `limitMs`. */
function parseCheaply(parameters: Record<string, string>, limitMs = LIMIT_MS): number | string {
  const request = makeRequest(parameters);
  let outcome: number | string = 0;
  const measure = () =>
    cost(() => {
      outcome = parse(request);
    });
  assertCheap(limitMs, measure);
  return outcome;
}

describe('bounds', () => {
  before(() => LANGUAGES.agent.load());

  for (const [what, [objects, expected]] of Object.entries(SHAPES)) {
    it(`answers ${what} in time`, () => {
      const outcome = parseCheaply({ objects });
      if (typeof expected === 'number') assert.equal(outcome, expected);
      else assert.ok(String(outcome).includes(expected), String(outcome).slice(0, 300));
    });
  }

  it('refuses 2 MiB of YAML without reading it', () => {
    const outcome = parseCheaply({ objects: fill(ONE_OBJECT, 2048 * KIB) }, UNREAD_LIMIT_MS);
    assert.equal(outcome, 'request of the driver: attributes are larger than 512 KiB; split the class into several');
  });

  it('answers half a megabyte of unknown parameters in time', () => {
    const parameters = Object.fromEntries(Array.from({ length: 22_000 }, (_, i) => [`vaultAdres${i}`, '']));
    assert.equal(parseCheaply(parameters), 1);
  });

  it('holds no memory beyond the cache after an alias bomb', () => {
    const objects = `- &a0 [x,x,x,x,x,x,x,x,x]\n${bomb}`;
    const before = process.memoryUsage().heapUsed;
    for (let index = 0; index < 50; index++) parse(makeRequest({ objects }));
    const grownBytes = process.memoryUsage().heapUsed - before;
    assert.ok(grownBytes < 64 * KIB * KIB, `${grownBytes} bytes`);
  });
});
