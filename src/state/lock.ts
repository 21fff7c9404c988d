// One writer: the process that listens on the lock of the highest number. A process that dies stops listening, so
// its lock is free at once, and no number is ever used twice: a slow process that saw lock 3 dead cannot take what
// a quicker one made of it. `link` refuses a number that is taken; the newest locks stay, dead or alive, so that
// whoever made an older number sees that it came too late.
import { randomBytes } from 'node:crypto';
import { linkSync, readdirSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { listen } from '../listen.ts';
import { systemCode } from '../system-code.ts';
import { removeFile } from './folder.ts';

const LOCK = /^lock-(\d{1,15})$/;
/** A socket that is bound but not yet a lock, or never became one. */
const UNLINKED = /^\.lock-/;
/** Locks of old numbers that stay: one is needed, more outlast even a reader that was halfway through the folder. */
const OLD_LOCKS = 8;
/** Between two tries; a holder that turns every caller away must not keep a processor busy. */
const RETRY_MS = 50;
/** Errors of a connect to a dead process's socket, or to a missing one. */
const NOBODY: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOENT']);

export interface LockOptions {
  /** A path that leads to this very folder, even if its name is reused. */
  readonly path: string;
  readonly signal: AbortSignal;
  /** Another process holds it; once. */
  readonly onWait: () => void;
}

export class Lock {
  readonly #server: Server;
  readonly #waiters: Set<Socket>;

  constructor(server: Server, waiters: Set<Socket>) {
    this.#server = server;
    this.#waiters = waiters;
  }

  /** The file stays behind, dead; the next waiting process takes the next number. */
  release(): void {
    this.#server.close();
    for (const waiter of this.#waiters) waiter.destroy();
  }
}

/** Resolves when this process holds the folder; rejects with the signal's reason when it aborts first. */
export async function takeLock(options: LockOptions): Promise<Lock> {
  const { path, signal, onWait } = options;
  let hasWaited = false;
  const onHeld = () => {
    if (!hasWaited) onWait();
    hasWaited = true;
  };
  for (;;) {
    signal.throwIfAborted();
    const number = highestLock(path);
    if (number === 0 || !(await outlive(join(path, `lock-${number}`), signal, onHeld))) {
      const lock = await makeLock(path, number + 1);
      if (lock !== undefined) return lock;
    }
    // Unlike a clock's sleep this keeps the process alive: a waiter may have nothing else to do.
    await setTimeout(RETRY_MS, undefined, { signal }).catch(() => {});
  }
}

/**
 * Stays connected while the holder lives, so that its end is noticed at once. Resolves with false if nothing listens.
 */
function outlive(path: string, signal: AbortSignal, onHeld: () => void): Promise<boolean> {
  return new Promise((resolve, reject) => {
    let isHeld = true;
    const holder = createConnection(path);
    const onAbort = () => holder.destroy();
    signal.addEventListener('abort', onAbort, { once: true });
    holder.resume();
    holder.once('connect', onHeld);
    holder.on('error', (error) => {
      // Any other error, such as a full queue, means that there is a listener.
      isHeld = !NOBODY.has(systemCode(error) ?? '');
      if (isHeld) onHeld();
    });
    holder.once('close', () => {
      signal.removeEventListener('abort', onAbort);
      if (signal.aborted) reject(signal.reason);
      else resolve(isHeld);
    });
  });
}

/** undefined: another process was quicker. */
async function makeLock(path: string, number: number): Promise<Lock | undefined> {
  const waiters = new Set<Socket>();
  const server = createServer((waiter) => {
    waiters.add(waiter.unref());
    waiter.on('error', () => {});
    waiter.once('close', () => waiters.delete(waiter));
    waiter.resume();
  });
  const lock = new Lock(server, waiters);
  // The server removes its file by this name when it closes, which is why the name is never used again.
  const own = join(path, `.lock-${randomBytes(6).toString('hex')}`);
  let isHeld = false;
  try {
    await listen(server, { path: own });
    server.unref();
    linkSync(own, join(path, `lock-${number}`));
    isHeld = highestLock(path) === number;
    if (isHeld) removeOld(path, number);
    else removeFile(join(path, `lock-${number}`));
  } catch (thrown) {
    const code = systemCode(thrown);
    // ENOENT: the holder cleared the folder of what it took for a dead process's.
    if (code !== 'EEXIST' && code !== 'ENOENT') throw thrown;
  } finally {
    if (!isHeld) lock.release();
  }
  return isHeld ? lock : undefined;
}

function highestLock(path: string): number {
  return Math.max(0, ...readdirSync(path).map((name) => Number(LOCK.exec(name)?.[1] ?? 0)));
}

function removeOld(path: string, number: number): void {
  for (const name of readdirSync(path)) {
    const old = LOCK.exec(name)?.[1];
    if (UNLINKED.test(name) || (old !== undefined && Number(old) < number - OLD_LOCKS)) {
      removeFile(join(path, name));
    }
  }
}
