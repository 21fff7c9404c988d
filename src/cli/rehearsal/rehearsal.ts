// A rehearsal: two mounts through the real rooms before the first real one, with a driver and a store of their own in this
// process. Node compiles code when it runs for the first time, and on each node the first pod after a start would wait for
// all of it. It shares nothing with what serves pods but the code; the first real call ends it.
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

/** What is thrown in its course is nobody's fault to hear of. */
export function isRehearsing(): boolean {
  return inside.getStore() === true;
}

/**
 * Never rejects. @returns how many mounts came about; 0 if it was ended before.
 * @param until ends it: a real call has come, or the process ends
 */
export async function rehearse(options: ServeOptions, until: AbortSignal): Promise<number> {
  return inside.run(true, () => play(options, until).catch(() => 0));
}

/** Whoever waits for the process is served between any two steps. */
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

/** All that a mount meets, made anew: nobody hears of it, nothing is kept, and no real store can be reached. */
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

/** Logins and answers sleep for hours. What sleeps when it has ended does not wake, so that nothing of it is kept. */
function clockUntil(ended: AbortSignal): Clock {
  const sleep = (ms: number, signal: AbortSignal = ended) =>
    new Promise<void>((resolve, reject) => {
      systemClock.sleep(ms, AbortSignal.any([signal, ended])).then(resolve, (reason) => {
        if (!ended.aborted) reject(reason);
      });
    });
  return { ...systemClock, sleep };
}
