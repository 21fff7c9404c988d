// One pod never takes the node's provider with it: beside each attacker a victim's pods are served, and a fuzz of the
// socket and of the store behind it finds nothing.
import assert from 'node:assert/strict';
import { ATTACKERS } from './attackers.ts';
import { measureBeside } from './beside.ts';
import { fuzz } from './fuzz.ts';
import { memoryLimitBytes } from './image.ts';

const SERVED = 0.99;
const MEASURE = { mounts: 40, warmUp: 0, earlyMs: 3_000 };
const FUZZ_SECONDS = Number(process.env['FUZZ_SECONDS'] ?? 3);

describe('a victim is served beside', function () {
  this.timeout(240_000);

  for (const attacker of ATTACKERS) {
    it(attacker.name, async () => {
      const { early, during, end, peakMiB, probes } = await measureBeside(attacker, MEASURE);
      assert.equal(end, undefined);
      for (const { asked, answered, failures } of [early, during])
        assert.ok(answered >= SERVED * asked, `${answered} of ${asked}: ${failures}`);
      assert.ok(peakMiB <= memoryLimitBytes() / 2 ** 20);
      assert.equal(probes.ok, probes.sent, 'probes of the kubelet are answered');
    });
  }
});

describe('a fuzz of the socket and the store', function () {
  this.timeout(FUZZ_SECONDS * 1000 + 240_000);

  it('ends no process, takes no victim its service, and brings nothing of another account out', async () => {
    const seed = Date.now() % 2 ** 31;
    const { victim, findings, mounts, answers } = await fuzz({ seed, seconds: FUZZ_SECONDS, mounts: 1_000_000 });
    const again = `npm run fuzz -- --seed ${seed} --seconds ${FUZZ_SECONDS}`;
    assert.deepEqual(findings, [], again);
    assert.ok(victim.answered >= SERVED * victim.asked, `${again}\n${victim.failures}`);
    assert.ok(mounts > 0 && answers > 0);
  });
});
