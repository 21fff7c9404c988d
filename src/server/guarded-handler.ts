// Wraps a gRPC handler so that no error escapes, neither from the handler nor from sending its response. The library
// catches neither, so such an error would end the process.
import type { handleUnaryCall, sendUnaryData } from '@grpc/grpc-js';
import { asMountError } from '../errors.ts';
import type { Emit } from '../events.ts';
import { statusOf } from './status.ts';

export function guardHandler<Request, Answer>(
  handle: handleUnaryCall<Request, Answer>,
  emit: Emit,
): handleUnaryCall<Request, Answer> {
  return (call, callback) => {
    const fail = (cause: unknown) => {
      emit({ type: 'fault', message: 'an answer could not be sent', cause });
      sendFault(callback, cause);
    };
    const send: sendUnaryData<Answer> = (...answer) => attempt(() => callback(...answer), fail);
    attempt(() => handle(call, send), fail);
  };
}

/** The last resort: a fixed text, which any library can write. If even that throws, the caller is gone. */
function sendFault(callback: sendUnaryData<never>, cause: unknown): void {
  attempt(
    () => callback(statusOf(asMountError(cause)), null),
    () => {},
  );
}

function attempt(step: () => void, onThrown: (thrown: unknown) => void): void {
  try {
    step();
  } catch (thrown) {
    onThrown(thrown);
  }
}
