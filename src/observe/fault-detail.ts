// The part of an unknown error that may be logged: its class, its system code and its stack frames. Never its message:
// engines and libraries quote their input, which may be a value or a token.
import { systemCode } from '../system-code.ts';

/** Deeper frames belong to Node. */
const MOST_FRAMES = 20;
/** Limit on causes, as an error may be its own cause. */
const MOST_CAUSES = 5;

export interface FaultDetail {
  /** Outermost first: `MountError < TypeError`. */
  readonly class: string;
  readonly systemCode: string | undefined;
  /** Taken from the innermost error. */
  readonly frames: readonly string[];
}

export function describeFault(thrown: unknown): FaultDetail {
  try {
    const chain = causesOf(thrown);
    return {
      class: chain.map(className).join(' < '),
      systemCode: chain.map(shownCode).find((code) => code !== undefined),
      frames: framesOf(chain.at(-1)),
    };
  } catch {
    // A getter of a foreign object threw.
    return { class: 'unknown', systemCode: undefined, frames: [] };
  }
}

function causesOf(thrown: unknown): unknown[] {
  const chain = [thrown];
  for (let last = thrown; last instanceof Error && last.cause !== undefined && chain.length < MOST_CAUSES; ) {
    last = last.cause;
    chain.push(last);
  }
  return chain;
}

/** From the constructor: `name` is a property that anybody can set to anything. */
function className(thrown: unknown): string {
  if (!(thrown instanceof Error)) return typeof thrown;
  const { name } = thrown.constructor;
  return /^[A-Za-z_$][\w$]{0,63}$/.test(name) ? name : 'Error';
}

/** `ECONNRESET`, `ERR_INVALID_ARG_TYPE`, `CERT_HAS_EXPIRED`. */
function shownCode(thrown: unknown): string | undefined {
  const code = thrown instanceof Error ? systemCode(thrown) : undefined;
  return code !== undefined && /^(E[A-Z0-9]{2,19}|[A-Z]+(_[A-Z0-9]+){1,7})$/.test(code) ? code : undefined;
}

/**
 * The stack begins with the message, and the message may contain lines that look like frames. Only text after the message
 * counts; if the message is not found unchanged, there are no frames.
 */
function framesOf(thrown: unknown): string[] {
  if (!(thrown instanceof Error) || typeof thrown.stack !== 'string') return [];
  const { stack, message } = thrown;
  const messageAt = stack.indexOf(message);
  if (messageAt < 0) return [];
  const frames = stack
    .slice(messageAt + message.length)
    .split('\n')
    .slice(1);
  // The message may have changed since the stack was written: if any line is not a frame, none is shown.
  if (!frames.every((line) => FRAME.test(line))) return [];
  return frames.slice(0, MOST_FRAMES).map((line) => line.slice('    at '.length));
}

/** `    at name (place:line:column)`, and the few places without lines. */
const FRAME = /^ {4}at .*(:\d+:\d+\)?|\(<anonymous>\)|\(native\)|\(index \d+\))$/;
