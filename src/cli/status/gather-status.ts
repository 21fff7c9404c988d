// What every room says of itself, as one document. Part of the daemon; the command that shows it is not.
import type { PodWatch } from '../../kube/pod-watch.ts';
import type { RecordStores } from '../../state/record-stores.ts';
import type { Listed, MemoryStatus, Status } from '../../status.ts';
import { VERSION } from '../../version.ts';
import type { DaemonServices } from '../composition.ts';

/** Rows of a list; four times a node's 250 pods. With rows of 300 bytes a document stays near a megabyte. */
const MOST_ROWS = 1_000;

export function gatherStatus(
  services: Pick<DaemonServices, 'sessions' | 'leases' | 'volumes' | 'lastAnswers' | 'dispatcher'>,
  records: Pick<RecordStores, 'describe'>,
  watch: Pick<PodWatch, 'describe'> | undefined,
): Status {
  const { sessions, leases, volumes, lastAnswers, dispatcher } = services;
  return {
    version: VERSION,
    uptimeMs: Math.round(process.uptime() * 1000),
    pods: watch?.describe() ?? { node: null, isWatching: false },
    state: records.describe(),
    memory: [memoryOf('last answers', lastAnswers), memoryOf('leases', leases)],
    sessions: list(sessions.describe()),
    leases: list(leases.describe()),
    stale: list(volumes.describe()),
    circuits: list(dispatcher.describe()),
  };
}

function memoryOf(what: string, { sizeBytes, maxBytes }: Omit<MemoryStatus, 'what'>): MemoryStatus {
  return { what, sizeBytes, maxBytes };
}

function list<T>(all: Iterable<T>): Listed<T> {
  const rows: T[] = [];
  let total = 0;
  for (const row of all) {
    total += 1;
    if (rows.length < MOST_ROWS) rows.push(row);
  }
  return { total, rows };
}
