// THE STORY of a mount: a plan, what is known of its volume, one login and one round of reads, files. The server
// and `secretmount mount` both call it.
import type { Clock } from './clock.ts';
import { asMountError, type MountError } from './errors.ts';
import type { Emit } from './events.ts';
import type { Fetcher } from './fetch/fetch.ts';
import type { StoreCheck, Stores } from './fetch/ports.ts';
import { whenLoaded } from './lazy.ts';
import type { LeaseManager } from './lease/lease-manager.ts';
import type { MemoryBudget } from './memory/budget.ts';
import type { MountMemory } from './memory/mount-memory.ts';
import { holdPlanBytes, MOUNT_BYTES, renderWithin, takeForFiles, takeForMount } from './mount-bytes.ts';
import { MountRound, takeTurn } from './mount-round.ts';
import { type Caller, readCaller } from './plan/caller.ts';
import type { ObjectCache } from './plan/object-cache.ts';
import { parsePlan } from './plan/parse-plan.ts';
import type { Plan, PlanDefaults, PlanRequest, Read } from './plan/plan.ts';
import { warnOfSkipVerify } from './plan/skip-verify.ts';
import type { Pods } from './pods.ts';
import { accountName } from './pot.ts';
import { combineFailures } from './render/failures.ts';
import { loadMakers, workOf } from './render/makers.ts';
import { renderFiles } from './render/render.ts';
import type { ObjectFailure, Rendered } from './render/rendered.ts';
import type { SessionSource } from './session/session-source.ts';
import { type Found, findSecrets } from './tree/find-secrets.ts';
import type { LastAnswers } from './volume/last-answers.ts';
import type { ReadResults } from './volume/read-results.ts';
import type { Volume, Volumes } from './volume/volumes.ts';
import { waitFor } from './waiting.ts';

/** What lives between mounts. Made once, by cli/. */
export interface Services {
  readonly clock: Clock;
  readonly emit: Emit;
  readonly objectCache: ObjectCache;
  readonly stores: Stores;
  readonly namespaces: StoreCheck;
  readonly sessions: SessionSource;
  readonly fetcher: Fetcher;
  readonly leases: LeaseManager;
  readonly volumes: Volumes;
  readonly lastAnswers: LastAnswers;
  readonly pods: Pods;
  readonly versionKey: () => Uint8Array;
  readonly memory: MemoryBudget;
}

/** What a mount tells of itself while it goes on; complete also if it fails. Owned by the caller. */
export interface MountReport {
  plan: Plan | undefined;
  /** Who called, also if the request became no plan. */
  caller: Caller;
  /** Its share of the node's memory; its owner closes it once the answer is with the driver. */
  memory: MountMemory | undefined;
  isFirst: boolean;
  isStale: boolean;
  logins: number;
  reads: number;
}

export function newReport(): MountReport {
  const caller = { namespace: '', pod: '', account: '', class: '' };
  return { plan: undefined, caller, memory: undefined, isFirst: true, isStale: false, logins: 0, reads: 0 };
}

/** The request itself may be large and holds tokens: nothing of it is left behind but the plan. */
export interface RequestSource {
  take(): PlanRequest;
}

/** @throws MountError naming every object that failed; then there are no files. */
export async function mount(
  source: RequestSource,
  defaults: PlanDefaults,
  services: Services,
  report: MountReport,
  signal: AbortSignal,
): Promise<Rendered> {
  const { plan, memory } = await planInTime(source, defaults, services, report, signal);
  if (plan.store.tls.skipVerify && !defaults.store.tls.skipVerify) warnOfSkipVerify(plan, services.emit);
  await orFailAll(plan, takeForMount(plan, memory));
  await orFailAll(plan, enterInTime(services, plan.identity.namespace, signal));
  const volume = services.volumes.open(plan);
  report.isFirst = volume.isFirst;
  try {
    return await mountVolume(plan, volume, services, report, memory, signal);
  } finally {
    services.pods.called(volume);
  }
}

async function mountVolume(
  plan: Plan,
  volume: Volume,
  services: Services,
  report: MountReport,
  memory: MountMemory,
  signal: AbortSignal,
): Promise<Rendered> {
  using round = await orFailAll(plan, openRound(plan, volume, services, report, memory, signal));
  const planned = await orFailAll(plan, round.answer(plan.reads));
  const found = await orFailAll(plan, find(plan, planned, round, memory, services, signal));
  const { results, objects } = found;
  const takenBytes = await orFailAll(plan, takeForFiles(results, memory));
  await orFailAll(plan, takeTurn(results.answers.values(), memory, signal, workOf(objects)));
  await loadMakers(objects);
  const failed = new Set(found.failures.map(({ object }) => object));
  const rest = failed.size === 0 ? objects : objects.filter((object) => !failed.has(object));
  const render = () => renderFiles(rest, results.answers, services.versionKey(), results.absent);
  const rendered = await orFailAll(plan, renderWithin(render, takenBytes, memory));
  const failures = allFailures(found, rendered);
  if (failures.length > 0) throw combineFailures(plan.objects, failures);

  report.isStale = results.staleFallbacks.size > 0;
  if (volume.isFirst) warn(plan, rendered, services.emit);
  round.deliver(results, objects);
  return rendered;
}

/** Finds the reads of trees and templates, and renders the templates. */
async function find(
  plan: Plan,
  planned: ReadResults,
  round: MountRound,
  memory: MountMemory,
  services: Services,
  signal: AbortSignal,
): Promise<Found> {
  const finder = {
    folders: round.folders,
    answer: (reads: readonly Read[]) => round.answer(reads),
    take: (bytes: number, what: string) => memory.take(bytes, what),
  };
  const found = await findSecrets(plan.objects, planned, finder);
  if (!found.objects.some(({ source }) => source.kind === 'template')) return found;
  // Loaded with the first of them.
  const { renderTemplates } = await import('./template-files/template-files.ts');
  return renderTemplates(found, {
    ...finder,
    enter: () => enterInTime(services, plan.identity.namespace, signal),
    turn: (bytes) => takeTurn([], memory, signal, bytes),
    spend: (ms) => memory.spend(ms),
  });
}

/** As measured, without its requests; what parsing and large answers take is measured each time. */
const MOUNT_MS = 1;

/** Counts the time for parsing a class, even if the class is refused. The refusal then waits as a mount does. */
async function planInTime(
  source: RequestSource,
  defaults: PlanDefaults,
  services: Services,
  report: MountReport,
  signal: AbortSignal,
): Promise<Planned> {
  try {
    return await planRequest(source.take(), defaults, services, report);
  } catch (thrown) {
    await holdUp(services, report, signal);
    throw thrown;
  }
}

/** Inside whenLoaded, because the class may be the first that needs some library. */
function planRequest(
  request: PlanRequest,
  defaults: PlanDefaults,
  services: Services,
  report: MountReport,
): Promise<Planned> {
  return whenLoaded(() => planMeasured(request, defaults, services, report));
}

interface Planned {
  readonly plan: Plan;
  readonly memory: MountMemory;
}

function planMeasured(request: PlanRequest, defaults: PlanDefaults, services: Services, report: MountReport): Planned {
  const { time } = services.memory;
  const busy = time.start();
  try {
    const plan = makePlan(request, defaults, services.objectCache, report);
    return { plan, memory: holdPlan(plan, services, report) };
  } finally {
    const { namespace } = report.caller;
    time.spendAtOnce(namespace, busy.ms);
    time.spend(namespace, MOUNT_MS);
  }
}

/** If the plan does not fit, drops it before the mount waits for its refusal. @throws MountError memory-budget */
function holdPlan(plan: Plan, services: Services, report: MountReport): MountMemory {
  const memory = services.memory.open(accountName(plan.identity));
  report.memory = memory;
  try {
    holdPlanBytes(plan, memory);
    return memory;
  } catch (thrown) {
    report.plan = undefined;
    throw failAll(plan, thrown);
  }
}

/** Delays the refusal of a mount, but only if there is memory for the wait, and not past the mount's own time. */
async function holdUp(services: Services, report: MountReport, signal: AbortSignal): Promise<void> {
  const memory = report.memory ?? services.memory.open(accountName(report.caller));
  report.memory = memory;
  if (!memory.tryTake(MOUNT_BYTES)) return;
  await enterInTime(services, report.caller.namespace, signal).catch(() => {});
}

async function enterInTime({ memory }: Services, namespace: string, signal: AbortSignal): Promise<void> {
  const wait = memory.time.enter(namespace, signal);
  if (wait !== undefined) await waitFor(wait, 'its turn, as its namespace keeps the provider busy', signal);
}

function makePlan(request: PlanRequest, defaults: PlanDefaults, objectCache: ObjectCache, report: MountReport): Plan {
  try {
    const plan = parsePlan(request, defaults, objectCache);
    const { identity, className } = plan;
    report.plan = plan;
    report.caller = {
      namespace: identity.namespace,
      pod: identity.podName,
      account: identity.account,
      class: className,
    };
    return plan;
  } catch (thrown) {
    report.caller = readCaller(request);
    throw thrown;
  }
}

async function openRound(
  plan: Plan,
  volume: Volume,
  services: Services,
  report: MountReport,
  memory: MountMemory,
  signal: AbortSignal,
): Promise<MountRound> {
  const calledAt = services.clock.now();
  const client = await services.stores.open(plan.store);
  if (plan.store.namespace !== '') await services.namespaces.check(plan, client, signal);
  const identified = await services.sessions.identify(plan, signal);
  return new MountRound({ plan: identified, client, volume, calledAt, cost: report, memory, signal }, services);
}

/** If the store cannot be entered, every object fails, with the same error as at a first read. */
async function orFailAll<T>(plan: Plan, way: Promise<T>): Promise<T> {
  try {
    return await way;
  } catch (thrown) {
    throw failAll(plan, thrown);
  }
}

function failAll(plan: Plan, thrown: unknown): MountError {
  const error = asMountError(thrown);
  const failures = plan.objects.map((object) => ({ object, error }));
  return combineFailures(plan.objects, failures);
}

function allFailures({ objects, results, failures }: Found, rendered: Rendered): ObjectFailure[] {
  const unread = objects.flatMap((object) => {
    const failed = object.reads.find(
      ({ key }) => results.errors.has(key) && !(object.isOptional && results.absent.has(key)),
    );
    const error = failed && results.errors.get(failed.key);
    return error === undefined ? [] : [{ object, error }];
  });
  const inOrder = new Map(objects.map((object, index) => [object, index]));
  const position = (failure: ObjectFailure) => inOrder.get(failure.object) ?? 0;
  return [...unread, ...failures, ...rendered.failures].sort((a, b) => position(a) - position(b));
}

/** Said once per volume: what works and should be put right. */
function warn(plan: Plan, rendered: Rendered, emit: Emit): void {
  const { identity, className } = plan;
  const fields = { namespace: identity.namespace, pod: identity.podName, class: className };
  for (const message of [...plan.warnings, ...rendered.warnings])
    emit({ type: 'notice', level: 'warn', message, fields });
  if (plan.splitPairs > 0) emit({ type: 'split pairs', count: plan.splitPairs });
}
