// The daemon's handler for uncaught errors. The call in which the error was thrown fails with INTERNAL; the daemon continues
// for all others. What no handler sees (the heap's limit, a signal) still ends it.
import type { Emit } from '../events.ts';
import { endOnFault } from './crash.ts';

export interface LastNetOptions {
  readonly emit: Emit;
  /** Calls.failCurrent. A call that fails by it logs the fault itself. */
  readonly failCurrentCall: (cause: unknown) => boolean;
  /** An error during the start ends the process, as the start might wait for ever; a new process starts anew. */
  readonly isStarted: () => boolean;
}

export function catchTheRest({ emit, failCurrentCall, isStarted }: LastNetOptions): void {
  const onThrown = (cause: unknown) => {
    if (failCurrentCall(cause)) return;
    if (!isStarted()) endOnFault(cause, emit);
    emit({ type: 'fault', message: 'a fault outside of any mount was caught; the daemon goes on', cause });
  };
  process.on('uncaughtException', onThrown);
  process.on('unhandledRejection', onThrown);
}
