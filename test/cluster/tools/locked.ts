// One at a time on this machine, whichever suite asks: what keeps its own books on the disk.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from './cache.ts';

/** The arguments that run a command once nobody else runs one under this name. */
export async function locked(name: string, argv: readonly string[]): Promise<readonly string[]> {
  await mkdir(cacheFolder, { recursive: true });
  return ['flock', '--no-fork', join(cacheFolder, `${name}.lock`), ...argv];
}
