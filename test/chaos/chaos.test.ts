// Three seeds of chaos, always the same; `npm run chaos` plays others, for longer.
import assert from 'node:assert/strict';
import { playSeed } from './play-seed.ts';

const SEEDS = [3, 5, 7];
/** With the world's start and the end of the run some 20 s a seed. */
const STEPS = 45;
/** Bounds a hang and judges no speed. */
const SEED_TIMEOUT_MS = 240_000;

describe('chaos', () => {
  for (const seed of SEEDS) {
    it(`of seed ${seed} breaks no promise`, async function () {
      this.timeout(SEED_TIMEOUT_MS);
      const { findings, answers, kills } = await playSeed({ seed, steps: STEPS });
      assert.deepEqual(findings, [], `CHAOS_SEED=${seed} node test/chaos/run.ts --steps ${STEPS}`);
      assert.ok(answers > 10 && kills > 0, `only ${answers} answers and ${kills} kills`);
    });
  }
});
