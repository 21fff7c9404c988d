// A handler of the gRPC library that can throw neither by itself nor on its answer's way out. The library calls
// handlers and writes their answers where nothing catches: what is thrown there would otherwise end the process.
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
