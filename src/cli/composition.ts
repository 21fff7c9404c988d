// The composition: wires options and services together. Nothing here decides anything.
import type { Clock } from '../clock.ts';
import type { Emit } from '../events.ts';
import { Fetcher } from '../fetch/fetch.ts';
import { RequestDispatcher } from '../fetch/request-dispatcher.ts';
import { RetryBudget } from '../fetch/retry.ts';
import { LeaseManager } from '../lease/lease-manager.ts';
import { RENEW_FROM } from '../lifetime.ts';
import { MemoryBudget } from '../memory/budget.ts';
import type { Services } from '../mount.ts';
import { ObjectCache } from '../plan/object-cache.ts';
import { type PodRef, Pods } from '../pods.ts';
import { namespaceOf } from '../pot.ts';
import type { SendRequest } from '../session/options.ts';
import type { TokenSource } from '../session/ports.ts';
import { Revocations } from '../session/revocations.ts';
import { Sessions } from '../session/sessions.ts';
import { TokenRecords } from '../session/token-record.ts';
import type { RecordStores } from '../state/record-stores.ts';
import { Namespaces } from '../vault/namespaces.ts';
import { VaultStores } from '../vault/stores.ts';
import { LastAnswers } from '../volume/last-answers.ts';
import { Volumes } from '../volume/volumes.ts';
import type { ServeOptions } from './options.ts';

export interface Outside {
  readonly clock: Clock;
  readonly emit: Emit;
  /** Used if a mount brings no service account token. */
  readonly tokenSource: TokenSource;
  readonly versionKey: () => Uint8Array;
  readonly records: RecordStores;
  /** Whether the pods of this node are followed. */
  readonly isWatching: () => boolean;
  /** Ports that this process listens on: a store that a class names must not be there. */
  readonly ownPorts: readonly number[];
  /** Called when something is first kept for a pod. */
  readonly onKept: (pod: PodRef) => void;
  /** Aborts when the process ends. */
  readonly stopping: AbortSignal;
}

/** Volumes are remembered for at least this long after their last poll: the driver's interval may be set to an hour. */
const KEEP_VOLUMES_MS = 3 * 3_600_000;
/** Time for work that several mounts share, as a multiple of one request's: its retries and its wait for a slot. */
const SHARED_REQUESTS = 4;

/** Memory for all mounts in flight, and the part of it for small ones only (docs/operations.md has the whole sum). */
const MEMORY = { totalBytes: 48 * 1024 * 1024, smallBytes: 24 * 1024 * 1024 };
/** A fraction of a mount's time, so that its error can still name what it waited for. */
export const MEMORY_WAIT = 2 / 3;

/** CPU time of a request, as measured; a new connection costs more, a kept one less. */
const REQUEST_MS = 0.4;

export interface DaemonServices extends Services {
  readonly sessions: Sessions;
  /** Sends all requests; the status reads the state of the stores from it. */
  readonly dispatcher: RequestDispatcher;
}

export function makeServices(options: ServeOptions, outside: Outside): DaemonServices {
  const { clock, emit } = outside;
  const memory = new MemoryBudget({ ...MEMORY, emit, waitMs: MEMORY_WAIT * options.mountTimeoutMs });
  const dispatcher = new RequestDispatcher({
    clock,
    emit,
    concurrency: options.storeConcurrency,
    requestTimeoutMs: options.requestTimeoutMs,
    random: Math.random,
    isHeldBack: (account) => memory.time.isHeldBack(namespaceOf(account)),
    onSend: (account) => memory.time.spend(namespaceOf(account), REQUEST_MS),
  });
  const send: SendRequest = (client, how, request, signal) => dispatcher.send(client, how, request, signal);
  const revocations = new Revocations({ clock, emit, random: Math.random });
  const sessions = makeSessions(options, outside, send, revocations);
  const leases = new LeaseManager({
    clock,
    emit,
    random: Math.random,
    send,
    revocations,
    stopping: outside.stopping,
    overlapMs: options.leaseOverlapMs,
    maxStaleMs: options.maxStaleMs,
    issueTimeoutMs: SHARED_REQUESTS * options.requestTimeoutMs,
    isWatching: outside.isWatching,
    records: outside.records.lease,
  });
  const volumes = new Volumes({
    clock,
    emit,
    records: outside.records.volume,
    keepMs: Math.max(KEEP_VOLUMES_MS, options.maxStaleMs),
  });
  const stores = new VaultStores({
    storeConcurrency: options.storeConcurrency,
    // A class may name the operator's own address too, and then shares its connections.
    policy: {
      addresses: options.addresses,
      allowed: options.allowedAddresses,
      own: options.defaults.store.address,
      ownPorts: outside.ownPorts,
    },
    proxy: options.proxy,
    shortestRenewedMs: options.minRenewalMs / RENEW_FROM,
    clock,
    emit,
  });
  const { maxStaleMs } = options;
  const lastAnswers = new LastAnswers({
    clock,
    emit,
    records: outside.records.answer,
    parseBody: (bytes) => stores.parseBody(bytes),
    maxStaleMs,
  });
  return {
    clock,
    emit,
    dispatcher,
    objectCache: new ObjectCache(),
    stores,
    namespaces: new Namespaces({
      dispatcher,
      clock,
      emit,
      isRequired: options.isNamespaceRequired,
      timeoutMs: SHARED_REQUESTS * options.requestTimeoutMs,
    }),
    sessions,
    fetcher: new Fetcher({
      clock,
      dispatcher,
      concurrency: options.storeConcurrency,
      coalesceWindowMs: options.coalesceWindowMs,
      pollWindowMs: options.pollWindowMs,
      maxRetries: options.maxRetries,
      readTimeoutMs: SHARED_REQUESTS * options.requestTimeoutMs,
    }),
    leases,
    volumes,
    lastAnswers,
    pods: new Pods([leases, volumes, lastAnswers, sessions], outside.onKept),
    versionKey: outside.versionKey,
    memory,
  };
}

function makeSessions(options: ServeOptions, outside: Outside, send: SendRequest, revocations: Revocations): Sessions {
  const { clock, emit, tokenSource, records, stopping } = outside;
  return new Sessions({
    clock,
    emit,
    send,
    newRetry: () => new RetryBudget(options.maxRetries),
    revocations,
    stopping,
    random: Math.random,
    records: new TokenRecords(records.session, clock, Math.random),
    idleMs: options.sessionIdleMs,
    capacity: options.sessionCapacity,
    isPodOnly: options.isPodOnly,
    loginTimeoutMs: SHARED_REQUESTS * options.requestTimeoutMs,
    tokenSource,
  });
}
