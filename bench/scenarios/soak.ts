// A node's day, pressed together: pods that the driver polls each at its own moment of the interval, round after round.
// Interval and windows are a tenth of what they are on a node, so that a minute shows ten of its minutes.
import { DaemonProcess, type Memory } from '../daemon-process.ts';
import type { Counts } from '../proxy-process.ts';
import type { PodsOptions, World } from '../world.ts';

/** The driver's interval of 60 s, and `--poll-window` and `--coalesce-window` of 30 s and 1 s. */
const FASTER = 10;
const ROUND_MS = 60_000 / FASTER;
const WINDOWS = [`--poll-window=${30_000 / FASTER}ms`, `--coalesce-window=${1_000 / FASTER}ms`];
const DELAY_MS = 2;

/** One round of polls of all pods. */
export interface SoakRound {
  readonly failures: number;
  /** The time of one poll, as the driver sees it. */
  readonly medianMs: number;
  readonly slowestMs: number;
  readonly counts: Counts;
  /** CPU time of the daemon in this round. */
  readonly cpuMs: number;
  readonly memory: Memory;
  readonly openFiles: number;
}

export interface Soak {
  readonly pods: PodsOptions;
  readonly rounds: readonly SoakRound[];
}

/** @param log hears each round */
export async function soak(
  world: World,
  pods: PodsOptions,
  rounds: number,
  log: (line: string) => void,
): Promise<Soak> {
  const daemon = await DaemonProcess.start(world.storePort, { args: WINDOWS });
  try {
    await world.client.call('connect', { socket: daemon.socket, storePort: world.storePort });
    await world.client.call('setPods', world.newPods(pods));
    const seen: SoakRound[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      await world.proxy.call('reset', { delayMs: DELAY_MS });
      const cpuBefore = daemon.cpuMs();
      const { failures, medianMs, slowestMs } = await world.client.call('paced', { roundMs: ROUND_MS });
      const counts = await world.proxy.call('counts', undefined);
      const cpuMs = daemon.cpuMs() - cpuBefore;
      seen.push({
        ...{ failures, medianMs, slowestMs, counts, cpuMs },
        memory: daemon.memory(),
        openFiles: daemon.openFiles(),
      });
      log(`${pods.count} pods, round ${round} of ${rounds}: ${counts.reads} reads, ${counts.logins} logins`);
    }
    return { pods, rounds: seen };
  } finally {
    await daemon.stop();
  }
}
