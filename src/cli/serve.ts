// The daemon's life: its log, what it reaches, its sockets, and its end. After a first SIGTERM or SIGINT every call in
// flight still gets its answer; a second one ends the process at once.
import { systemClock } from '../clock.ts';
import type { Emit, Fields } from '../events.ts';
import { KubeClient } from '../kube/client.ts';
import { findApiServer } from '../kube/config.ts';
import { KeptKey } from '../kube/kept-key.ts';
import { PodWatch } from '../kube/pod-watch.ts';
import { TokenRequests } from '../kube/token-request.ts';
import { VersionKey } from '../kube/version-key.ts';
import { HealthServer } from '../observe/http.ts';
import { createLog } from '../observe/log.ts';
import { createMetrics } from '../observe/metrics.ts';
import { createObserver } from '../observe/observer.ts';
import { emitOnce } from '../observe/once.ts';
import { Readiness } from '../observe/readiness.ts';
import type { PodRef } from '../pods.ts';
import { Calls } from '../server/calls.ts';
import { closeForbiddenCodes } from '../server/closed-codes.ts';
import { MessageGate } from '../server/message-gate.ts';
import { ProviderServer } from '../server/provider-server.ts';
import { StatusSocket } from '../server/status-socket.ts';
import { StartupError } from '../startup-error.ts';
import { openRecordStores, type RecordStores } from '../state/record-stores.ts';
import type { Status } from '../status.ts';
import { VERSION } from '../version.ts';
import { MEMORY_WAIT, makeServices } from './composition.ts';
import { warnOfCoreDumps } from './core-dumps.ts';
import { catchTheRest } from './last-net.ts';
import type { Environment, ServeOptions } from './options.ts';
import { isRehearsing, rehearse } from './rehearsal/rehearsal.ts';
import { findCollector, releaseMemory } from './release-memory.ts';
import { gatherStatus } from './status/gather-status.ts';
import { warnOfTlsFiles } from './tls-files-at-start.ts';
import { warnOfUnreadVariables } from './unread-environment.ts';

/** Time to revoke logins after the calls in flight have ended: a node's shutdown must not wait for a store. */
const REVOKE_MS = 5_000;

/** Resolves with the exit code when the daemon has stopped. */
export async function serve(options: ServeOptions, env: Environment): Promise<0 | 1 | 2> {
  const calls = new Calls();
  const { emit, health } = observe(options, calls.begun);
  let isStarted = false;
  catchTheRest({
    emit,
    failCurrentCall: (cause) => isRehearsing() || calls.failCurrent(cause),
    isStarted: () => isStarted,
  });
  warnOfCoreDumps(emit);
  warnOfUnreadVariables(env, emit);
  void warnOfTlsFiles(options.defaults.store.tls, emit);
  closeForbiddenCodes((cause) => emit({ type: 'fault', message: 'the headers of an answer could not be sent', cause }));
  new MessageGate(MEMORY_WAIT * options.mountTimeoutMs).start();
  const stopping = new AbortController();
  // Handled from the start: a node may shut down during startup, and no socket may be left behind.
  const stopAsked = stopSignal();
  let records: RecordStores | undefined;
  // Startup may wait long for the previous process, which has the state folder.
  void stopAsked.then(() => isStarted || stopping.abort());
  try {
    await health.start();
    const kube = await reachKubernetes(options, env, emit);
    const kept = await openRecordStores({
      folder: options.stateDir,
      maxBytes: options.stateMaxBytes,
      isRequired: options.isStateRequired,
      emit,
      signal: stopping.signal,
    });
    records = kept;
    const versionKey = await loadVersionKey(kube, options, kept, emit, stopping.signal);
    const tokenSource = new TokenRequests({ client: kube, mode: options.tokenRequest, clock: systemClock });
    const watch = makePodWatch(kube, options, emit);
    const isWatching = () => watch?.isWatching ?? false;
    const outside = {
      clock: systemClock,
      emit,
      tokenSource,
      versionKey,
      isWatching,
      onKept: (pod: PodRef) => watch?.nowHolds(pod),
      ownPorts: health.port === undefined ? [] : [health.port],
      records: kept,
      stopping: stopping.signal,
    };
    const services = makeServices(options, outside);
    await services.leases.restore({
      open: (store) => services.stores.open(store),
      parseBody: (bytes) => services.stores.parseBody(bytes),
      resumeLeaseLogin: (record, client, whose) => services.sessions.resumeLeaseLogin(record, client, whose),
      markLeases: (client, read) => services.fetcher.markLeases(client, read),
    });
    watch?.start(
      () => services.pods.all(),
      ({ uid }) => {
        services.pods.gone(uid);
        tokenSource.podGone(uid);
      },
      stopping.signal,
    );
    const { endpoints, defaults, mountTimeoutMs } = options;
    const server = new ProviderServer({ services, endpoints, defaults, mountTimeoutMs, calls, version: VERSION });
    await server.start();
    const status = await serveStatus(options.statusSocket, () => gatherStatus(services, kept, watch), emit);
    emit({ type: 'notice', level: 'info', message: 'started', fields: describeStart(options, health) });
    isStarted = true;
    void rehearse(options, AbortSignal.any([calls.begun, stopping.signal])).then((mounts) => {
      if (mounts > 0) emit({ type: 'rehearsed' });
    });

    const signal = await stopAsked;
    emit({ type: 'notice', level: 'info', message: 'stopping', fields: { signal } });
    status?.stop();
    await server.stop();
    // The next process resumes what is kept.
    if (!kept.isKept) await services.sessions.close(AbortSignal.timeout(REVOKE_MS));
    kept.close();
    return 0;
  } catch (thrown) {
    if (stopping.signal.aborted) {
      records?.close();
      return 0;
    }
    if (!(thrown instanceof StartupError)) {
      emit({ type: 'fault', message: 'the daemon could not start', cause: thrown });
      return 1;
    }
    emit({ type: 'notice', level: 'error', message: thrown.message });
    return thrown.exitCode;
  } finally {
    stopping.abort();
    await health.stop();
  }
}

/** The fields of the line `started`: what a reader of the log looks for first. */
function describeStart({ defaults, endpoints, statusSocket }: ServeOptions, { port }: HealthServer): Fields {
  const { address, namespace } = defaults.store;
  return {
    version: VERSION,
    node: process.version,
    httpPort: port ?? 0,
    store: address,
    ...(namespace === '' ? {} : { namespace }),
    mount: defaults.mount,
    sockets: endpoints.join(' '),
    ...(statusSocket === undefined ? {} : { statusSocket }),
  };
}

function observe(options: ServeOptions, begun: AbortSignal): { emit: Emit; health: HealthServer } {
  const log = createLog({ format: options.logFormat, level: options.logLevel });
  const metrics = createMetrics({ version: VERSION });
  const readiness = new Readiness();
  const health = new HealthServer({ address: options.httpAddress, readiness, metrics });
  return {
    emit: createObserver(emitOnce(log), metrics.emit, readiness.emit, releaseMemory(findCollector(), begun)),
    health,
  };
}

async function serveStatus(
  path: string | undefined,
  status: () => Status,
  emit: Emit,
): Promise<StatusSocket | undefined> {
  if (path === undefined) return undefined;
  const socket = new StatusSocket({ path, status, clock: systemClock, emit });
  await socket.start();
  return socket;
}

/** Without an API server mounts still work if the driver passes tokens; the log says what does not. */
async function reachKubernetes(options: ServeOptions, env: Environment, emit: Emit): Promise<KubeClient | undefined> {
  const server = await findApiServer({ kubeconfig: options.kubeconfig, env });
  if (server !== undefined) return new KubeClient({ server, clock: systemClock });
  const versions = options.stateDir === undefined ? 'change at each restart' : 'are of a key of this node alone';
  emit({
    type: 'notice',
    level: 'warn',
    message: `no API server: there is no service account token here and no kubeconfig. Mounts need tokens from the driver, and object versions ${versions}`,
  });
  return undefined;
}

/** Without it, leases of deleted pods are not revoked; they stop being renewed and expire. */
function makePodWatch(kube: KubeClient | undefined, options: ServeOptions, emit: Emit): PodWatch | undefined {
  const { nodeName } = options;
  if (kube === undefined || nodeName === undefined) return undefined;
  return new PodWatch({ client: kube, nodeName, clock: systemClock, emit, random: Math.random });
}

async function loadVersionKey(
  kube: KubeClient | undefined,
  { hmacSecretName: secretName }: ServeOptions,
  records: RecordStores,
  emit: Emit,
  signal: AbortSignal,
): Promise<() => Uint8Array> {
  const namespace = kube?.namespace ?? '';
  const kept = new KeptKey(records.key, `${namespace}/${secretName}`);
  if (kube !== undefined) {
    const options = { client: kube, namespace, secretName, kept, isKept: records.isKept, clock: systemClock, emit };
    await new VersionKey(options).load(signal);
  }
  return () => kept.current();
}

function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT'] as const) {
      process.once(name, () => {
        resolve(name);
        process.once(name, () => process.exit(1));
      });
    }
  });
}
