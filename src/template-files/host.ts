// What the templates of a mount need of it.
import type { FolderStore } from '../fetch/ports.ts';
import type { Read } from '../plan/plan.ts';
import type { ReadResults } from '../volume/read-results.ts';

export interface TemplateHost {
  readonly folders: FolderStore;
  answer(reads: readonly Read[]): Promise<ReadResults>;
  /** Memory, before it is used. @throws MountError memory-budget */
  take(bytes: number, what: string): Promise<void>;
  /** Waits while its namespace has used up its time and others are served. @throws MountError mount-timeout, time-share */
  enter(): Promise<void>;
  /** What follows in the same turn of the event loop goes through so many bytes. @throws MountError mount-timeout, time-share */
  turn(bytes: number): Promise<void>;
  /** @param ms for which the process was kept busy outside of such turns */
  spend(ms: number): void;
}
