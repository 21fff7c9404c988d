// The end of a process on a fault: one log line with the class and the frames of the error, never its message. Node's
// own report of an uncaught error would print the message and its causes.
import type { Emit } from '../events.ts';

export function crashOn(emit: Emit): void {
  const crash = (cause: unknown) => endOnFault(cause, emit);
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
}

export function endOnFault(cause: unknown, emit: Emit): never {
  emit({ type: 'fault', message: 'the process ends on a fault of its own', cause });
  process.exit(1);
}
