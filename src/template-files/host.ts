// What the templates of a mount need from the mount.
import type { FolderStore } from '../fetch/ports.ts';
import type { Read } from '../plan/plan.ts';
import type { ReadResults } from '../volume/read-results.ts';

export interface TemplateHost {
  readonly folders: FolderStore;
  answer(reads: readonly Read[]): Promise<ReadResults>;
  /** Reserves memory before it is used. @throws MountError memory-budget */
  take(bytes: number, what: string): Promise<void>;
  /** Waits while its namespace has used up its time and others are served. @throws MountError mount-timeout, time-share */
  enter(): Promise<void>;
  /** Waits for a turn of the event loop that handles `bytes`. @throws MountError mount-timeout, time-share */
  turn(bytes: number): Promise<void>;
  /** @param ms CPU time used outside of such turns */
  spend(ms: number): void;
}
