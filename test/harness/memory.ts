// Memory for tests that are not about it.
import { MemoryBudget } from '../../src/memory/budget.ts';
import type { MountMemory } from '../../src/memory/mount-memory.ts';

export function ampleMemory(account = 'team/app'): MountMemory {
  const bytes = 2 ** 30;
  return new MemoryBudget({ totalBytes: bytes, smallBytes: 0, waitMs: 60_000, emit: () => {} }).open(account);
}
