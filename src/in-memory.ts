// Whether what is written to a folder stays in memory. A disk may keep what is deleted.
import { statfsSync } from 'node:fs';

/** TMPFS_MAGIC and RAMFS_MAGIC of linux/magic.h, as statfs reports them. */
const IN_MEMORY = new Set([0x01021994, 0x858458f6]);

/** @throws what the system says if there is no such folder */
export function isInMemory(folder: string): boolean {
  // As 32 bits: the number is signed on some architectures.
  return IN_MEMORY.has(statfsSync(folder).type >>> 0);
}
