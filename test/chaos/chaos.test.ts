// Three seeds of chaos, always the same, with CHAOS=play; `npm run chaos` plays others, for longer.
import assert from 'node:assert/strict';
import { skip } from '../harness/skip.ts';
import { playSeed } from './play-seed.ts';

const SEEDS = [3, 5, 7];
/** With the world's start and the end of the run some 15 s a seed. */
const STEPS = 45;
/** Bounds a hang and judges no speed. */
const SEED_TIMEOUT_MS = 240_000;

/**
 * Since the store and its database really go down, a run beside other work once ended with a database user of seed 7 left
 * in the store. Until that is understood a red one would not say what broke: a person plays them.
 */
const OPEN =
  'a run of seed 7 beside other work left a database user in the store, not understood yet; npm run chaos plays seeds';

describe('chaos', () => {
  before(function () {
    if (process.env['CHAOS'] !== 'play') skip(this, OPEN);
  });

  for (const seed of SEEDS) {
    it(`of seed ${seed} breaks no promise`, async function () {
      this.timeout(SEED_TIMEOUT_MS);
      const { findings, answers, kills } = await playSeed({ seed, steps: STEPS });
      assert.deepEqual(findings, [], `CHAOS_SEED=${seed} node test/chaos/run.ts --steps ${STEPS}`);
      assert.ok(answers > 10 && kills > 0, `only ${answers} answers and ${kills} kills`);
    });
  }
});
