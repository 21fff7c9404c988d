// What survives a restart: records on tmpfs, one file each. Their owners write and read them; nothing here knows what
// they mean, and their content leaves this room only in a Secret. Calls into tmpfs copy memory and never wait for a
// disk, so they are made at once: no two are ever in flight, and the last put of a record is the one that stays. All
// accounts share one bound: over it the one whose records take the most loses its own (pot.ts).
import { MountError } from '../errors.ts';
import type { Emit } from '../events.ts';
import { Pot } from '../pot.ts';
import { Secret } from '../secret.ts';
import type { StateStatus } from '../status.ts';
import { systemCode } from '../system-code.ts';
import type { OpenFolder } from './folder.ts';
import type { Lock } from './lock.ts';
import { Reading } from './reading.ts';
import { type Name, recordBytes } from './record.ts';
import { listRecords, readRecord, removeRecord, setAside, writeRecord } from './record-files.ts';
import { type Refusal, Refusals, refusalOf } from './refusals.ts';

export type { Refusal } from './refusals.ts';

/** Owners name their records by digests. */
const ID = /^[0-9a-f]{16,128}$/;

/**
 * Each kind of record with the format number that its owner writes today. A kind is also a folder's name. If an account
 * takes too much, it loses records in the order of the kinds: the cheapest to lose come first.
 */
export type Kinds<Kind extends string> = Readonly<Record<Kind, number>>;

/** Reports records that are set aside unread. */
const UNREAD = {
  'being read':
    'the process before this one ended while it read a record of the state folder; it is set aside and what it held is forgotten',
  'kind being read':
    'two processes in a row ended while they read the state folder; all records of that kind are set aside and what they held is forgotten',
  'over the limit':
    'the state folder holds more than --state-max-bytes; its largest records are set aside and what they held is forgotten',
};

export interface StateRecord {
  /** The form that the owner gave it: today's or an earlier one. */
  readonly format: number;
  readonly body: Secret<Uint8Array>;
}

export interface StateParts<Kind extends string> {
  readonly folder: OpenFolder;
  readonly lock: Lock;
  readonly kinds: Kinds<Kind>;
  readonly maxBytes: number;
  readonly emit: Emit;
}

export class State<Kind extends string> {
  readonly #parts: StateParts<Kind>;
  readonly #refusals: Refusals;
  readonly #reading: Reading;
  /** The memory that each file takes, by its path in the folder. */
  readonly #pot: Pot;
  #isOpen = true;

  constructor(parts: StateParts<Kind>) {
    this.#parts = parts;
    this.#refusals = new Refusals(parts.emit);
    this.#pot = new Pot(parts.maxBytes);
    for (const kind of Object.keys(parts.kinds)) {
      for (const [id, size] of listRecords(parts.folder.path, kind))
        this.#account({ kind, id }, '', this.#inPages(size));
    }
    this.#reading = new Reading(parts.folder.path);
    this.#setAsideUnread();
    this.#setAsideOverLimit();
  }

  /** Memory that all records take, in whole pages, as tmpfs charges it. */
  get sizeBytes(): number {
    return this.#pot.sizeBytes;
  }

  /** Records whose newest form is not in the folder. */
  get refusedCount(): number {
    return this.#refusals.count;
  }

  describe(): StateStatus {
    const { maxBytes } = this.#parts;
    return { sizeBytes: this.sizeBytes, maxBytes, refusedCount: this.refusedCount };
  }

  /**
   * The records of one kind. Each counts as read once the next one, or the end, is requested. Load one kind at a time.
   * Records of a newer format stay, for the version that wrote them.
   * @throws the system's error if a record that may be whole cannot be read; the next process sets it aside
   */
  *load(kind: Kind): Generator<readonly [id: string, record: StateRecord]> {
    if (!this.#isOpen) return;
    const { folder, kinds } = this.#parts;
    let damaged = 0;
    let newer = 0;
    for (const id of listRecords(folder.path, kind).keys()) {
      this.#reading.begin({ kind, id });
      const content = ID.test(id) ? readRecord(folder.path, { kind, id }) : undefined;
      if (content === undefined) {
        this.#setAside({ kind, id });
        damaged += 1;
        continue;
      }
      this.#account({ kind, id }, content.account, this.#pot.sizeOf(keyOf({ kind, id })));
      if (content.format > kinds[kind]) newer += 1;
      else yield [id, { format: content.format, body: new Secret(content.body) }];
    }
    this.#reading.end();
    this.#report('records of the state folder are damaged and set aside; what they held is forgotten', kind, damaged);
    this.#report('records of the state folder are of a newer version and left alone', kind, newer);
  }

  /**
   * @returns `kept` if the record is on tmpfs now, or why it is not: an earlier form of it then stays
   * @param account whose share it counts against; empty: the provider's own
   * @throws MountError internal for a name that no owner may give
   */
  put(kind: Kind, id: string, body: Secret<Uint8Array>, account = ''): 'kept' | Refusal {
    const { folder, kinds, maxBytes } = this.#parts;
    const name = this.#checked({ kind, id });
    if (!this.#isOpen) return 'closed';
    const content = { format: kinds[kind], account, body: body.reveal() };
    const size = this.#inPages(recordBytes(content));
    const before = this.#pot.sizeOf(keyOf(name));
    this.#account(name, account, size);
    const refusal =
      size > before && !this.#makeRoom(name)
        ? this.#refuse(name, 'over-limit', { maxBytes, account })
        : this.#try(name, () => writeRecord(folder.path, name, content));
    if (refusal !== undefined) {
      this.#account(name, account, before);
      return refusal;
    }
    this.#refusals.settle(keyOf(name));
    return 'kept';
  }

  /** Does nothing if it is missing. A record that cannot be removed is reported, and is back after a restart. */
  remove(kind: Kind, id: string): void {
    const name = this.#checked({ kind, id });
    if (!this.#isOpen) return;
    if (this.#try(name, () => removeRecord(this.#parts.folder.path, name)) !== undefined) return;
    this.#pot.delete(keyOf(name));
    this.#refusals.settle(keyOf(name));
  }

  /** The next process may have the folder; records stay. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#reading.end();
    this.#parts.lock.release();
    this.#parts.folder.close();
  }

  /** Sets aside what the previous process was reading when it crashed; after two crashes in a row, all of the kind. */
  #setAsideUnread(): void {
    const { left } = this.#reading;
    this.#reading.end();
    if (left === undefined || this.#pot.sizeOf(keyOf(left)) === 0) return;
    if (left.deaths < 2) this.#setAsideAll('being read', [left]);
    else
      this.#setAsideAll(
        'kind being read',
        this.#names().filter(({ kind }) => kind === left.kind),
      );
  }

  /** The limit may be lower than before. The largest go first, as they are the fewest. */
  #setAsideOverLimit(): void {
    const sizeOf = (name: Name) => this.#pot.sizeOf(keyOf(name));
    const largestFirst = this.#names().toSorted((a, b) => sizeOf(b) - sizeOf(a));
    let { sizeBytes } = this.#pot;
    const over = largestFirst.filter((name) => {
      const isOver = sizeBytes > this.#parts.maxBytes;
      if (isOver) sizeBytes -= sizeOf(name);
      return isOver;
    });
    this.#setAsideAll('over the limit', over);
  }

  #setAsideAll(why: keyof typeof UNREAD, names: readonly Name[]): void {
    for (const name of names) this.#setAside(name);
    for (const [kind, records] of Map.groupBy(names, (name) => name.kind)) {
      this.#report(UNREAD[why], kind, records.length);
    }
  }

  #names(): Name[] {
    return Array.from(this.#pot.keys(), nameOf);
  }

  #setAside(name: Name): void {
    // If the file cannot be moved now, the next load finds it again.
    if (this.#try(name, () => setAside(this.#parts.folder.path, name)) !== undefined) return;
    this.#pot.delete(keyOf(name));
  }

  #report(message: string, kind: string, records: number): void {
    if (records === 0) return;
    const fields = { folder: this.#parts.folder.name, kind, records };
    this.#parts.emit({ type: 'notice', level: 'warn', message, fields });
  }

  #try(name: Name, call: () => void): Refusal | undefined {
    try {
      call();
      return undefined;
    } catch (thrown) {
      const code = systemCode(thrown);
      if (code === undefined) throw thrown;
      return this.#refuse(name, refusalOf(code), { code });
    }
  }

  #refuse(name: Name, refusal: Refusal, detail: Readonly<Record<string, string | number>>): Refusal {
    this.#refusals.add(keyOf(name), refusal, { folder: this.#parts.folder.name, ...detail });
    return refusal;
  }

  #checked(name: Name): Name {
    if (Object.hasOwn(this.#parts.kinds, name.kind) && ID.test(name.id)) return name;
    throw new MountError('internal', 'a record of the state folder needs a known kind and a digest in hex as its id');
  }

  /** @returns false if this record would be the first to go, or nothing can be removed. */
  #makeRoom(name: Name): boolean {
    const { folder, maxBytes } = this.#parts;
    const key = keyOf(name);
    if (this.#pot.sizeOf(key) > maxBytes) return false;
    for (let over = this.#pot.overflow(); over !== undefined; over = this.#pot.overflow()) {
      const lost = nameOf(over);
      if (over === key || this.#try(lost, () => removeRecord(folder.path, lost)) !== undefined) return false;
      const account = this.#pot.accountOf(over) ?? '';
      this.#pot.delete(over);
      this.#refuse(lost, 'over-limit', { maxBytes, account });
    }
    return true;
  }

  #account({ kind, id }: Name, account: string, size: number): void {
    const key = keyOf({ kind, id });
    if (size === 0) this.#pot.delete(key);
    else this.#pot.put(key, account, size, Object.keys(this.#parts.kinds).indexOf(kind));
  }

  #inPages(bytes: number): number {
    const { pageBytes } = this.#parts.folder;
    return Math.ceil(bytes / pageBytes) * pageBytes;
  }
}

function keyOf({ kind, id }: Name): string {
  return `${kind}/${id}`;
}

function nameOf(key: string): Name {
  const [kind = '', id = ''] = key.split('/');
  return { kind, id };
}
