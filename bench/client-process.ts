// Everything that asks: the driver's calls to the daemon, and the bare clients to compare with. It measures where it
// asks, so that no time between processes is counted.
import { setTimeout as sleep } from 'node:timers/promises';
import { Driver, type MountWish } from '../test/harness/driver.ts';
import { BareClient, type Wish } from './bare-client.ts';
import { median } from './median.ts';
import { answerCalls } from './remote.ts';

export interface Pod {
  readonly mount: MountWish;
  readonly bare: Wish;
}

/** Who answers: a provider over the driver's socket, `daemon` where there is one alone, or a bare client. */
export type Way = ProviderName | 'floor' | 'one after another';

export type ProviderName = 'daemon' | 'base' | 'peer';

export interface Round {
  readonly ms: number;
  /** CPU time of this process in the round: it must stay well below `ms`, or it was what was measured. */
  readonly cpuMs: number;
}

export interface Paced {
  readonly failures: number;
  readonly medianMs: number;
  readonly slowestMs: number;
}

const drivers = new Map<string, Driver>();
let bare: BareClient | undefined;
let pods: readonly Pod[] = [];

const calls = {
  /** A daemon to ask and a port where the store is. Forgets tokens and connections of the one before. */
  connect: (to: { socket: string; storePort: number; caPem?: string }): void => {
    for (const driver of drivers.values()) driver.close();
    drivers.clear();
    bare?.close();
    drivers.set('daemon', new Driver(to.socket));
    bare = new BareClient(to.storePort, to.caPem);
  },
  /** One more to ask, beside the one of `connect`. */
  addDriver: ({ name, socket }: { name: ProviderName; socket: string }): void => {
    drivers.set(name, new Driver(socket));
  },
  setPods: (next: readonly Pod[]): void => {
    pods = next;
  },
  /** All pods once, `atOnce` of them under way at a time. */
  round: ({ way, atOnce }: { way: Way; atOnce: number }): Promise<Round> => measure(() => askAll(way, atOnce)),
  /** All pods once, each at its own moment of the round. */
  paced: ({ roundMs }: { roundMs: number }): Promise<Paced> => askPaced(roundMs),
};

export type ClientCalls = typeof calls;

async function measure(work: () => Promise<void>): Promise<Round> {
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  await work();
  const ms = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpu);
  return { ms, cpuMs: (user + system) / 1000 };
}

async function askAll(way: Way, atOnce: number): Promise<void> {
  const queue = pods.values();
  const worker = async () => {
    for (const pod of queue) await ask(pod, way, pods.length > 1);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, pods.length) }, worker));
}

async function askPaced(roundMs: number): Promise<Paced> {
  const startedAt = performance.now();
  let failures = 0;
  const times = await Promise.all(
    pods.map(async (pod, index) => {
      const dueMs = startedAt + (index * roundMs) / pods.length;
      await sleep(Math.max(0, dueMs - performance.now()));
      const sentAt = performance.now();
      await ask(pod, 'daemon', true).catch(() => {
        failures += 1;
      });
      return performance.now() - sentAt;
    }),
  );
  await sleep(Math.max(0, startedAt + roundMs - performance.now()));
  return { failures, medianMs: median(times), slowestMs: Math.max(...times) };
}

async function ask(pod: Pod, way: Way, isOneOfMany: boolean): Promise<void> {
  if (bare === undefined) throw new Error('connect first');
  if (way === 'floor') return bare.floor(pod.bare);
  if (way === 'one after another') return bare.oneAfterAnother(pod.bare, isOneOfMany);
  const driver = drivers.get(way);
  if (driver === undefined) throw new Error(`connect ${way} first`);
  const { files } = await driver.mount(pod.mount);
  if (files.length !== pod.bare.paths.length) throw new Error(`${files.length} files of ${pod.bare.paths.length}`);
}

answerCalls(calls);
