// Whole lines to a file descriptor, at once and in order, so that the last line before a crash is there. A reader
// that does not read must not stop mounts: after a short wait a line is dropped, but never cut in two.
import { Buffer } from 'node:buffer';
import { writeSync } from 'node:fs';
import { systemCode } from '../system-code.ts';

/** A full pipe is usually read within a millisecond; twenty of them a mount can bear. */
const MOST_WAITS = 20;
const WAIT_MS = 1;
/** So long a reader that has kept us waiting is not waited for again: many lines come at once, and each would wait. */
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

/** How long may be waited for a reader: so many times within a second, over all lines. */
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

/** How much of `bytes` went out. */
function writeSome(fd: number, bytes: Uint8Array, write: WriteBytes, patience: Patience): number {
  let written = 0;
  while (written < bytes.length) {
    try {
      written += write(fd, bytes.subarray(written));
    } catch (error) {
      // Anything but a full pipe (EPIPE, EBADF) means that nobody listens: the line counts as out.
      if (systemCode(error) !== 'EAGAIN') return bytes.length;
      if (!patience.wait()) return written;
    }
  }
  return written;
}
