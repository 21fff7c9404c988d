// A daemon is killed and another one resumes what it had: how soon after its socket is back the node's polls are
// answered, and what that costs the store.
import { mkdtempSync, rmSync } from 'node:fs';
import { DaemonProcess } from '../daemon-process.ts';
import { median } from '../median.ts';
import type { RestartRow } from '../results.ts';
import type { PodsOptions, World } from '../world.ts';
import { countedRound } from './node.ts';

const NODE = { count: 250, accounts: 10, objects: 10, isShared: true } as const satisfies PodsOptions;

export async function measureRestart(world: World, repetitions: number): Promise<RestartRow> {
  const rows: RestartRow[] = [];
  for (let i = 0; i < repetitions; i += 1) rows.push(await restartOnce(world));
  return {
    onePollMs: median(rows.map(({ onePollMs }) => onePollMs)),
    allPollsMs: median(rows.map(({ allPollsMs }) => allPollsMs)),
    logins: Math.max(...rows.map(({ logins }) => logins)),
  };
}

async function restartOnce(world: World): Promise<RestartRow> {
  // The state folder is on tmpfs or is not used.
  const stateFolder = mkdtempSync('/dev/shm/secretmount-bench-');
  const options = { args: [`--state-dir=${stateFolder}`, '--require-state-dir'] };
  const connect = ({ socket }: DaemonProcess) => world.client.call('connect', { socket, storePort: world.storePort });
  try {
    const pods = world.newPods(NODE);
    const before = await DaemonProcess.start(world.storePort, options);
    await connect(before);
    await world.client.call('setPods', pods);
    await countedRound(world, 'daemon');
    await before.stop();
    const after = await DaemonProcess.start(world.storePort, options);
    try {
      await connect(after);
      await world.client.call('setPods', pods.slice(0, 1));
      const one = await countedRound(world, 'daemon');
      await world.client.call('setPods', pods);
      const all = await countedRound(world, 'daemon');
      return { onePollMs: one.ms, allPollsMs: all.ms, logins: one.counts.logins + all.counts.logins };
    } finally {
      await after.stop();
    }
  } finally {
    rmSync(stateFolder, { recursive: true });
  }
}
