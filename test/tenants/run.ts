// `npm run fuzz`: hostile mounts for a person, as long as one likes: `npm run fuzz -- --seconds 3600 --seed 7`.
import { parseArgs } from 'node:util';
import { fuzz } from './fuzz.ts';
import { memoryLimitBytes } from './image.ts';
import { percentile } from './victim.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    seconds: { type: 'string', default: '60' },
    mounts: { type: 'string', default: String(Number.MAX_SAFE_INTEGER) },
  },
});
const seed = Number(values.seed);
const fuzzed = await fuzz({ seed, seconds: Number(values.seconds), mounts: Number(values.mounts), log: console.log });
const { mounts, frames, answers, succeeded, victim, peakMiB, findings } = fuzzed;
console.log(
  `seed ${seed}: ${mounts} mounts, ${frames} of them as frames with bytes changed; ${succeeded} succeeded; ${answers} hostile answers`,
);
console.log(
  `the victim: ${victim.answered} of ${victim.asked} mounts answered, p50 ${percentile(victim.ms, 0.5).toFixed(1)} ms, p99 ${percentile(victim.ms, 0.99).toFixed(1)} ms`,
);
console.log(`memory: at most ${peakMiB} MiB of ${memoryLimitBytes() / 2 ** 20}`);
for (const failure of victim.failures) console.log(`! the victim: ${failure}`);
for (const finding of findings) console.log(`! ${finding}`);
console.log(findings.length === 0 && victim.answered === victim.asked ? 'nothing found' : 'FOUND');
process.exit(findings.length === 0 && victim.answered === victim.asked ? 0 : 1);
