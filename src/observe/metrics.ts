// Facts become numbers that Prometheus reads. The table of metrics is metric-table.ts; here is how each is
// counted. The process's own numbers are read when somebody asks, and cost nothing in between.
import { readdirSync } from 'node:fs';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Emit, Fact, MountFact, RequestFact } from '../events.ts';
import { METRICS, type MetricRow } from './metric-table.ts';
import { startAtZero } from './zeros.ts';

/** From a poll answered out of memory to the 30 s a mount has. */
const MOUNT_BUCKETS_SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** From a store on the same node to the 10 s a request has. */
const REQUEST_BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Addresses come from classes: a bound on what a gauge may cost, far above the stores of one cluster. */
const MOST_ADDRESSES = 1000;

export interface Metrics {
  readonly emit: Emit;
  readonly contentType: string;
  /** Everything, in Prometheus' text format. */
  text(): Promise<string>;
}

export function createMetrics({ version }: { readonly version: string }): Metrics {
  const registry = new Registry();
  const count = createCounters(registry);
  startAtZero(count);
  observeProcess(registry);
  new Gauge(settings(METRICS.buildInfo, registry)).set({ version }, 1);
  const openAddresses = new Set<string>();
  const standing: Standing = new Map();
  return {
    emit: (fact) => record(count, openAddresses, standing, fact),
    contentType: registry.contentType,
    text: () => {
      for (const fact of standing.values()) show(count, fact);
      return registry.metrics();
    },
  };
}

/** Tell how things stand, at each change: many times in each mount, where a gauge is set when somebody asks. */
type StandingFact = Extract<Fact, { type: 'sessions' | 'slots' | 'volumes' | 'leases' | 'kept' | 'mount-memory' }>;

/** The last one of each; of what is kept, by what it is. */
type Standing = Map<string, StandingFact>;

function record(count: Counters, openAddresses: Set<string>, standing: Standing, fact: Fact): void {
  switch (fact.type) {
    case 'mount':
      countMount(count, fact);
      break;
    case 'request':
      countRequest(count, fact);
      break;
    case 'split pairs':
      count.splitPairs.inc(fact.count);
      break;
    case 'namespace ignored':
      count.namespaceIgnored.inc();
      break;
    case 'sessions':
    case 'slots':
    case 'volumes':
    case 'leases':
    case 'mount-memory':
      standing.set(fact.type, fact);
      break;
    case 'kept':
      standing.set(`kept ${fact.what}`, fact);
      break;
    case 'lease':
      count.leaseEvents.inc({ event: fact.event });
      break;
    case 'circuit':
      if (!fact.isOpen) openAddresses.delete(fact.address);
      else if (openAddresses.size < MOST_ADDRESSES) openAddresses.add(fact.address);
      count.circuitOpen.set(openAddresses.size);
      break;
    case 'degraded':
      count.degraded.set({ part: fact.part }, fact.isDegraded ? 1 : 0);
      break;
    case 'fault':
      count.faults.inc();
      break;
  }
}

function show(count: Counters, fact: StandingFact): void {
  switch (fact.type) {
    case 'sessions':
      count.sessions.set(fact.count);
      break;
    case 'slots':
      count.slotsInUse.set(fact.inUse);
      count.slotsWaiting.set(fact.waiting);
      break;
    case 'volumes':
      count.volumes.set(fact.count);
      count.volumesStale.set(fact.stale);
      break;
    case 'leases':
      for (const state of ['active', 'due', 'superseded'] as const) count.leases.set({ state }, fact[state]);
      count.nearEnd.set(fact.nearEnd);
      break;
    case 'kept':
      count.kept.set({ what: fact.what }, fact.sizeBytes);
      break;
    case 'mount-memory':
      count.mountMemory.set(fact.usedBytes);
      count.mountMemoryWaiting.set(fact.waiting);
      break;
  }
}

export type Counters = ReturnType<typeof createCounters>;

function createCounters(registry: Registry) {
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
    circuitOpen: new Gauge(settings(METRICS.circuitOpen, registry)),
    degraded: new Gauge(settings(METRICS.degraded, registry)),
    faults: new Counter(settings(METRICS.faults, registry)),
  };
}

function settings<L extends string>(row: MetricRow & { readonly labels: readonly L[] }, registry: Registry) {
  return { name: row.name, help: row.help, labelNames: row.labels, registers: [registry] };
}

function countMount(count: Counters, { isFirst, outcome, reason, ms }: MountFact): void {
  const call = isFirst ? 'first' : 'poll';
  count.mounts.inc({ call, outcome, reason: reason ?? '' });
  count.mountDuration.observe({ call, outcome }, ms / 1000);
}

function countRequest(count: Counters, { operation, reason, ms }: RequestFact): void {
  count.requests.inc({ operation, outcome: reason ?? 'ok' });
  count.requestDuration.observe({ operation }, ms / 1000);
}

/** prom-client's own defaults would add a timer for the event loop and an observer of garbage collection. */
function observeProcess(registry: Registry): void {
  new Counter({
    ...settings(METRICS.cpu, registry),
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1e6);
    },
  });
  new Gauge({
    ...settings(METRICS.memory, registry),
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  new Gauge({
    ...settings(METRICS.openFiles, registry),
    collect() {
      this.set(countOpenFiles());
    },
  });
  new Gauge(settings(METRICS.startTime, registry)).set(Date.now() / 1000 - process.uptime());
}

/** Less the one that reads the folder; NaN where there is no /proc. */
function countOpenFiles(): number {
  try {
    return readdirSync('/proc/self/fd').length - 1;
  } catch {
    return Number.NaN;
  }
}
