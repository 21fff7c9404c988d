// A status as tables that a person can read: what there is none of takes one line. Names in it were chosen by whoever
// writes classes, so nothing that moves a cursor reaches the terminal.
import { printable } from '../../printable.ts';
import type { CircuitStatus, LeaseStatus, Listed, Moment, SessionStatus, StaleStatus, Status } from '../../status.ts';

type Columns<T> = Readonly<Record<string, (row: T) => string>>;

const SESSION_COLUMNS: Columns<SessionStatus> = {
  WHOSE: (row) => `${whose(row)}${row.isForLease ? ' (for a lease)' : ''}`,
  STORE: ({ address }) => address,
  LOGIN: ({ mount, role }) => (mount === '' ? '-' : `${mount} as ${role}`),
  STATE: ({ state }) => state,
  'ENDS IN': ({ state, endsInMs }) => (state === 'none' ? '-' : formatEnd(endsInMs)),
  NEXT: ({ next }) => formatMoment(next),
};

const LEASE_COLUMNS: Columns<LeaseStatus> = {
  REQUEST: ({ request }) => request,
  WHOSE: whose,
  STATE: ({ state }) => state,
  'ENDS IN': ({ endsInMs }) => formatEnd(endsInMs),
  NEXT: ({ next }) => formatMoment(next),
  VOLUMES: ({ volumes }) => `${volumes}`,
  STORE: ({ address }) => address,
};

const STALE_COLUMNS: Columns<StaleStatus> = {
  OBJECT: ({ object }) => object,
  POD: ({ namespace, pod }) => `${namespace}/${pod}`,
  CLASS: (row) => row.class,
  AGE: ({ ageMs }) => (ageMs === null ? 'unknown' : formatSpan(ageMs)),
  REASON: ({ reason }) => reason ?? 'unknown',
};

const CIRCUIT_COLUMNS: Columns<CircuitStatus> = {
  STORE: ({ address }) => address,
  'OPEN FOR': ({ openForMs }) => formatSpan(openForMs),
  REASON: ({ reason }) => reason,
};

export function formatStatus(status: Status): string {
  const { sessions, leases, stale, circuits } = status;
  return [
    formatHead(status),
    formatTable('Sessions', sessions, SESSION_COLUMNS),
    formatTable('Leases', leases, LEASE_COLUMNS),
    formatTable('Stale objects', stale, STALE_COLUMNS),
    formatTable('Open circuits', circuits, CIRCUIT_COLUMNS),
  ].join('\n');
}

function formatHead({ version, uptimeMs, pods, state, memory }: Status): string {
  const watched = pods.isWatching ? 'watched' : 'not watched now';
  const rows = [
    ['secretmount', `${version}, up ${formatSpan(uptimeMs)}`],
    ['pods', pods.node === null ? 'not watched: --node-name is not set' : `of node ${pods.node}: ${watched}`],
    ['memory', memory.map(formatMemory).join(', ')],
    ['state', state === null ? 'none: a restart forgets everything' : formatState(state)],
  ];
  return rows.map(([name = '', text = '']) => `${name.padEnd(12)} ${printable(text)}\n`).join('');
}

function formatMemory({ what, sizeBytes, maxBytes }: Status['memory'][number]): string {
  return `${what} ${formatSize(sizeBytes)} of ${formatSize(maxBytes)}`;
}

function formatState({ sizeBytes, maxBytes, refusedCount }: NonNullable<Status['state']>): string {
  const refused = refusedCount === 0 ? '' : `; ${refusedCount} records could not be kept`;
  return `${formatSize(sizeBytes)} of ${formatSize(maxBytes)}${refused}`;
}

function formatTable<T>(name: string, { total, rows }: Listed<T>, columns: Columns<T>): string {
  if (total === 0) return `${name}: none\n`;
  const cells = rows.map((row) => Object.values(columns).map((column) => printable(column(row))));
  const lines = align([Object.keys(columns), ...cells]);
  const left = total > rows.length ? `and ${total - rows.length} more\n` : '';
  return `${name}: ${total}\n${lines.map((line) => `${line}\n`).join('')}${left}`;
}

function align(table: readonly (readonly string[])[]): readonly string[] {
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0)));
  return table.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function whose({ namespace, account, pod }: Pick<SessionStatus, 'namespace' | 'account' | 'pod'>): string {
  return [namespace, account, ...(pod === '' ? [] : [pod])].join('/');
}

function formatEnd(ms: number | null): string {
  return ms === null ? 'never' : formatSpan(ms);
}

function formatMoment({ what, inMs }: Moment): string {
  return inMs === null ? what : `${what} in ${formatSpan(inMs)}`;
}

const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
] as const;

/** The two largest units: `2d4h`, `3h2m`, `4m10s`, `12s`. */
export function formatSpan(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const first = UNITS.findIndex(([, size]) => seconds >= size);
  if (first < 0) return '0s';
  const parts = UNITS.slice(first, first + 2).map(([unit, size], index) => {
    const count = Math.floor((index === 0 ? seconds : seconds % (UNITS[first]?.[1] ?? 1)) / size);
    return index > 0 && count === 0 ? '' : `${count}${unit}`;
  });
  return parts.join('');
}

function formatSize(bytes: number): string {
  return bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} KiB` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
