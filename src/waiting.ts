// Waiting for work that others share, no longer than the caller can, and giving such work a time of its own.
import { MountError } from './errors.ts';

/** @throws MountError mount-timeout, naming `what` was waited for, when the signal aborts first. The work goes on. */
export function waitFor<T>(work: Promise<T>, what: string, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(new MountError('mount-timeout', `${what}: no answer within the mount's time`));
    const settle = () => signal.removeEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    work.then(
      (value) => {
        settle();
        resolve(value);
      },
      (thrown) => {
        settle();
        reject(thrown);
      },
    );
  });
}

/** Runs `work` with a signal that aborts after `ms`. Unlike AbortSignal.timeout, no timer outlives the work. */
export async function withinTime<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), ms);
  timer.unref();
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
  }
}
