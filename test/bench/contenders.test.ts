// Contenders beside each other: this build twice, as `--base` names it, and another provider's binary, a stand-in of which
// speaks the same gRPC. All of it against a real store, over plain http and TLS.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Contenders, gatherContenders, inTurn } from '../../bench/contenders.ts';
import { loadFigures, measureLoad } from '../../bench/scenarios/load.ts';
import { startWorld, type World } from '../../bench/world.ts';
import { skip } from '../harness/skip.ts';

const PEER = fileURLToPath(new URL('fake-peer.mjs', import.meta.url));
const BUILD = fileURLToPath(new URL('../..', import.meta.url));

describe('contenders of the bench', () => {
  let world: World;
  let contenders: Contenders;

  before(async function () {
    if (spawnSync('unshare', ['--mount', 'true']).status !== 0) skip(this, 'it needs root on Linux');
    world = await startWorld();
    contenders = await gatherContenders(world, { base: BUILD, peer: PEER });
  });
  after(async () => {
    contenders?.stop();
    await world?.stop();
  });

  for (const isTls of [false, true]) {
    it(`do the same work, ${isTls ? 'over TLS' : 'over plain http'}, and so does the bare client`, async () => {
      const pods = { count: 3, objects: 2 };
      const run = { world, contenders: contenders.all, isQuick: true, report: () => undefined };
      const loads = await measureLoad(run, { pods, options: { isTls }, repetitions: 1 });
      const figures = loadFigures('small', loads);
      assert.deepEqual(
        figures.map(({ work }) => work),
        ['small: all', 'small: CPU of one mount', 'small: CPU of one poll'],
      );
      for (const { work, daemon, base, peer } of figures)
        for (const figure of [daemon, base, peer]) assert.ok(figure !== undefined && figure > 0, `${work}: ${figure}`);
      // A floor that made no requests would take no time: each has a login and a turn of reads at 2 ms.
      const floor = figures[0]?.floor ?? 0;
      assert.ok(floor > 4, `${floor} ms`);
    });
  }

  it('are told from a folder without a build', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'no-build-'));
    try {
      await assert.rejects(gatherContenders(world, { base: folder, peer: undefined }), /has no Dockerfile; build it/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('take turns in who is first', () => {
    assert.deepEqual(
      [0, 1, 2, 3].map((turn) => inTurn(['a', 'b', 'c'], turn).join('')),
      ['abc', 'bca', 'cab', 'abc'],
    );
  });
});
