// THE STORY of a mount: a plan, what is known of its volume, one login and one round of reads, files. The server
// and `secretmount mount` both call it.
import type { Clock } from './clock.ts';
import { asMountError } from './errors.ts';
import type { Emit } from './events.ts';
import type { Fetcher } from './fetch/fetch.ts';
import { MountReads } from './fetch/mount-reads.ts';
import type { Stores } from './fetch/ports.ts';
import type { Answered, Holdings } from './hold/holdings.ts';
import type { LastAnswers } from './hold/last-answers.ts';
import { settleOutcomes } from './hold/outage.ts';
import type { Pods } from './hold/pods.ts';
import type { Settled } from './hold/settled.ts';
import type { Volume, Volumes } from './hold/volumes.ts';
import { type Caller, readCaller } from './plan/caller.ts';
import type { ObjectCache } from './plan/object-cache.ts';
import { parsePlan } from './plan/parse-plan.ts';
import type { Plan, PlanDefaults, PlanRequest } from './plan/plan.ts';
import { combineFailures } from './render/failures.ts';
import { type ObjectFailure, type Rendered, renderFiles } from './render/render.ts';
import type { AccessSource } from './session/access.ts';

/** What the rooms hold between mounts. Made once, by cli/. */
export interface Rooms {
  readonly clock: Clock;
  readonly emit: Emit;
  readonly objectCache: ObjectCache;
  readonly stores: Stores;
  readonly sessions: AccessSource;
  readonly fetcher: Fetcher;
  readonly holdings: Holdings;
  readonly volumes: Volumes;
  readonly lastAnswers: LastAnswers;
  readonly pods: Pods;
  readonly versionKey: () => Uint8Array;
}

/** What a mount tells of itself while it goes on; complete also where it fails. Owned by the caller. */
export interface MountReport {
  plan: Plan | undefined;
  isFirst: boolean;
  isStale: boolean;
  logins: number;
  reads: number;
}

export function newReport(): MountReport {
  return { plan: undefined, isFirst: true, isStale: false, logins: 0, reads: 0 };
}

/** Who called, also where the request became no plan. */
export function callerOf(request: PlanRequest, { plan }: MountReport): Caller {
  if (plan === undefined) return readCaller(request);
  const { identity, className } = plan;
  return { namespace: identity.namespace, pod: identity.podName, account: identity.account, class: className };
}

/** @throws MountError naming every object that failed; then there are no files. */
export async function mount(
  request: PlanRequest,
  defaults: PlanDefaults,
  rooms: Rooms,
  report: MountReport,
  signal: AbortSignal,
): Promise<Rendered> {
  const plan = parsePlan(request, defaults, rooms.objectCache);
  report.plan = plan;
  if (plan.store.tls.skipVerify && !defaults.store.tls.skipVerify) warnOfSkipVerify(plan, rooms.emit);
  const volume = rooms.volumes.open(plan);
  report.isFirst = volume.isFirst;
  try {
    return await mountVolume(plan, volume, rooms, report, signal);
  } finally {
    rooms.pods.called(volume);
  }
}

async function mountVolume(
  plan: Plan,
  volume: Volume,
  rooms: Rooms,
  report: MountReport,
  signal: AbortSignal,
): Promise<Rendered> {
  const { settled, answered } = await readAll(plan, volume, rooms, report, signal);
  const rendered = renderFiles(plan.objects, settled.answers, rooms.versionKey(), settled.absent);
  const failures = allFailures(plan, settled, rendered);
  if (failures.length > 0) throw combineFailures(plan.objects, failures);

  report.isStale = settled.standIns.size > 0;
  if (volume.isFirst) warn(plan, rendered, rooms.emit);
  // May still refuse the mount: before anything says that it was delivered.
  if (!plan.identity.isPodless) rooms.holdings.delivered(plan, volume, answered.held);
  rooms.volumes.delivered(plan, volume, settled);
  return rendered;
}

async function readAll(
  plan: Plan,
  volume: Volume,
  rooms: Rooms,
  report: MountReport,
  signal: AbortSignal,
): Promise<{ settled: Settled; answered: Answered }> {
  const { clock, sessions, fetcher, holdings, lastAnswers } = rooms;
  const calledAt = clock.now();
  const door = await orFailAll(plan, rooms.stores.open(plan.store));
  const identified = await orFailAll(plan, sessions.identify(plan, signal));
  const rank = volume.isFirst ? 'first' : 'poll';
  const { account, newestAt: newerThan } = volume;
  const caller = { door, account, rank, calledAt, newerThan, cost: report, signal } as const;
  const reads = new MountReads({ ...caller, plan: identified, sessions, fetcher });
  try {
    const answered = await orFailAll(plan, holdings.answerAll({ plan, reads, signal }));
    return { settled: settleOutcomes(plan, volume, reads.sessionKey, answered, lastAnswers, clock), answered };
  } finally {
    reads.leave();
  }
}

/** What keeps us out of the store fails every object, and reads the same whether it is met here or at the first read. */
async function orFailAll<T>(plan: Plan, way: Promise<T>): Promise<T> {
  try {
    return await way;
  } catch (thrown) {
    const error = asMountError(thrown);
    const failures = plan.objects.map((object) => ({ object, error }));
    throw combineFailures(plan.objects, failures);
  }
}

function allFailures(plan: Plan, settled: Settled, rendered: Rendered): ObjectFailure[] {
  const unread = plan.objects.flatMap((object) => {
    const error = settled.errors.get(object.read.key);
    const isTolerated = object.isOptional && settled.absent.has(object.read.key);
    return error === undefined || isTolerated ? [] : [{ object, error }];
  });
  const inOrder = new Map(plan.objects.map((object, index) => [object, index]));
  const position = (failure: ObjectFailure) => inOrder.get(failure.object) ?? 0;
  return [...unread, ...rendered.failures].sort((a, b) => position(a) - position(b));
}

/** Before anything is sent. Whoever says it for all classes has been told by the flag's own help. */
function warnOfSkipVerify({ identity: { namespace }, className, store }: Plan, emit: Emit): void {
  emit({
    type: 'notice',
    level: 'warn',
    once: `skip-verify ${namespace}/${className}`,
    message:
      "the class does not check its store's certificate (vaultSkipTLSVerify): whoever stands between can read its tokens and secrets; name the store's CA in vaultCACertPath",
    fields: { namespace, class: className, address: store.address },
  });
}

/** Said once per volume: what works and should be put right. */
function warn(plan: Plan, rendered: Rendered, emit: Emit): void {
  const { identity, className } = plan;
  const fields = { namespace: identity.namespace, pod: identity.podName, class: className };
  for (const message of [...plan.warnings, ...rendered.warnings])
    emit({ type: 'notice', level: 'warn', message, fields });
}
