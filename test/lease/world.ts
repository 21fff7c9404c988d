// Mounts as src/mount.ts makes them, without files: real sessions, reads and leases over a store that does as a test
// says and a clock that stands still.
import assert from 'node:assert/strict';
import { MountError, type Reason } from '../../src/errors.ts';
import type { Fact } from '../../src/events.ts';
import { Fetcher } from '../../src/fetch/fetch.ts';
import type { Answer } from '../../src/fetch/ports.ts';
import { RequestDispatcher } from '../../src/fetch/request-dispatcher.ts';
import type { JsonObject } from '../../src/json.ts';
import { LeaseManager, type LeaseManagerOptions } from '../../src/lease/lease-manager.ts';
import type { MountMemory } from '../../src/memory/mount-memory.ts';
import { MountRound } from '../../src/mount-round.ts';
import type { LeaseSettings, Plan, PlanObject, Read } from '../../src/plan/plan.ts';
import { OWN_LEASE } from '../../src/plan/read.ts';
import { type PodRef, Pods } from '../../src/pods.ts';
import { NO_RECORDS, type RecordStore } from '../../src/record-store.ts';
import { Secret } from '../../src/secret.ts';
import { Revocations } from '../../src/session/revocations.ts';
import { Sessions } from '../../src/session/sessions.ts';
import { TokenRecords } from '../../src/session/token-record.ts';
import { VaultAnswer } from '../../src/vault/answer.ts';
import { LastAnswers } from '../../src/volume/last-answers.ts';
import { Volumes } from '../../src/volume/volumes.ts';
import { FakeClock } from '../harness/fake-clock.ts';
import { FakeStoreClient } from '../harness/fake-store-client.ts';
import { parsed } from '../harness/json.ts';
import { ampleMemory } from '../harness/memory.ts';
import { makeObject, makePlan, makeRead, type PlanWish, readOf } from '../harness/plans.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
/** As `--lease-overlap` and `--max-stale` by default. */
export const OVERLAP_MS = 5 * MINUTE_MS;
export const MAX_STALE_MS = HOUR_MS;

/** Timers do not run while a machine sleeps, but its clock has moved on when it wakes. */
export class SuspendableClock extends FakeClock {
  #sleptMs = 0;

  override now(): number {
    return super.now() + this.#sleptMs;
  }

  override wall(): number {
    return super.wall() + this.#sleptMs;
  }

  suspend(ms: number): void {
    this.#sleptMs += ms;
  }
}

export interface WorldWish extends Partial<LeaseManagerOptions> {
  readonly concurrency?: number;
  /** The clock of another process began at another time. */
  readonly laterMs?: number;
  readonly recordStores?: Partial<Readonly<Record<'session' | 'volume' | 'answer', RecordStore>>>;
}

export interface MountWish extends PlanWish {
  readonly signal?: AbortSignal;
  /** The files are not made: another of its objects failed. */
  readonly isUndelivered?: boolean;
  readonly className?: string;
  readonly memory?: MountMemory;
  /** What is found to be needed once the plan's own reads are answered. */
  readonly later?: readonly Read[];
}

export type Mounted = { readonly errors: readonly MountError[]; readonly users: readonly (string | undefined)[] };

export class LeaseWorld {
  readonly clock = new SuspendableClock();
  readonly client = new FakeStoreClient(this.clock);
  readonly facts: Fact[] = [];
  readonly stop = new AbortController();
  readonly never = new AbortController().signal;
  readonly sessions: Sessions;
  readonly dispatcher: RequestDispatcher;
  readonly fetcher: Fetcher;
  readonly leases: LeaseManager;
  readonly volumes: Volumes;
  readonly lastAnswers: LastAnswers;
  readonly pods: Pods;
  /** Those that were told of as having something. */
  readonly kept: PodRef[] = [];
  issued = 0;
  /** What the next lease is like. */
  lease: Partial<Answer> = { leaseMs: HOUR_MS, isRenewable: true };

  constructor({ concurrency = 32, recordStores = {}, laterMs = 0, ...wish }: WorldWish = {}) {
    const { clock } = this;
    clock.suspend(laterMs);
    const emit = (fact: Fact) => void this.facts.push(fact);
    const random = () => 0.5;
    const stopping = this.stop.signal;
    const dispatcher = new RequestDispatcher({
      clock,
      emit,
      concurrency,
      requestTimeoutMs: 10_000,
      random,
      isHeldBack: () => false,
      onSend: () => {},
    });
    this.dispatcher = dispatcher;
    const send: LeaseManagerOptions['send'] = (client, options, request, signal) =>
      dispatcher.send(client, options, request, signal);
    const revocations = new Revocations({ clock, emit, random });
    this.sessions = new Sessions({
      ...{ clock, emit, random, stopping, revocations, capacity: 100, isPodOnly: false },
      records: new TokenRecords(recordStores.session ?? NO_RECORDS, clock, random),
      send,
      newRetry: () => undefined,
      idleMs: 10 * MINUTE_MS,
      loginTimeoutMs: 30_000,
      tokenSource: { requestToken: () => Promise.resolve(new Secret('requested')) },
    });
    this.fetcher = new Fetcher({
      ...{ clock, dispatcher, concurrency: 32, coalesceWindowMs: 1_000, pollWindowMs: 30_000 },
      maxRetries: 0,
      readTimeoutMs: 60_000,
    });
    this.leases = new LeaseManager({
      ...{ clock, emit, random, send, revocations, stopping, overlapMs: OVERLAP_MS, maxStaleMs: MAX_STALE_MS },
      issueTimeoutMs: 40_000,
      records: NO_RECORDS,
      isWatching: () => false,
      ...wish,
    });
    this.volumes = new Volumes({ clock, emit, records: recordStores.volume ?? NO_RECORDS, keepMs: 3 * HOUR_MS });
    this.lastAnswers = new LastAnswers({
      clock,
      emit,
      records: recordStores.answer ?? NO_RECORDS,
      parseBody: VaultAnswer.parse,
      maxStaleMs: MAX_STALE_MS,
    });
    this.pods = new Pods(
      [this.leases, this.volumes, this.lastAnswers, this.sessions],
      (pod) => void this.kept.push(pod),
    );
    this.client.onLogin = async ({ jwt }) => this.client.kubernetesGrant(...accountOf(jwt.reveal()));
    this.client.onRead = async (read) => (read.path.startsWith('database/') ? this.leased() : this.client.answer());
  }

  /** A database user that exists once. */
  leased(wish: Partial<Answer> = {}): Answer {
    this.issued += 1;
    const lease = { hasLease: true, leaseId: `lease-${this.issued}`, ...this.lease, ...wish };
    return this.client.answer({ username: `user-${this.issued}` }, lease);
  }

  /** What each renewal of a lease brings from here on. */
  renewTo(leaseMs: number, isRenewable = true): void {
    this.client.onRenewLease = async () => ({ sentAt: this.clock.now(), leaseMs, isRenewable });
  }

  /** From here on a lease can be lengthened no further. */
  meetMaxTtl(): void {
    this.renewTo(HOUR_MS / 2);
  }

  /** Makes a path known for its leases, so that the next read of it has a login of its own. */
  know(path = 'database/creds/app'): void {
    this.fetcher.markLeases(this.client, makeRead(path));
  }

  async mount(wish: MountWish = {}): Promise<Mounted> {
    const { clock, client } = this;
    const { signal = this.never, memory = ampleMemory() } = wish;
    const made = makePlan({ ...wish, objects: wish.objects ?? [databaseUser()] });
    const plan: Plan = { ...made, className: wish.className ?? made.className };
    const volume = this.volumes.open(plan);
    const cost = { logins: 0, reads: 0 };
    const calledAt = clock.now();
    try {
      using round = new MountRound({ plan, client, volume, calledAt, cost, memory, signal }, this);
      const results = await round.answer(plan.reads);
      const found = await round.answer(wish.later ?? []);
      const errors = [...results.errors.values(), ...found.errors.values()];
      if (errors.length === 0 && !wish.isUndelivered) round.deliver(results, plan.objects);
      return { errors, users: plan.objects.map((object) => nameIn(results.answers.get(readOf(object).key))) };
    } finally {
      this.pods.called(volume);
    }
  }

  /** @returns the user of a mount that must go well. */
  async user(wish: MountWish = {}): Promise<string | undefined> {
    const { errors, users } = await this.mount(wish);
    assert.deepEqual(errors, []);
    return users[0];
  }

  /** Polls each two minutes, as the driver does. @returns the users it was given, in order and each once. */
  async poll(forMs: number, wish: MountWish = {}, everyMs = 2 * MINUTE_MS): Promise<(string | undefined)[]> {
    const seen: (string | undefined)[] = [];
    for (let leftMs = forMs; leftMs > 0; leftMs -= everyMs) {
      await this.clock.advance(Math.min(everyMs, leftMs));
      const user = await this.user(wish);
      if (seen.at(-1) !== user) seen.push(user);
    }
    return seen;
  }

  close(): void {
    this.stop.abort(new Error('the test is over'));
  }
}

/** As the store's token review finds it. */
function accountOf(jwt: string): [account?: string, namespace?: string] {
  const [, payload = ''] = jwt.split('.');
  if (payload === '') return [];
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())['kubernetes.io'];
  return [claims.serviceaccount.name, claims.namespace];
}

function nameIn(answer: Answer | undefined): string | undefined {
  const data = parsed(answer?.body.reveal())['data'] as JsonObject | undefined;
  const name = data?.['username'] ?? data?.['password'];
  return typeof name === 'string' ? name : undefined;
}

export function databaseUser(leaseSettings: Partial<LeaseSettings> = {}, wish: Partial<Read> = {}): PlanObject {
  return makeObject('user', {
    key: 'username',
    read: makeRead('database/creds/app', { leaseSettings: { ...OWN_LEASE, ...leaseSettings }, ...wish }),
  });
}

/** A request that the store fails. */
export function down(reason: Reason = 'store-unreachable'): Promise<never> {
  return Promise.reject(new MountError(reason, reason));
}
