// Whole lines to a file descriptor, at once and in order, so that the last line before a crash is there. A reader
// that does not read must not stop mounts: after a short wait a line is dropped, but never cut in two.
import { Buffer } from 'node:buffer';
import { writeSync } from 'node:fs';

/** A full pipe is usually read within a millisecond; twenty of them a mount can bear. */
const MOST_WAITS = 20;
const WAIT_MS = 1;
const STDERR = 2;

export type WriteBytes = (fd: number, bytes: Uint8Array) => number;

export function createLineWriter(fd: number = STDERR, write: WriteBytes = writeSync): (line: string) => void {
  /** The end of a line whose beginning is already out. */
  let rest: Uint8Array = new Uint8Array();
  return (line) => {
    rest = rest.subarray(writeSome(fd, rest, write));
    if (rest.length > 0) return;
    const bytes = Buffer.from(`${line}\n`);
    const written = writeSome(fd, bytes, write);
    if (written > 0) rest = bytes.subarray(written);
  };
}

/** How much of `bytes` went out. */
function writeSome(fd: number, bytes: Uint8Array, write: WriteBytes): number {
  let written = 0;
  for (let waits = 0; written < bytes.length; ) {
    try {
      written += write(fd, bytes.subarray(written));
    } catch (error) {
      // Anything but a full pipe (EPIPE, EBADF) means that nobody listens: the line counts as out.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return bytes.length;
      if (waits++ === MOST_WAITS) return written;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_MS);
    }
  }
  return written;
}
