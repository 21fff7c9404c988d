// Calls in flight. Everything a call starts (promises, timers, sockets) runs in its async context, so an uncaught error
// there fails that call only. Work that outlives its call belongs to no call.
import { AsyncLocalStorage } from 'node:async_hooks';

interface CallInFlight {
  /** undefined once the call has its outcome. */
  fail: ((thrown: unknown) => void) | undefined;
}

export class Calls {
  readonly #context = new AsyncLocalStorage<CallInFlight>();
  readonly #first = new AbortController();

  /** Aborts when the first call comes. */
  get begun(): AbortSignal {
    return this.#first.signal;
  }

  /** Settles as `work` does, or rejects with the first uncaught error in its context. */
  run<T>(work: () => Promise<T>): Promise<T> {
    if (!this.#first.signal.aborted) this.#first.abort();
    return new Promise((resolve, reject) => {
      const call: CallInFlight = { fail: reject };
      const settled = () => {
        call.fail = undefined;
      };
      this.#context.run(call, () => work().finally(settled).then(resolve, reject));
    });
  }

  /** Fails the call in whose context this is called. False if there is none, or if it has its outcome. */
  failCurrent(thrown: unknown): boolean {
    const call = this.#context.getStore();
    if (call?.fail === undefined) return false;
    call.fail(thrown);
    return true;
  }
}
