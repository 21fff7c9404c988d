// The read that tells which engine keeps a folder.
import type { FolderStore } from '../fetch/ports.ts';
import type { Read } from '../plan/plan.ts';
import { makeRead, OWN_LEASE } from '../plan/read.ts';

/** How long the answer is kept: an engine may be mounted anew. */
const ENGINE_MS = 15 * 60_000;

export function engineRead(folders: FolderStore, folder: string): Read {
  // Not the object's own settings: all objects share one read of a folder.
  const settings = { ...OWN_LEASE, refreshAfterMs: ENGINE_MS };
  return makeRead('GET', folders.enginePath(folder), '', undefined, settings);
}
