// The table of metrics as prom-client's counters, gauges and histograms.
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { METRICS, type MetricRow } from './metric-table.ts';

/** From a poll answered out of memory to the 30 s a mount has. */
const MOUNT_BUCKETS_SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** From a store on the same node to the 10 s a request has. */
const REQUEST_BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
export type Counters = ReturnType<typeof createCounters>;

export function createCounters(registry: Registry) {
  return {
    mounts: new Counter(settings(METRICS.mounts, registry)),
    mountDuration: new Histogram({ ...settings(METRICS.mountDuration, registry), buckets: MOUNT_BUCKETS_SECONDS }),
    splitPairs: new Counter(settings(METRICS.splitPairs, registry)),
    namespaceIgnored: new Counter(settings(METRICS.namespaceIgnored, registry)),
    requests: new Counter(settings(METRICS.requests, registry)),
    requestDuration: new Histogram({
      ...settings(METRICS.requestDuration, registry),
      buckets: REQUEST_BUCKETS_SECONDS,
    }),
    sessions: new Gauge(settings(METRICS.sessions, registry)),
    slotsInUse: new Gauge(settings(METRICS.slotsInUse, registry)),
    slotsWaiting: new Gauge(settings(METRICS.slotsWaiting, registry)),
    volumes: new Gauge(settings(METRICS.volumes, registry)),
    volumesStale: new Gauge(settings(METRICS.volumesStale, registry)),
    leases: new Gauge(settings(METRICS.leases, registry)),
    nearEnd: new Gauge(settings(METRICS.nearEnd, registry)),
    leaseEvents: new Counter(settings(METRICS.leaseEvents, registry)),
    kept: new Gauge(settings(METRICS.kept, registry)),
    mountMemory: new Gauge(settings(METRICS.mountMemory, registry)),
    mountMemoryWaiting: new Gauge(settings(METRICS.mountMemoryWaiting, registry)),
    mountTimeWaiting: new Gauge(settings(METRICS.mountTimeWaiting, registry)),
    circuitOpen: new Gauge(settings(METRICS.circuitOpen, registry)),
    degraded: new Gauge(settings(METRICS.degraded, registry)),
    faults: new Counter(settings(METRICS.faults, registry)),
  };
}

export function settings<L extends string>(row: MetricRow & { readonly labels: readonly L[] }, registry: Registry) {
  return { name: row.name, help: row.help, labelNames: row.labels, registers: [registry] };
}
