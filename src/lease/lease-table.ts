// All that is held, from the moment it is taken in to the one it is given back: what serves, what was replaced and is kept
// until every volume that had it has the new one and a while longer, who has what, and the records of it. Which read of
// a mount is answered with it is holdings.ts's affair, the times of a lease are keeper.ts's.
import type { HeldFact } from '../events.ts';
import type { HoldingPod } from '../pods.ts';
import { accountName } from '../pot.ts';
import type { Shelf } from '../shelf.ts';
import type { HeldStatus } from '../status.ts';
import { describeHeld, factOf, HELD_BYTES, type Held, type Owner } from './lease.ts';
import { HeldRoom } from './lease-memory.ts';
import { type HeldForm, isRecordable, parseRecord, toRecord } from './lease-record.ts';
import { HeldKeeper, type KeeperOptions } from './lease-renewer.ts';
import { Holders } from './lease-users.ts';
import { noRoom } from './memory-full.ts';
import { type RestoreWays, restoreHeld } from './restore.ts';

export interface HeldAnswersOptions extends KeeperOptions {
  readonly random: () => number;
  /** Records of what is held. */
  readonly shelf: Shelf;
  /** An answer that was replaced lives on so long after every volume has the new one. */
  readonly overlapMs: number;
  /** Time to issue one answer with its login and repeats; never a caller's. */
  readonly issueTimeoutMs: number;
  /** Whether pods are watched; where they are, silence says nothing. */
  readonly isWatching: () => boolean;
}

/** What a small one weighs, a database user: where that finds no room none is asked for. */
const SMALLEST_BYTES = HELD_BYTES + 1024;
/** design.md: a life shorter than three observed polls is warned about. */
const SHORT_LIFE_POLLS = 3;

export class HeldAnswers {
  readonly #options: HeldAnswersOptions;
  readonly #keeper: HeldKeeper;
  readonly #room = new HeldRoom();
  readonly #holders = new Holders(this.#room);
  /** What serves, by who holds it and which read it answers. */
  readonly #current = new Map<string, Held>();
  /** Replaced, and not given back yet. */
  readonly #replaced = new Set<Held>();

  constructor(options: HeldAnswersOptions) {
    this.#options = options;
    const isWanted = (held: Held) => options.isWatching() || this.#holders.isWanted(held);
    const onRenewed = (held: Held) => {
      this.#save(held);
      this.#count();
    };
    const onNearEnd = () => this.#count();
    this.#keeper = new HeldKeeper(options, isWanted, onRenewed, onNearEnd, (held) => this.#ended(held));
  }

  /** As Holdings.restore. */
  async restore(ways: RestoreWays): Promise<void> {
    const { clock, random, shelf } = this.#options;
    for (const [id, record] of shelf.takeFound()) {
      const held = await restoreHeld(id, record, ways, clock, random);
      if (held === undefined) shelf.remove(id);
      else this.#resume(held, parseRecord(record)?.holders ?? []);
    }
    this.#count();
  }

  /** A call came, of whatever volume. */
  noteCall(now: number): void {
    this.#holders.noteCall(now);
  }

  /** What answers a mount now, which counts as a use of it. */
  serving(key: string): Held | undefined {
    const held = this.#current.get(key);
    if (held === undefined) return undefined;
    const now = this.#options.clock.now();
    if (held.serves(now)) {
      held.usedAt = now;
      return held;
    }
    this.#ended(held);
    return undefined;
  }

  /** Whether or not it still serves. */
  current(key: string): Held | undefined {
    return this.#current.get(key);
  }

  /** Whether one more could be taken in for this owner, however small. */
  hasRoomFor(owner: Owner): boolean {
    return this.#hasRoom('', owner, SMALLEST_BYTES);
  }

  /**
   * It serves from now on, in place of what served for the same.
   * @returns false, and nothing was done, if there is no room for it
   */
  takeIn(held: Held): boolean {
    if (!this.#hasRoom(held.id, held.owner, held.contentBytes)) return false;
    this.#room.take(held.id, held.owner, held.contentBytes);
    const old = this.#current.get(held.key);
    this.#current.set(held.key, held);
    if (old !== undefined) this.#replace(old);
    this.#keeper.keep(held);
    this.#save(held);
    // A mount still has to deliver it, however short the overlap.
    this.#letGo(held, Math.max(this.#options.overlapMs, this.#options.issueTimeoutMs));
    this.#tell(held, old === undefined ? 'issued' : 'replaced');
    return true;
  }

  /** Its record stays until the store has it back, as one that was replaced: a later process would go on. */
  giveBack(held: Held): void {
    if (held.state === 'ended') return;
    const { stopping, shelf } = this.#options;
    held.end();
    this.#release(held);
    // A store that is down may not take it back for hours: its value does not wait with it.
    const spent = held.spent();
    this.#room.take(spent.id, spent.owner, spent.contentBytes);
    this.#save(spent);
    this.#tell(held, 'given back');
    void this.#keeper.giveBack(spent, stopping).then(() => {
      this.#room.free(spent.id);
      this.#count();
      if (!stopping.aborted) shelf.remove(spent.id);
    });
  }

  /**
   * A volume has these from now on, and what it had before no longer.
   * @throws MountError lease-memory-full if there is no room for one more volume; then nothing was done
   */
  delivered(volumeKey: string, pod: HoldingPod, owner: Owner, held: ReadonlySet<Held>): void {
    if (held.size > 0 && !this.#hasRoom(volumeKey, owner, 0)) throw noRoom('one more volume', owner);
    // What ended while the mount was under way has nobody to wait for.
    const lasting = new Set([...held].filter(({ state }) => state !== 'ended'));
    const isNew = [...lasting].filter((one) => !one.holders.has(volumeKey));
    for (const one of lasting) this.#warnOfShortLife(one);
    const left = this.#holders.delivered(volumeKey, pod, owner, lasting, this.#options.clock.now());
    for (const one of left) this.#letGo(one);
    for (const one of [...isNew, ...left]) this.#save(one);
  }

  get room(): Pick<HeldRoom, 'sizeBytes' | 'maxBytes'> {
    return this.#room;
  }

  pods(): Iterable<HoldingPod> {
    return this.#holders.pods();
  }

  /** As Holdings.podGone. */
  podGone(podUid: string): void {
    const { clock, issueTimeoutMs } = this.#options;
    for (const held of this.#holders.podGone(podUid)) {
      if (held.holders.size > 0) continue;
      // What others share a mount of theirs may have taken a moment ago, to deliver it yet.
      const isTaken = held.read.holding.isShared && clock.now() - held.usedAt < issueTimeoutMs;
      if (isTaken) this.#letGo(held, issueTimeoutMs);
      else this.giveBack(held);
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

  #resume(held: Held, holders: HeldForm['holders']): void {
    const now = this.#options.clock.now();
    this.#room.take(held.id, held.owner, held.contentBytes);
    for (const { volume, pod } of holders) this.#holders.restore(volume, pod, held, now);
    if (held.state === 'replaced') this.#replaced.add(held);
    else this.#current.set(held.key, held);
    this.#keeper.keep(held);
    this.#letGo(held);
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
      .sleep(waitMs, held.over)
      .then(() => {
        if (stopping.aborted) return;
        // Delivered and left again: that counts anew.
        if (held.holders.size > 0 || held.state === 'ended' || held.leftAt !== leftAt) return;
        if (held.usedAt > leftAt) this.#letGo(held, waitMs);
        else this.giveBack(held);
      })
      .catch(() => {});
  }

  #ended(held: Held): void {
    const isMissed = this.#current.get(held.key) === held && held.holders.size > 0;
    held.end();
    this.#release(held);
    this.#room.free(held.id);
    this.#options.shelf.remove(held.id);
    void this.#keeper.loginEnds(held, this.#options.stopping);
    if (isMissed) this.#tell(held, 'lost');
    else this.#count();
  }

  #release(held: Held): void {
    if (this.#current.get(held.key) === held) this.#current.delete(held.key);
    this.#replaced.delete(held);
    this.#holders.lost(held);
  }

  /**
   * Without a watch nobody says that a pod is gone: of what is no lease, that for which nobody polls goes if its place
   * is needed.
   */
  #hasRoom(key: string, owner: Owner, contentBytes: number): boolean {
    if (this.#room.has(key, owner, contentBytes)) return true;
    if (this.#options.isWatching()) return false;
    for (const held of this.#current.values()) {
      if (!held.answer.hasLease && !this.#holders.isWanted(held)) this.giveBack(held);
    }
    return this.#room.has(key, owner, contentBytes);
  }

  #save(held: Held): void {
    if (held.state === 'ended' || !isRecordable(held)) return;
    this.#options.shelf.put(
      held.id,
      toRecord(held, this.#holders.of(held), this.#options.clock),
      accountName(held.owner),
    );
  }

  #tell(held: Held, event: HeldFact['event']): void {
    this.#options.emit(factOf(held, event));
    this.#count();
  }

  #count(): void {
    const { clock, emit } = this.#options;
    const now = clock.now();
    let due = 0;
    let nearEnd = 0;
    for (const one of this.#current.values()) {
      if (one.isDue(now)) due += 1;
      if (now >= one.nearEndAt && this.#holders.isWanted(one)) nearEnd += 1;
    }
    emit({ type: 'holdings', live: this.#current.size - due, due, replaced: this.#replaced.size, nearEnd });
    emit({ type: 'kept', what: 'leases', sizeBytes: this.#room.sizeBytes });
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
