// The daemon's last net: what was thrown and caught by nothing. The call in whose course it was thrown fails with
// INTERNAL; the daemon goes on for all others. What no handler sees (the heap's limit, a signal) still ends it.
import type { Emit } from '../events.ts';
import { endOnFault } from './crash.ts';

export interface LastNetOptions {
  readonly emit: Emit;
  /** As Calls.failCurrent. A call that fails so logs the fault itself. */
  readonly failCurrentCall: (cause: unknown) => boolean;
  /** A start that lost a step may wait for it for ever; a new process starts anew. */
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
