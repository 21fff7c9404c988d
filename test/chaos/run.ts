// A nightly-style run for a person: `npm run chaos -- --seeds 20`. A seed that failed is printed with its steps, and
// comes again with CHAOS_SEED=<seed> node test/chaos/run.ts.
import { parseArgs } from 'node:util';
import { playSeed } from './play-seed.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    steps: { type: 'string', default: '120' },
    rounds: { type: 'string', default: '60' },
    program: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});
const given = process.env['CHAOS_SEED'];
const first = Number(given ?? Math.floor(Math.random() * 1_000_000));
const count = given === undefined ? Number(values.seeds) : 1;
const isVerbose = values.verbose || given !== undefined;
let failed = 0;
for (let seed = first; seed < first + count; seed += 1) {
  const startedAt = Date.now();
  const log = isVerbose ? (line: string) => console.log(`  ${line}`) : undefined;
  const [steps, rounds] = [Number(values.steps), Number(values.rounds)];
  const played = await playSeed({ seed, steps, rounds, program: values.program, ...(log && { log }) });
  const { findings, steps: told, calls, answers, staleAnswers, kills, issued } = played;
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  const figures = `${calls} calls, ${answers} answered, ${staleAnswers} of them stale, ${kills} kills, ${issued} issued`;
  console.log(`seed ${seed}: ${findings.length === 0 ? 'good' : 'BAD'}, ${figures}, ${seconds} s`);
  if (findings.length === 0) continue;
  failed += 1;
  if (!isVerbose) for (const step of told) console.log(`  ${step}`);
  for (const finding of findings) console.log(`  ! ${finding}`);
  console.log(`  again: CHAOS_SEED=${seed} node test/chaos/run.ts --steps ${values.steps} --rounds ${values.rounds}`);
}
console.log(failed === 0 ? 'all seeds are good' : `${failed} of ${count} seeds are bad`);
process.exit(failed === 0 ? 0 : 1);
