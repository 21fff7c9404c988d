// Answers that outlive a poll: which read of a mount is answered from what is held, and which must be issued. A poll
// issues, a timer never does; what becomes of the old one is held-answers.ts's affair.
import { setImmediate } from 'node:timers/promises';
import type { MountError } from '../errors.ts';
import type { Outcome, Sent } from '../fetch/outcome.ts';
import { isReading } from '../methods.ts';
import type { Plan, Read } from '../plan/plan.ts';
import type { HoldingPod, PodKeeper } from '../pods.ts';
import { accountName } from '../pot.ts';
import type { OwnLogin } from '../session/access.ts';
import type { HeldStatus } from '../status.ts';
import type { Volume } from '../volume/volumes.ts';
import { waitFor, withinTime } from '../waiting.ts';
import { Held, type Owner } from './lease.ts';
import { HeldAnswers, type HeldAnswersOptions } from './lease-table.ts';
import { noRoom, readInstead } from './memory-full.ts';
import { type Asker, holdingKeys, ownerOf } from './mount-context.ts';
import type { RestoreWays } from './restore.ts';
import { isHeld, lifeOf, mustBeHeld } from './schedule.ts';

/** Then a warning may come again. */
const MOST_WARNED = 1_000;

export interface HoldingsOptions extends HeldAnswersOptions {
  /** How long an answer serves beyond its `refreshAfter` while the store is down. */
  readonly maxStaleMs: number;
}

export interface Answered {
  /** By Read.key. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
  /** By Read.key, those that came from what is held. */
  readonly held: ReadonlyMap<string, Held>;
}

export class Holdings implements PodKeeper {
  readonly #options: HoldingsOptions;
  readonly #answers: HeldAnswers;
  /** Answers being issued, for all who will hold them. */
  readonly #issuing = new Map<string, Promise<Outcome>>();
  /** Accounts that were told that refreshAfter has no effect for them. */
  readonly #warned = new Set<string>();

  constructor(options: HoldingsOptions) {
    this.#options = options;
    this.#answers = new HeldAnswers(options);
  }

  /** Goes on with what an earlier process held, as far as it lives. To be called once, before the first mount. */
  restore(ways: RestoreWays): Promise<void> {
    return this.#answers.restore(ways);
  }

  /** Answers each read of the plan, from what is held as far as it may be. @throws MountError token-mismatch */
  async answerAll(asker: Asker): Promise<Answered> {
    const now = this.#options.clock.now();
    this.#answers.noteCall(now);
    const keys = holdingKeys(asker);
    const outcomes = new Map<string, Outcome>();
    const toIssue: [key: string, read: Read][] = [];
    const others: Read[] = [];
    for (const read of asker.plan.reads) {
      const key = keys.get(read);
      const held = key === undefined ? undefined : this.#answers.serving(key);
      const refusal = key === undefined || held?.isDue(now) === false ? undefined : this.#refuse(read, asker);
      if (held !== undefined && (refusal !== undefined || !held.isDue(now))) outcomes.set(read.key, held);
      else if (refusal !== undefined) outcomes.set(read.key, { error: refusal });
      else if (key !== undefined && (held !== undefined || mustIssue(asker, read))) toIssue.push([key, read]);
      else others.push(read);
    }
    const issued = toIssue.map(async ([key, read]) => [read.key, await this.#issue(key, read, asker)] as const);
    const [shared, own] = await Promise.all([asker.reads.fetchShared(others), Promise.all(issued)]);
    for (const [key, outcome] of [...shared, ...own]) outcomes.set(key, outcome);
    const unsettled = others.filter((read) => mayBeHeld(read, shared.get(read.key)));
    await Promise.all(
      unsettled.map(async (read) => {
        const key = keys.get(read);
        const outcome = shared.get(read.key) ?? (await this.#askAgain(key, read, asker));
        if (outcome !== undefined) outcomes.set(read.key, await this.#file(key, read, outcome, asker));
      }),
    );
    return { outcomes, held: this.#heldOf(keys, outcomes) };
  }

  /**
   * A mount's files are about to leave: what it was answered with is its own now, and what it had before no longer.
   * @throws MountError lease-memory-full, and the files may not leave
   */
  delivered({ identity }: Plan, volume: Volume, held: ReadonlyMap<string, Held>): void {
    const { namespace, account, podName, podUid } = identity;
    const pod = { namespace, name: podName, uid: podUid };
    this.#answers.delivered(volume.key, pod, { namespace, account, pod: podName }, new Set(held.values()));
  }

  /** Those that have something, for the watch. */
  pods(): Iterable<HoldingPod> {
    return this.#answers.pods();
  }

  /** The pod is no more, as the API server confirmed: what only it held is given back at once. */
  podGone(podUid: string): void {
    this.#answers.podGone(podUid);
  }

  /** Everything that was not given back yet. */
  describe(): Iterable<HeldStatus> {
    return this.#answers.describe();
  }

  get sizeBytes(): number {
    return this.#answers.room.sizeBytes;
  }

  get maxBytes(): number {
    return this.#answers.room.maxBytes;
  }

  async #issue(key: string, read: Read, asker: Asker): Promise<Outcome> {
    const flight = this.#issuing.get(key) ?? this.#startIssue(key, read, asker);
    const what = `${read.method} ${read.path}`;
    const outcome = await waitFor(flight, what, asker.signal).catch((error: MountError) => ({ error }));
    if (!('error' in outcome) || !outcome.error.isPassing) return outcome;
    const held = this.#answers.serving(key);
    // Due is not over: until it ends the old one is as good as it was. What can be read again may have changed.
    if (held === undefined || mustBeHeld(read, held.answer)) return held ?? outcome;
    return { answer: held.answer, token: held.token, late: outcome.error };
  }

  /** It joined another's request, whose answer turned out to be a lease. */
  async #askAgain(key: string | undefined, read: Read, asker: Asker): Promise<Outcome | undefined> {
    // Who sent that request files it in this same turn: another volume of the holder then has it already.
    await setImmediate();
    if (key !== undefined) return this.#answers.serving(key) ?? this.#issue(key, read, asker);
    return (await asker.reads.fetchShared([read])).get(read.key);
  }

  #startIssue(key: string, read: Read, asker: Asker): Promise<Outcome> {
    const flight = withinTime(this.#options.issueTimeoutMs, (signal) => fetchAlone(read, asker, signal))
      .then(({ outcome, login }) => {
        const carries = !('error' in outcome) && outcome.answer.hasLease;
        // The first lease of a path comes on the pod's login, here as anywhere.
        if (!carries) void login?.end(this.#options.stopping);
        if ('error' in outcome) return outcome;
        return this.#keep(key, read, outcome, carries ? (login ?? takeOver(outcome, asker)) : undefined, asker);
      })
      .finally(() => this.#issuing.delete(key));
    this.#issuing.set(key, flight);
    return flight;
  }

  /**
   * A read that was sent like any other turned out to be one that is held.
   * @returns what to answer with: where another mount of the same holder was faster, its answer, and this one goes.
   */
  async #file(key: string | undefined, read: Read, outcome: Outcome, asker: Asker): Promise<Outcome> {
    if (key === undefined || 'error' in outcome || !isHeld(read, outcome.answer)) return outcome;
    const faster = this.#answers.serving(key);
    if (faster?.answer === outcome.answer) return faster;
    if (isDisowned(outcome, asker)) return faster ?? this.#issue(key, read, asker);
    if (faster !== undefined) {
      this.#answers.giveBack(this.#make(key, read, outcome, takeOver(outcome, asker), asker));
      return faster;
    }
    return this.#keep(key, read, outcome, takeOver(outcome, asker), asker);
  }

  /** A request whose answer must be held is not sent without room for the smallest: each try would make another lease. */
  #refuse(read: Read, { plan, reads }: Asker): MountError | undefined {
    const owner = ownerOf(plan, read);
    const isSent = (isReading(read.method) && !reads.givesLeases(read)) || this.#answers.hasRoomFor(owner);
    return isSent ? undefined : noRoom(`${read.method} ${read.path}`, owner);
  }

  /** @returns what to answer with: not the answer, if it must be held and there is no room. */
  #keep(key: string, read: Read, sent: Sent, login: OwnLogin | undefined, asker: Asker): Outcome {
    if (!isHeld(read, sent.answer)) return sent;
    const held = this.#make(key, read, sent, login, asker);
    if (this.#answers.takeIn(held)) return sent;
    const what = `${read.method} ${read.path}`;
    if (mustBeHeld(read, sent.answer)) {
      this.#answers.giveBack(held);
      return { error: noRoom(what, held.owner) };
    }
    this.#warnOnce(what, held.owner);
    return sent;
  }

  #warnOnce(what: string, owner: Owner): void {
    const account = accountName(owner);
    if (this.#warned.has(account)) return;
    if (this.#warned.size >= MOST_WARNED) this.#warned.clear();
    this.#warned.add(account);
    this.#options.emit({ type: 'notice', level: 'warn', message: readInstead(what, owner) });
  }

  #make(key: string, read: Read, sent: Sent, login: OwnLogin | undefined, { plan, reads }: Asker): Held {
    const { clock, random, maxStaleMs } = this.#options;
    const { answer } = sent;
    const life = lifeOf(read, answer, clock, random, maxStaleMs);
    const token = answer.hasLease ? sent.token : undefined;
    const owner = ownerOf(plan, read);
    return new Held({ key, owner, read, door: reads.door, store: plan.store, answer, life, token, login, random });
  }

  #heldOf(keys: ReadonlyMap<Read, string>, outcomes: ReadonlyMap<string, Outcome>): ReadonlyMap<string, Held> {
    const held = new Map<string, Held>();
    for (const [read, key] of keys) {
      const outcome = outcomes.get(read.key);
      if (outcome === undefined || 'error' in outcome) continue;
      // Taken before another mount replaced it: it is delivered all the same, so it waits for this volume too.
      const one = outcome instanceof Held ? outcome : this.#answers.current(key);
      if (one?.answer === outcome.answer) held.set(read.key, one);
    }
    return held;
  }
}

/** Few are: its answer is to be held, or the lease of another. */
function mayBeHeld(read: Read, outcome: Outcome | undefined): boolean {
  return outcome === undefined || (!('error' in outcome) && isHeld(read, outcome.answer));
}

/** One request for all who will hold its answer, where that is known before it is sent. */
function mustIssue(asker: Asker, read: Read): boolean {
  return read.holding.isShared || asker.reads.givesLeases(read);
}

/** Its path may turn out to give leases only now: by the pod's login, as any path's first, which may carry others. */
async function fetchAlone(read: Read, asker: Asker, signal: AbortSignal): ReturnType<Asker['reads']['fetchAlone']> {
  const first = await asker.reads.fetchAlone(read, signal);
  const isAgain = first.login === undefined && !('error' in first.outcome) && isDisowned(first.outcome, asker);
  return isAgain ? asker.reads.fetchAlone(read, signal) : first;
}

/** A lease that shares its login with others could not end before them. */
function isDisowned({ answer, token }: Sent, { reads }: Asker): boolean {
  return answer.hasLease && token !== undefined && reads.disown(token);
}

function takeOver({ answer, token }: Sent, { reads }: Asker): OwnLogin | undefined {
  return answer.hasLease && token !== undefined ? reads.takeOver(token) : undefined;
}
