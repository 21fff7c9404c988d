// Answers that outlive a poll: which read of a mount is answered from what is held, which must be issued, and what
// becomes of the old one. A timer renews, it never issues (keeper.ts); a poll issues, and what it replaces is kept
// until every volume that had it was answered with the new one, and a while longer.
import { setImmediate } from 'node:timers/promises';
import type { MountError } from '../errors.ts';
import type { HeldFact } from '../events.ts';
import type { Outcome, Sent } from '../fetch/outcome.ts';
import type { Plan, Read } from '../plan/plan.ts';
import type { LoneAccess } from '../session/access.ts';
import type { Shelf } from '../shelf.ts';
import type { HeldStatus } from '../status.ts';
import { waitFor, withinTime } from '../waiting.ts';
import { type Asker, holdingKeys, ownerOf } from './asker.ts';
import { describeHeld, factOf, Held } from './held.ts';
import { type HeldForm, isRecordable, parseRecord, toRecord } from './held-record.ts';
import { Holders, type HoldingPod } from './holders.ts';
import { HeldKeeper, type KeeperOptions } from './keeper.ts';
import { isHeld, lifeOf } from './life.ts';
import { type RestoreWays, restoreHeld } from './restore.ts';
import type { Volume } from './volumes.ts';

export interface HoldingsOptions extends KeeperOptions {
  readonly random: () => number;
  /** Records of what is held. */
  readonly shelf: Shelf;
  /** An answer that was replaced lives on so long after every volume has the new one. */
  readonly overlapMs: number;
  /** How long an answer serves beyond its `refreshAfter` while the store is down. */
  readonly maxStaleMs: number;
  /** Time to issue one answer with its login and repeats; never a caller's. */
  readonly issueTimeoutMs: number;
  /** Whether pods are watched; where they are, silence says nothing. */
  readonly isWatching: () => boolean;
}

export interface Answered {
  /** By Read.key. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
  /** By Read.key, those that came from what is held. */
  readonly held: ReadonlyMap<string, Held>;
  /** Whose the answers are that all pods of the account have. */
  readonly sharedKey: string;
}

/** Of what is held; a node's 250 pods hold a few each. Beyond it answers are not held, as before. */
const MAX_HELD = 10_000;

export class Holdings {
  readonly #options: HoldingsOptions;
  readonly #keeper: HeldKeeper;
  readonly #holders = new Holders();
  /** What serves, by who holds it and which read it answers. */
  readonly #current = new Map<string, Held>();
  /** Replaced, and not given back yet. */
  readonly #replaced = new Set<Held>();
  /** Answers being issued, for all who will hold them. */
  readonly #issuing = new Map<string, Promise<Outcome>>();

  constructor(options: HoldingsOptions) {
    this.#options = options;
    const isWanted = (held: Held) => options.isWatching() || this.#holders.isWanted(held);
    const save = (held: Held) => this.#save(held);
    this.#keeper = new HeldKeeper(options, isWanted, save, (held) => this.#ended(held));
  }

  /** Goes on with what an earlier process held, as far as it lives. To be called once, before the first mount. */
  async restore(ways: RestoreWays): Promise<void> {
    const { clock, random, shelf } = this.#options;
    for (const [id, record] of shelf.takeFound()) {
      const held = await restoreHeld(id, record, ways, clock, random);
      if (held === undefined) shelf.remove(id);
      else this.#resume(held, parseRecord(record)?.holders ?? []);
    }
  }

  #resume(held: Held, holders: HeldForm['holders']): void {
    const now = this.#options.clock.now();
    for (const { volume, pod } of holders) this.#holders.restore(volume, pod, held, now);
    if (held.state === 'replaced') this.#replaced.add(held);
    else this.#current.set(held.key, held);
    this.#keeper.keep(held);
    this.#letGo(held);
  }

  /** Answers each read of the plan, from what is held as far as it may be. @throws MountError token-mismatch */
  async answerAll(asker: Asker): Promise<Answered> {
    const now = this.#options.clock.now();
    this.#holders.noteCall(now);
    const keys = holdingKeys(asker);
    const outcomes = new Map<string, Outcome>();
    const toIssue: [key: string, read: Read][] = [];
    const others: Read[] = [];
    for (const read of asker.plan.reads) {
      const key = keys.get(read);
      const held = key === undefined ? undefined : this.#serving(key, now);
      if (held !== undefined && !held.isDue(now)) outcomes.set(read.key, held);
      else if (key !== undefined && (held !== undefined || this.#mustIssue(asker, read))) toIssue.push([key, read]);
      else others.push(read);
    }
    const issued = toIssue.map(async ([key, read]) => [read.key, await this.#issue(key, read, asker)] as const);
    const [shared, own] = await Promise.all([asker.reads.fetchShared(others), Promise.all(issued)]);
    for (const [key, outcome] of [...shared, ...own]) outcomes.set(key, outcome);
    await Promise.all(
      others.map(async (read) => {
        const key = keys.get(read);
        const outcome = shared.get(read.key) ?? (await this.#askAgain(key, read, asker));
        if (outcome !== undefined) outcomes.set(read.key, this.#file(key, read, outcome, asker));
      }),
    );
    return { outcomes, held: this.#heldOf(keys, outcomes), sharedKey: asker.reads.holderKey(true) };
  }

  /** A mount's files are about to leave: what it was answered with is its own now, and what it had before no longer. */
  delivered({ identity }: Plan, volume: Volume, held: ReadonlyMap<string, Held>): void {
    const now = this.#options.clock.now();
    const pod = { namespace: identity.namespace, name: identity.podName, uid: identity.podUid };
    const isNew = [...held.values()].filter((one) => !one.holders.has(volume.key));
    for (const one of held.values()) this.#warnOfShortLife(one);
    const left = this.#holders.delivered(volume.key, pod, new Set(held.values()), now);
    for (const one of left) this.#letGo(one);
    for (const one of [...isNew, ...left]) this.#save(one);
  }

  /** Those that have something, for the watch. */
  pods(): Iterable<HoldingPod> {
    return this.#holders.pods();
  }

  /** The pod is no more, as the API server confirmed: what only it held is given back at once. */
  podGone(podUid: string): void {
    const { clock, issueTimeoutMs } = this.#options;
    for (const held of this.#holders.podGone(podUid)) {
      if (held.holders.size > 0) continue;
      // What others share a mount of theirs may have taken a moment ago, to deliver it yet.
      const isTaken = held.read.holding.isShared && clock.now() - held.usedAt < issueTimeoutMs;
      if (isTaken) this.#letGo(held, issueTimeoutMs);
      else this.#giveBack(held);
    }
  }

  /** Everything that was not given back yet. */
  *describe(): Iterable<HeldStatus> {
    const { clock, isWatching, overlapMs } = this.#options;
    const now = clock.now();
    for (const held of [...this.#current.values(), ...this.#replaced]) {
      const isSilent = !this.#holders.isWanted(held);
      yield describeHeld(held, now, { isSilent, isRenewed: isWatching(), overlapMs });
    }
  }

  #serving(key: string, now: number): Held | undefined {
    const held = this.#current.get(key);
    if (held?.serves(now)) {
      held.usedAt = now;
      return held;
    }
    if (held !== undefined) this.#ended(held);
    return undefined;
  }

  /** One request for all who will hold its answer, where that is known before it is sent. */
  #mustIssue(asker: Asker, read: Read): boolean {
    return read.holding.isShared || asker.reads.givesLeases(read);
  }

  async #issue(key: string, read: Read, asker: Asker): Promise<Outcome> {
    const flight = this.#issuing.get(key) ?? this.#startIssue(key, read, asker);
    const what = `${read.method} ${read.path}`;
    const outcome = await waitFor(flight, what, asker.signal).catch((error: MountError) => ({ error }));
    if (!('error' in outcome) || !outcome.error.isPassing) return outcome;
    // Due is not over: until it ends the old one is as good as it was.
    return this.#serving(key, this.#options.clock.now()) ?? outcome;
  }

  /** It joined another's request, whose answer turned out to be a lease. */
  async #askAgain(key: string | undefined, read: Read, asker: Asker): Promise<Outcome | undefined> {
    // Who sent that request files it in this same turn: another volume of the holder then has it already.
    await setImmediate();
    if (key !== undefined) return this.#serving(key, this.#options.clock.now()) ?? this.#issue(key, read, asker);
    return (await asker.reads.fetchShared([read])).get(read.key);
  }

  #startIssue(key: string, read: Read, asker: Asker): Promise<Outcome> {
    const flight = withinTime(this.#options.issueTimeoutMs, (signal) => asker.reads.fetchAlone(read, signal))
      .then(({ outcome, access }) => {
        const carries = !('error' in outcome) && outcome.answer.hasLease;
        // The first lease of a path comes on the pod's login, here as anywhere.
        if (!('error' in outcome))
          this.#keep(key, read, outcome, carries ? (access ?? takeOver(outcome, asker)) : undefined, asker);
        if (!carries) void access?.end(this.#options.stopping);
        return outcome;
      })
      .finally(() => this.#issuing.delete(key));
    this.#issuing.set(key, flight);
    return flight;
  }

  /**
   * A read that was sent like any other turned out to be one that is held.
   * @returns what to answer with: where another mount of the same holder was faster, its answer, and this one goes.
   */
  #file(key: string | undefined, read: Read, outcome: Outcome, asker: Asker): Outcome {
    if (key === undefined || 'error' in outcome || !isHeld(read, outcome.answer)) return outcome;
    const faster = this.#serving(key, this.#options.clock.now());
    if (faster === undefined) this.#keep(key, read, outcome, takeOver(outcome, asker), asker);
    else if (faster.answer !== outcome.answer)
      this.#giveBack(this.#make(key, read, outcome, takeOver(outcome, asker), asker));
    return faster ?? outcome;
  }

  #keep(key: string, read: Read, sent: Sent, access: LoneAccess | undefined, asker: Asker): void {
    const old = this.#current.get(key);
    const hasRoom = old !== undefined || this.#current.size < MAX_HELD;
    if (!isHeld(read, sent.answer) || !hasRoom) return;
    const held = this.#make(key, read, sent, access, asker);
    this.#current.set(key, held);
    if (old !== undefined) this.#replace(old);
    this.#keeper.keep(held);
    this.#save(held);
    // A mount still has to deliver it, however short the overlap.
    this.#letGo(held, Math.max(this.#options.overlapMs, this.#options.issueTimeoutMs));
    this.#tell(held, old === undefined ? 'issued' : 'replaced');
  }

  #make(key: string, read: Read, sent: Sent, access: LoneAccess | undefined, { plan, reads }: Asker): Held {
    const { clock, random, maxStaleMs } = this.#options;
    const { answer } = sent;
    const life = lifeOf(read, answer, clock, random, maxStaleMs);
    const token = answer.hasLease ? sent.token : undefined;
    const owner = ownerOf(plan, read);
    return new Held({ key, owner, read, door: reads.door, store: plan.store, answer, life, token, access, random });
  }

  #replace(old: Held): void {
    if (old.state === 'ended') return;
    old.state = 'replaced';
    this.#replaced.add(old);
    this.#save(old);
    this.#letGo(old);
  }

  /** Gives back what no volume has, once nobody used it for the overlap: a pod whose mount failed comes back. */
  #letGo(held: Held, waitMs = this.#options.overlapMs): void {
    if (held.holders.size > 0 || held.state === 'ended') return;
    const { clock, stopping } = this.#options;
    const leftAt = clock.now();
    held.leftAt = leftAt;
    void clock
      .sleep(waitMs, stopping)
      .then(() => {
        // Delivered and left again: that counts anew.
        if (held.holders.size > 0 || held.state === 'ended' || held.leftAt !== leftAt) return;
        if (held.usedAt > leftAt) this.#letGo(held, waitMs);
        else this.#giveBack(held);
      })
      .catch(() => {});
  }

  /** Its record stays until the store has it back, as one that was replaced: a later process would go on. */
  #giveBack(held: Held): void {
    if (held.state === 'ended') return;
    const { stopping, shelf } = this.#options;
    held.state = 'replaced';
    this.#save(held);
    this.#release(held);
    this.#tell(held, 'given back');
    void this.#keeper.giveBack(held, stopping).then(() => {
      if (!stopping.aborted) shelf.remove(held.id);
    });
  }

  #ended(held: Held): void {
    const isMissed = this.#current.get(held.key) === held && held.holders.size > 0;
    held.state = 'ended';
    this.#forget(held);
    if (isMissed) this.#tell(held, 'lost');
  }

  #tell(held: Held, event: HeldFact['event']): void {
    const { clock, emit } = this.#options;
    const now = clock.now();
    let due = 0;
    for (const one of this.#current.values()) if (one.isDue(now)) due += 1;
    emit(factOf(held, event));
    emit({ type: 'holdings', live: this.#current.size - due, due, replaced: this.#replaced.size });
  }

  #forget(held: Held): void {
    this.#release(held);
    this.#options.shelf.remove(held.id);
  }

  #release(held: Held): void {
    if (this.#current.get(held.key) === held) this.#current.delete(held.key);
    this.#replaced.delete(held);
  }

  #save(held: Held): void {
    if (held.state === 'ended' || !isRecordable(held)) return;
    this.#options.shelf.put(held.id, toRecord(held, this.#holders.of(held), this.#options.clock));
  }

  #heldOf(keys: ReadonlyMap<Read, string>, outcomes: ReadonlyMap<string, Outcome>): ReadonlyMap<string, Held> {
    const held = new Map<string, Held>();
    for (const [read, key] of keys) {
      const outcome = outcomes.get(read.key);
      if (outcome === undefined || 'error' in outcome) continue;
      // Taken before another mount replaced it: it is delivered all the same, so it waits for this volume too.
      const one = outcome instanceof Held ? outcome : this.#current.get(key);
      if (one?.answer === outcome.answer) held.set(read.key, one);
    }
    return held;
  }

  #warnOfShortLife(held: Held): void {
    const gapMs = this.#holders.pollGapMs(held);
    if (gapMs === undefined || held.isWarnedOf) return;
    if (held.endsAt - held.answer.sentAt >= SHORT_LIFE_POLLS * gapMs) return;
    held.isWarnedOf = true;
    const { method, path } = held.read;
    const message = `${method} ${path}: its lease is shorter than three polls, so it may end before it is replaced; lengthen it, or poll more often`;
    this.#options.emit({ type: 'notice', level: 'warn', message });
  }
}

/** design.md: a life shorter than three observed polls is warned about. */
const SHORT_LIFE_POLLS = 3;

function takeOver({ answer, token }: Sent, { reads }: Asker): LoneAccess | undefined {
  return answer.hasLease && token !== undefined ? reads.takeOver(token) : undefined;
}
