// What every room says of itself, as one document. Part of the daemon; the command that shows it is not.
import type { PodWatch } from '../../kube/pod-watch.ts';
import type { Listed, Status } from '../../status.ts';
import { VERSION } from '../../version.ts';
import type { DaemonRooms } from '../rooms.ts';
import type { Shelves } from '../shelves.ts';

/** Of a list; four times a node's 250 pods. With rows of 300 bytes a document stays near a megabyte. */
const MOST_ROWS = 1_000;

export function gatherStatus(
  { sessions, holdings, volumes, gate }: Pick<DaemonRooms, 'sessions' | 'holdings' | 'volumes' | 'gate'>,
  shelves: Pick<Shelves, 'describe'>,
  watch: Pick<PodWatch, 'describe'> | undefined,
): Status {
  return {
    version: VERSION,
    uptimeMs: Math.round(process.uptime() * 1000),
    pods: watch?.describe() ?? { node: null, isWatching: false },
    state: shelves.describe(),
    sessions: list(sessions.describe()),
    held: list(holdings.describe()),
    stale: list(volumes.describe()),
    circuits: list(gate.describe()),
  };
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
