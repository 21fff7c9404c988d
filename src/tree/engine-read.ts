// The read that tells which engine keeps a folder.
import type { FolderStore } from '../fetch/ports.ts';
import type { Read } from '../plan/plan.ts';
import { makeRead, OWN_LEASE } from '../plan/read.ts';

/** It is asked again after this: an engine changes when it is mounted anew. */
const ENGINE_MS = 15 * 60_000;

export function engineRead(folders: FolderStore, folder: string): Read {
  // Whatever the object's own are: all who ask of one folder share it.
  const settings = { ...OWN_LEASE, refreshAfterMs: ENGINE_MS };
  return makeRead('GET', folders.enginePath(folder), '', undefined, settings);
}
