// `npm run attackers`: a victim's service beside each attacker, as a table for a person. An argument chooses attackers
// by a part of their name.
import { ATTACKERS } from './attackers.ts';
import { measureBeside } from './beside.ts';
import { percentile } from './victim.ts';

const wanted = process.argv[2] ?? '';
let isBad = false;
console.log('answered | p50 before, during | p99 before, during (ratio) | peak | probes | attacker');
for (const attacker of ATTACKERS.filter(({ name }) => name.includes(wanted))) {
  const { before, during, end, peakMiB, probes } = await measureBeside(attacker, { mounts: 150 });
  const [p50, q50, p99, q99] = [before, during]
    .flatMap(({ ms }) => [percentile(ms, 0.5), percentile(ms, 0.99)])
    .map((ms) => ms.toFixed(0));
  const ratio = percentile(during.ms, 0.99) / percentile(before.ms, 0.99);
  console.log(
    `${during.answered} of ${during.asked} | ${p50}, ${p99} ms | ${q50}, ${q99} ms (${ratio.toFixed(1)}) | ${peakMiB} MiB | ${probes.ok} of ${probes.sent} | ${attacker.name}`,
  );
  for (const failure of during.failures.slice(0, 1)) console.log(`   ! ${failure}`);
  if (end !== undefined) console.log(`   ! the daemon ${end.split('\n')[0]}`);
  isBad ||= end !== undefined || during.answered < 0.99 * during.asked;
}
process.exit(isBad ? 1 : 0);
