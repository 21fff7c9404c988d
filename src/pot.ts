// Shares a bounded number of bytes fairly among accounts. Over the bound, the account with the most bytes loses its oldest
// entry. An account below an equal share never loses anything, however much another keeps. The owner of a pot keeps the
// content; the pot knows only keys, accounts and sizes.

/** What an entry takes beside its content, as seen in the heap: places in some maps, its digest, the objects around it. */
const ENTRY_BYTES = 1024;

interface Entry {
  readonly account: string;
  readonly sizeBytes: number;
  readonly priority: number;
}

interface Share {
  sizeBytes: number;
  /** By key, oldest first. */
  readonly entries: Map<string, Entry>;
}

export class Pot {
  readonly maxBytes: number;
  readonly #entries = new Map<string, Entry>();
  /** By account, the one that put something last at the end. */
  readonly #shares = new Map<string, Share>();
  #sizeBytes = 0;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  keys(): Iterable<string> {
    return this.#entries.keys();
  }

  /** 0: no such entry. */
  sizeOf(key: string): number {
    return this.#entries.get(key)?.sizeBytes ?? 0;
  }

  /** undefined: no such entry. */
  accountOf(key: string): string | undefined {
    return this.#entries.get(key)?.account;
  }

  bytesOf(account: string): number {
    return this.#shares.get(account)?.sizeBytes ?? 0;
  }

  /**
   * Adds or replaces an entry and makes it the newest. This may exceed the bound: call `overflow` then.
   * @param priority an account's entries of lower priority are dropped first, whatever their age
   */
  put(key: string, account: string, sizeBytes: number, priority = 0): void {
    const entry = { account, sizeBytes, priority };
    const share = this.#shares.get(account) ?? { sizeBytes: 0, entries: new Map() };
    this.delete(key);
    share.entries.set(key, entry);
    share.sizeBytes += sizeBytes;
    this.#shares.delete(account);
    this.#shares.set(account, share);
    this.#entries.set(key, entry);
    this.#sizeBytes += sizeBytes;
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    const { account, sizeBytes } = entry;
    this.#entries.delete(key);
    this.#sizeBytes -= sizeBytes;
    const share = this.#shares.get(account);
    if (share === undefined) return;
    share.entries.delete(key);
    share.sizeBytes -= sizeBytes;
    if (share.entries.size === 0) this.#shares.delete(account);
  }

  /** The entry that has to go next; undefined while all are within the bound. The caller deletes it. */
  overflow(): string | undefined {
    if (this.#sizeBytes <= this.maxBytes) return undefined;
    let biggest: Share | undefined;
    // Among accounts of equal size, the one that put something last pays, not one that did not grow.
    for (const share of this.#shares.values()) {
      if (biggest === undefined || share.sizeBytes >= biggest.sizeBytes) biggest = share;
    }
    return biggest === undefined ? undefined : cheapest(biggest);
  }
}

/** What an entry weighs in memory. */
export function entryBytes(key: string, contentBytes: number): number {
  return ENTRY_BYTES + key.length + contentBytes;
}

/** Whose share it is, as pots and records name an account. Neither part can hold a slash. */
export function accountName({ namespace, account }: { readonly namespace: string; readonly account: string }): string {
  return `${namespace}/${account}`;
}

/** The namespace in an account's name. */
export function namespaceOf(account: string): string {
  return account.slice(0, account.indexOf('/'));
}

function cheapest({ entries }: Share): string | undefined {
  let found: string | undefined;
  let lowest = Number.POSITIVE_INFINITY;
  for (const [key, { priority }] of entries) {
    if (priority < lowest) [found, lowest] = [key, priority];
    if (lowest === 0) break;
  }
  return found;
}
