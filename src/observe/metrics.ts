// Facts become numbers that Prometheus reads. The table of metrics is metric-table.ts; here is how each is
// counted. The process's own numbers are read when somebody asks, and cost nothing in between.
import { readdirSync } from 'node:fs';
import { Counter, Gauge, Registry } from 'prom-client';
import type { Emit, Fact, MountFact, RequestFact } from '../events.ts';
import { type Counters, createCounters, settings } from './counters.ts';
import { METRICS } from './metric-table.ts';
import { startAtZero } from './zeros.ts';

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

/** Gauges for the current state. They change many times in each mount, so they are set on scrape. */
type StandingFact = Extract<
  Fact,
  { type: 'sessions' | 'slots' | 'volumes' | 'leases' | 'kept' | 'mount-memory' | 'mount-time' }
>;

/** The last fact of each kind; for kept data, one per kind of data. */
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
    case 'mount-time':
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
    case 'mount-time':
      count.mountTimeWaiting.set(fact.waiting);
      break;
  }
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

/** Without the descriptor that reads the folder; NaN if there is no /proc. */
function countOpenFiles(): number {
  try {
    return readdirSync('/proc/self/fd').length - 1;
  } catch {
    return Number.NaN;
  }
}
