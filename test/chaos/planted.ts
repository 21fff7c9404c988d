// Shows that chaos can fail: defects are planted in copies of the built daemon, one at a time, and seeds are played until
// one finds it; one for each kind of step with that kind of fault alone. `node test/chaos/planted.ts [name]`; ends with 1 where a defect is not found.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFECTS, type Defect, plant } from './defects.ts';
import { playSeed } from './play-seed.ts';

const STEPS = 120;
const MOST_SEEDS = 12;

async function isFound(defect: Defect): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'secretmount-planted-'));
  try {
    const program = plant(defect, folder);
    for (let seed = 1; seed <= MOST_SEEDS; seed += 1) {
      const { findings, steps } = await playSeed({ seed, steps: STEPS, ...defect.play, program });
      const finding = findings.find((one) => defect.finding.test(one));
      if (finding === undefined) {
        for (const other of findings) console.log(`${defect.name}: seed ${seed} found something else: ${other}`);
        continue;
      }
      console.log(`${defect.name}: found by seed ${seed} after ${steps.length} steps\n  ${finding}`);
      return true;
    }
    console.log(`${defect.name}: NOT FOUND by ${MOST_SEEDS} seeds`);
    return false;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const wanted = process.argv[2];
let missed = 0;
for (const defect of DEFECTS) {
  if (wanted === undefined || defect.name.includes(wanted)) missed += Number(!(await isFound(defect)));
}
process.exit(missed === 0 ? 0 : 1);
