// Everything that asks: the driver's calls to the daemon, and the bare clients to compare with. It measures where it
// asks, so that no time between processes is counted.
import { Driver, type MountWish } from '../test/harness/driver.ts';
import { BareClient, type Wish } from './bare-client.ts';
import { answerCalls } from './remote.ts';

export interface Pod {
  readonly mount: MountWish;
  readonly bare: Wish;
}

export type Way = 'daemon' | 'floor' | 'one after another';

export interface Round {
  readonly ms: number;
  /** CPU time of this process in the round: it must stay well below `ms`, or it was what was measured. */
  readonly cpuMs: number;
}

let driver: Driver | undefined;
let bare: BareClient | undefined;
let pods: readonly Pod[] = [];

const calls = {
  /** A daemon to ask and a port where the store is. Forgets tokens and connections of the one before. */
  connect: (to: { socket: string; storePort: number }): void => {
    driver?.close();
    bare?.close();
    driver = new Driver(to.socket);
    bare = new BareClient(to.storePort);
  },
  setPods: (next: readonly Pod[]): void => {
    pods = next;
  },
  /** All pods once, `atOnce` of them under way at a time. */
  round: ({ way, atOnce }: { way: Way; atOnce: number }): Promise<Round> => measure(() => askAll(way, atOnce)),
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

async function ask(pod: Pod, way: Way, isOneOfMany: boolean): Promise<void> {
  if (driver === undefined || bare === undefined) throw new Error('connect first');
  if (way === 'floor') return bare.floor(pod.bare);
  if (way === 'one after another') return bare.oneAfterAnother(pod.bare, isOneOfMany);
  const { files } = await driver.mount(pod.mount);
  if (files.length !== pod.bare.paths.length) throw new Error(`${files.length} files of ${pod.bare.paths.length}`);
}

answerCalls(calls);
