// What survives a restart: records on tmpfs, one file each. Their owners write and read them; nothing here knows what
// they mean, and their content leaves this room only in a Secret. Calls into tmpfs copy memory and never wait for a
// disk, so they are made at once: no two are ever in flight, and the last put of a record is the one that stays.
import { MountError } from '../errors.ts';
import type { Emit } from '../events.ts';
import { Secret } from '../secret.ts';
import type { StateStatus } from '../status.ts';
import { type OpenFolder, systemCode } from './folder.ts';
import type { Lock } from './lock.ts';
import { Reading } from './reading.ts';
import { HEADER_BYTES, type Name } from './record.ts';
import { listRecords, readRecord, removeRecord, setAside, writeRecord } from './record-files.ts';
import { type Refusal, Refusals, refusalOf } from './refusals.ts';

export type { Refusal } from './refusals.ts';

/** Owners name their records by digests. */
const ID = /^[0-9a-f]{16,128}$/;

/** Each kind of record with the number of the form that its owner writes today. A kind is also a folder's name. */
export type Kinds<Kind extends string> = Readonly<Record<Kind, number>>;

/** What is told of records that are set aside unread. */
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
  readonly #sizes = new Map<string, number>();
  #sizeBytes = 0;
  #isOpen = true;

  constructor(parts: StateParts<Kind>) {
    this.#parts = parts;
    this.#refusals = new Refusals(parts.emit);
    for (const kind of Object.keys(parts.kinds)) {
      for (const [id, size] of listRecords(parts.folder.path, kind)) this.#account({ kind, id }, this.#inPages(size));
    }
    this.#reading = new Reading(parts.folder.path);
    this.#setAsideUnread();
    this.#setAsideOverLimit();
  }

  /** Memory that all records take, in whole pages, as tmpfs counts them to whoever wrote them. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Records of which the folder does not have the newest form. */
  get refusedCount(): number {
    return this.#refusals.count;
  }

  describe(): StateStatus {
    const { maxBytes } = this.#parts;
    return { sizeBytes: this.sizeBytes, maxBytes, refusedCount: this.refusedCount };
  }

  /**
   * The records of a kind, one at a time: each counts as read once the next is asked for, or the end. One kind at a
   * time. Those of a newer form stay where they are, for the version that wrote them.
   * @throws what the system says where a record that may be whole cannot be read now; the next process sets it aside
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
      } else if (content.format > kinds[kind]) newer += 1;
      else yield [id, { format: content.format, body: new Secret(content.body) }];
    }
    this.#reading.end();
    this.#tell('records of the state folder are damaged and set aside; what they held is forgotten', kind, damaged);
    this.#tell('records of the state folder are of a newer version and left alone', kind, newer);
  }

  /**
   * Resolves when the record is on tmpfs, or with why it is not: an earlier form of it then stays.
   * @param share of all memory beyond which this record is not kept, though others may be
   * @throws MountError internal for a name that no owner may give
   */
  async put(kind: Kind, id: string, body: Secret<Uint8Array>, share = 1): Promise<'kept' | Refusal> {
    const { folder, kinds, maxBytes } = this.#parts;
    const name = this.#checked({ kind, id });
    if (!this.#isOpen) return 'closed';
    const content = { format: kinds[kind], body: body.reveal() };
    const size = this.#inPages(HEADER_BYTES + content.body.length);
    const grown = size - this.#sizeOf(name);
    if (grown > 0 && this.#sizeBytes + grown > share * maxBytes) return this.#refuse(name, 'over-limit', { maxBytes });
    const refusal = this.#try(name, () => writeRecord(folder.path, name, content));
    if (refusal !== undefined) return refusal;
    this.#account(name, size);
    this.#refusals.settle(keyOf(name));
    return 'kept';
  }

  /** Nothing where there is none. A record that cannot be removed is told of, and there again after a restart. */
  async remove(kind: Kind, id: string): Promise<void> {
    const name = this.#checked({ kind, id });
    if (!this.#isOpen) return;
    if (this.#try(name, () => removeRecord(this.#parts.folder.path, name)) !== undefined) return;
    this.#account(name, 0);
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

  /** What the process before this one was reading when it ended; from the second in a row on, all of the kind. */
  #setAsideUnread(): void {
    const { left } = this.#reading;
    this.#reading.end();
    if (left === undefined || !this.#sizes.has(keyOf(left))) return;
    if (left.deaths < 2) this.#setAsideAll('being read', [left]);
    else
      this.#setAsideAll(
        'kind being read',
        this.#names().filter(({ kind }) => kind === left.kind),
      );
  }

  /** The limit may be lower than it was. The largest go: they are the fewest. */
  #setAsideOverLimit(): void {
    const largestFirst = this.#names().toSorted((a, b) => this.#sizeOf(b) - this.#sizeOf(a));
    let sizeBytes = this.#sizeBytes;
    const over = largestFirst.filter((name) => {
      const isOver = sizeBytes > this.#parts.maxBytes;
      if (isOver) sizeBytes -= this.#sizeOf(name);
      return isOver;
    });
    this.#setAsideAll('over the limit', over);
  }

  #setAsideAll(why: keyof typeof UNREAD, names: readonly Name[]): void {
    for (const name of names) this.#setAside(name);
    for (const [kind, records] of Map.groupBy(names, (name) => name.kind)) {
      this.#tell(UNREAD[why], kind, records.length);
    }
  }

  #names(): Name[] {
    return [...this.#sizes.keys()].map((key) => {
      const slashAt = key.indexOf('/');
      return { kind: key.slice(0, slashAt), id: key.slice(slashAt + 1) };
    });
  }

  #sizeOf(name: Name): number {
    return this.#sizes.get(keyOf(name)) ?? 0;
  }

  #setAside(name: Name): void {
    // Where the folder takes no change the next load meets the file again.
    if (this.#try(name, () => setAside(this.#parts.folder.path, name)) !== undefined) return;
    this.#account(name, 0);
  }

  #tell(message: string, kind: string, records: number): void {
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

  #account(name: Name, size: number): void {
    const key = keyOf(name);
    this.#sizeBytes += size - (this.#sizes.get(key) ?? 0);
    if (size === 0) this.#sizes.delete(key);
    else this.#sizes.set(key, size);
  }

  #inPages(bytes: number): number {
    const { pageBytes } = this.#parts.folder;
    return Math.ceil(bytes / pageBytes) * pageBytes;
  }
}

function keyOf({ kind, id }: Name): string {
  return `${kind}/${id}`;
}
