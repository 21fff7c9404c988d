// Text or bytes to a descriptor, all of it before the process ends: a pipe takes as much as it has room for, and if its other
// end made it non-blocking it says so instead of waiting.
import { writeSync } from 'node:fs';
import { systemCode } from '../system-code.ts';
import { CommandFailed, systemMessage } from './command-failed.ts';

const PAUSE_MS = 5;

/** Ends early if nobody reads any more, as with `| head`. @throws CommandFailed if nothing can be written */
export function writeAll(fd: number, text: string | Uint8Array): void {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (thrown) {
      const code = systemCode(thrown);
      if (code === 'EPIPE') return;
      if (code !== 'EAGAIN') throw new CommandFailed(`the output cannot be written: ${systemMessage(thrown)}`);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}
