// Runs two mounts through the real services before the first real one, with a driver and a store of its own in this process.
// Node compiles code on first use; without this, the first pod after each start would wait for that. It shares only code
// with what serves pods, and the first real call ends it.
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { type Clock, systemClock } from '../../clock.ts';
import { Calls } from '../../server/calls.ts';
import { type CallsServer, createCallsServer } from '../../server/calls-server.ts';
import { noRecordStores } from '../../state/record-stores.ts';
import { VERSION } from '../../version.ts';
import { makeServices } from '../composition.ts';
import type { ServeOptions } from '../options.ts';
import { RehearsalDriver } from './rehearsal-driver.ts';
import { podMessage } from './rehearsal-pod.ts';
import { RehearsalStore } from './rehearsal-store.ts';

const inside = new AsyncLocalStorage<true>();

/** True inside a rehearsal: its errors are not reported. */
export function isRehearsing(): boolean {
  return inside.getStore() === true;
}

/**
 * Never rejects. @returns the number of successful mounts; 0 if it was ended before.
 * @param until ends it: a real call has come, or the process ends
 */
export async function rehearse(options: ServeOptions, until: AbortSignal): Promise<number> {
  return inside.run(true, () => play(options, until).catch(() => 0));
}

/** Yields between any two steps, so that other work of the process is not delayed. */
async function play(options: ServeOptions, until: AbortSignal): Promise<number> {
  const token = randomBytes(16).toString('hex');
  const ended = new AbortController();
  const onEnd = (stop: () => void) => ended.signal.addEventListener('abort', stop, { once: true });
  const end = () => ended.abort();
  until.addEventListener('abort', end, { once: true });
  let mounts = 0;
  try {
    await turnOf(until);
    const store = new RehearsalStore(token);
    onEnd(() => store.stop());
    const address = await store.start();
    await turnOf(until);
    const server = serverFor(options, address, ended.signal);
    onEnd(() => server.grpc.forceShutdown());
    await turnOf(until);
    const driver = new RehearsalDriver(server);
    onEnd(() => driver.stop());
    for (const loginMount of ['jwt', 'kubernetes'] as const) {
      await turnOf(until);
      if (await driver.mount(podMessage(loginMount, token))) mounts += 1;
    }
    return mounts;
  } finally {
    until.removeEventListener('abort', end);
    end();
  }
}

/** @throws the signal's reason */
async function turnOf(until: AbortSignal): Promise<void> {
  await turn();
  until.throwIfAborted();
}

/** New services for the rehearsal: nothing is reported or kept, and no real store can be reached. */
function serverFor(options: ServeOptions, address: string, ended: AbortSignal): CallsServer {
  const calls = new Calls();
  const defaults = {
    store: { address, namespace: '', tls: { skipVerify: false } },
    mount: 'kubernetes',
    audience: 'vault',
    classAudience: undefined,
    tlsDirs: undefined,
    deniesSkipVerify: false,
  };
  const services = makeServices(
    { ...options, defaults, proxy: {}, isPodOnly: false },
    {
      clock: clockUntil(ended),
      emit: () => {},
      tokenSource: { requestToken: () => Promise.reject(new Error('each pod brings its token')) },
      versionKey: () => randomBytes(32),
      isWatching: () => false,
      onKept: () => {},
      ownPorts: [],
      records: noRecordStores(),
      stopping: ended,
    },
  );
  const { mountTimeoutMs } = options;
  return createCallsServer({ services, defaults, mountTimeoutMs, calls, version: VERSION }, () => true);
}

/** Logins and answers sleep for hours. Sleeps never end after the rehearsal, so that nothing of it is kept. */
function clockUntil(ended: AbortSignal): Clock {
  const sleep = (ms: number, signal: AbortSignal = ended) =>
    new Promise<void>((resolve, reject) => {
      systemClock.sleep(ms, AbortSignal.any([signal, ended])).then(resolve, (reason) => {
        if (!ended.aborted) reject(reason);
      });
    });
  return { ...systemClock, sleep };
}
