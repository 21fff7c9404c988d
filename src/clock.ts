// Time, injected so that tests can move it. `now` is monotonic and good only for differences; `wall` is
// the calendar, used for certificates, token expiry and log lines.

export interface Clock {
  /** Monotonic milliseconds since an arbitrary point. */
  now(): number;
  /** Milliseconds since 1970, as Date.now. */
  wall(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it aborts first. Does not keep the process alive. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** setTimeout holds its delay in 32 bits and fires after 1 ms beyond them; Vault's 768 h default exceeds it. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  sleep: sleepInChunks,
};

/** Thousands sleep at once: an ordinary sleep is one promise and one timer. */
function sleepInChunks(ms: number, signal?: AbortSignal): Promise<void> {
  return ms <= LONGEST_TIMEOUT_MS ? sleepOnce(ms, signal) : sleepLong(ms, signal);
}

async function sleepLong(ms: number, signal?: AbortSignal): Promise<void> {
  let leftMs = ms;
  do {
    const chunkMs = Math.min(leftMs, LONGEST_TIMEOUT_MS);
    await sleepOnce(chunkMs, signal);
    leftMs -= chunkMs;
  } while (leftMs > 0);
}

function sleepOnce(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    timer.unref();
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
