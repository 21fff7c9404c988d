// How much of memory this process had at once at most, as the kernel counts: also between two turns of the event loop.
import { readFileSync, writeFileSync } from 'node:fs';

/** Those of the image, by which V8 decides when garbage is collected. */
export const MEMORY_FLAGS = ['--expose-gc', '--max-semi-space-size=2', '--max-old-space-size=64'];

/** From here on; what was garbage before does not count. Needs --expose-gc. @returns what it has now, in bytes */
export function startPeak(): number {
  globalThis.gc?.();
  writeFileSync('/proc/self/clear_refs', '5');
  return process.memoryUsage.rss();
}

/** In bytes, since `startPeak`. */
export function peak(): number {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return Number(kilobytes) * 1024;
}
