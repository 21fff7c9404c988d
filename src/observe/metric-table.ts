// Every metric there is, in one table that the code counts by and docs/metrics.md is generated from. No label
// names a class, path, pod or account: metrics are readable by more people than those are.

export interface MetricRow {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
  readonly help: string;
}

export const METRICS = {
  mounts: {
    name: 'secretmount_mounts_total',
    type: 'counter',
    labels: ['call', 'outcome', 'reason'],
    help: 'Mount calls answered, by call (first: a pod waits for it; poll: the pod runs), outcome (ok, stale, failed) and the reason of a failure.',
  },
  mountDuration: {
    name: 'secretmount_mount_duration_seconds',
    type: 'histogram',
    labels: ['call', 'outcome'],
    help: 'How long mount calls took, by call and outcome.',
  },
  splitPairs: {
    name: 'secretmount_split_pairs_total',
    type: 'counter',
    labels: [],
    help: 'Credentials mounted in halves that do not fit each other (a certificate and a key from different requests), counted when a volume is first mounted; each has a line of level warn in the log.',
  },
  namespaceIgnored: {
    name: 'secretmount_namespace_ignored_total',
    type: 'counter',
    labels: [],
    help: 'Mounts of classes whose vaultNamespace the store ignores (Vault Community); each class has a line of level warn in the log.',
  },
  requests: {
    name: 'secretmount_store_requests_total',
    type: 'counter',
    labels: ['operation', 'outcome'],
    help: 'Requests sent to stores, by operation (login, read, renew, lookup, revoke, health) and outcome: ok or a reason.',
  },
  requestDuration: {
    name: 'secretmount_store_request_duration_seconds',
    type: 'histogram',
    labels: ['operation'],
    help: 'How long requests to stores took, by operation.',
  },
  sessions: {
    name: 'secretmount_sessions',
    type: 'gauge',
    labels: [],
    help: 'Logins that are kept.',
  },
  slotsInUse: {
    name: 'secretmount_store_slots_in_use',
    type: 'gauge',
    labels: [],
    help: 'Requests to stores in flight.',
  },
  slotsWaiting: {
    name: 'secretmount_store_slots_waiting',
    type: 'gauge',
    labels: [],
    help: 'Requests to stores that wait for a slot.',
  },
  volumes: {
    name: 'secretmount_volumes',
    type: 'gauge',
    labels: [],
    help: 'Volumes known: mounted by this provider and not yet seen to be gone.',
  },
  volumesStale: {
    name: 'secretmount_volumes_stale',
    type: 'gauge',
    labels: [],
    help: 'Volumes with at least one object from an earlier answer, because its store does not answer.',
  },
  leases: {
    name: 'secretmount_leases',
    type: 'gauge',
    labels: ['state'],
    help: 'Leases and other responses that polls do not ask for again, by state: active, due (the next poll replaces it) or superseded (kept for the overlap).',
  },
  nearEnd: {
    name: 'secretmount_leases_near_end',
    type: 'gauge',
    labels: [],
    help: 'Leases that pods poll for and that are in the last tenth of their life. They should have been renewed or replaced by now.',
  },
  leaseEvents: {
    name: 'secretmount_lease_events_total',
    type: 'counter',
    labels: ['event'],
    help: 'Leases that were issued, renewed, replaced, revoked, or lost while a pod had them.',
  },
  kept: {
    name: 'secretmount_kept_bytes',
    type: 'gauge',
    labels: ['what'],
    help: 'Memory of what is kept over calls, as it weighs itself: last answers (of at most 12 MiB) and leases (of at most 16 MiB).',
  },
  mountMemory: {
    name: 'secretmount_mount_memory_bytes',
    type: 'gauge',
    labels: [],
    help: 'Memory of mounts under way, as they weigh themselves (of 48 MiB, and one mount beyond it).',
  },
  mountMemoryWaiting: {
    name: 'secretmount_mount_memory_waiting',
    type: 'gauge',
    labels: [],
    help: 'Mounts that wait for memory; they are refused with memory-budget if they wait for too long.',
  },
  mountTimeWaiting: {
    name: 'secretmount_mount_time_waiting',
    type: 'gauge',
    labels: [],
    help: 'Mounts of namespaces that keep the provider busy, which wait while the mounts of others are served; they are refused with time-share if they wait for too long.',
  },
  circuitOpen: {
    name: 'secretmount_circuit_open',
    type: 'gauge',
    labels: [],
    help: 'Store addresses whose circuit is open: each account tries only one request at a time.',
  },
  degraded: {
    name: 'secretmount_degraded',
    type: 'gauge',
    labels: ['part'],
    help: '1 while a part that was asked for is not available and the provider works without it: state-folder, version-key or pod-watch.',
  },
  faults: {
    name: 'secretmount_faults_total',
    type: 'counter',
    labels: [],
    help: "Faults of the provider's own that it lived through, each with a line of level error in its log. Always 0 in a good release.",
  },
  buildInfo: {
    name: 'secretmount_build_info',
    type: 'gauge',
    labels: ['version'],
    help: 'Always 1; the label tells the version.',
  },
  cpu: {
    name: 'process_cpu_seconds_total',
    type: 'counter',
    labels: [],
    help: 'CPU time used, user and system.',
  },
  memory: {
    name: 'process_resident_memory_bytes',
    type: 'gauge',
    labels: [],
    help: 'Resident memory.',
  },
  openFiles: {
    name: 'process_open_fds',
    type: 'gauge',
    labels: [],
    help: 'Open file descriptors.',
  },
  startTime: {
    name: 'process_start_time_seconds',
    type: 'gauge',
    labels: [],
    help: 'When the process started, in seconds since 1970.',
  },
} as const satisfies Record<string, MetricRow>;

/** For the documentation, in the order of the table. */
export function metricTable(): readonly MetricRow[] {
  return Object.values(METRICS);
}
