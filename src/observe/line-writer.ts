// Whole lines to a file descriptor, at once and in order, so that the last line before a crash is there. A reader
// that does not read must not stop mounts: after a short wait a line is dropped, but never cut in two.
import { Buffer } from 'node:buffer';
import { writeSync } from 'node:fs';
import { systemCode } from '../system-code.ts';

/** A full pipe is usually read within a millisecond; a mount can afford twenty. */
const MOST_WAITS = 20;
const WAIT_MS = 1;
/** Once the waits are used up, none follows for this long: lines come in bursts, and each would wait. */
const REST_MS = 1_000;
const STDERR = 2;

export type WriteBytes = (fd: number, bytes: Uint8Array) => number;

export function createLineWriter(
  fd: number = STDERR,
  write: WriteBytes = writeSync,
  now: () => number = () => performance.now(),
): (line: string) => void {
  const patience = new Patience(now);
  /** The end of a line whose beginning is already out. */
  let rest: Uint8Array = new Uint8Array();
  return (line) => {
    rest = rest.subarray(writeSome(fd, rest, write, patience));
    if (rest.length > 0) return;
    const bytes = Buffer.from(`${line}\n`);
    const written = writeSome(fd, bytes, write, patience);
    if (written > 0) rest = bytes.subarray(written);
  };
}

/** Total time to wait for a reader per second, over all lines. */
class Patience {
  readonly #now: () => number;
  #waits = 0;
  #since = Number.NEGATIVE_INFINITY;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** @returns false if it is at its end. */
  wait(): boolean {
    if (this.#now() - this.#since >= REST_MS) {
      this.#waits = 0;
      this.#since = this.#now();
    }
    if (this.#waits++ >= MOST_WAITS) return false;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_MS);
    return true;
  }
}

/** Number of bytes written. */
function writeSome(fd: number, bytes: Uint8Array, write: WriteBytes, patience: Patience): number {
  let written = 0;
  while (written < bytes.length) {
    try {
      written += write(fd, bytes.subarray(written));
    } catch (error) {
      // Any error but a full pipe (EPIPE, EBADF) means that there is no reader: the line counts as written.
      if (systemCode(error) !== 'EAGAIN') return bytes.length;
      if (!patience.wait()) return written;
    }
  }
  return written;
}
