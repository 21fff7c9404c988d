// `npm run attackers`: a victim's service beside each attacker, as a table for a person. An argument chooses attackers
// by a part of their name.
import { ATTACKERS } from './attackers.ts';
import { measureBeside } from './beside.ts';
import { percentile } from './victim.ts';

const wanted = process.argv[2] ?? '';
const MEASURE = { mounts: 150, warmUp: 60, earlyMs: 12_000 };
let isBad = false;
console.log('answered | p50 before, at first, then | p99 before, at first, then (ratio) | peak | probes | attacker');
for (const attacker of ATTACKERS.filter(({ name }) => name.includes(wanted))) {
  const { before, early, during, end, peakMiB, probes } = await measureBeside(attacker, MEASURE);
  const times = (share: number) => [before, early, during].map(({ ms }) => percentile(ms, share).toFixed(0)).join(', ');
  const ratio = percentile(during.ms, 0.99) / percentile(before.ms, 0.99);
  const answered = early.answered + during.answered;
  const asked = early.asked + during.asked;
  console.log(
    `${answered} of ${asked} | ${times(0.5)} ms | ${times(0.99)} ms (${ratio.toFixed(1)}) | ${peakMiB} MiB | ${probes.ok} of ${probes.sent} | ${attacker.name}`,
  );
  for (const failure of [...early.failures, ...during.failures].slice(0, 1)) console.log(`   ! ${failure}`);
  if (end !== undefined) console.log(`   ! the daemon ${end.split('\n')[0]}`);
  isBad ||= end !== undefined || answered < 0.99 * asked;
}
process.exit(isBad ? 1 : 0);
