// A contender as a scenario finds it on a node: started a moment ago, and the process that asks knows its socket.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Contender, StartOptions } from '../contenders.ts';
import type { DaemonProcess } from '../daemon-process.ts';
import type { BenchRun } from '../scenario.ts';

/** Whatever a program still does after its socket answers is over: the kubelet sends no pod sooner. */
const SETTLE_MS = 1_000;

/** Started, settled and connected to; ended when `work` is. */
export async function withSettled<T>(
  { world }: BenchRun,
  contender: Contender,
  options: StartOptions,
  work: (provider: DaemonProcess) => Promise<T>,
): Promise<T> {
  const provider = await contender.start(options);
  try {
    await sleep(SETTLE_MS);
    await world.client.call('connect', {
      socket: provider.socket,
      storePort: options.isTls ? world.tls.port : world.storePort,
      ...(options.isTls ? { caPem: world.tls.caPem } : {}),
    });
    return await work(provider);
  } finally {
    await provider.stop();
  }
}
