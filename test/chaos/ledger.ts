// What the store had and gave, and to whom: written by the proxy and by whoever changes a secret, read by the
// observer. It knows nothing of the provider but which login each request came with.
import type { Account } from './classes.ts';

/** From the store's answer to a record on tmpfs, beside what the machine was late by. */
const INSTANT_MS = 250;

/** A value of a KV path. It may have been read from `fromAt` to `toAt`, both on the safe side. */
export interface Value {
  readonly index: number;
  readonly fromAt: number;
  toAt: number;
}

/** An answer with a KV value that left the proxy whole. */
export interface Given {
  readonly path: string;
  readonly account: Account;
  readonly index: number;
  readonly arrivedAt: number;
}

/** A user or certificate that the store made. */
export interface Issued {
  /** User name or serial number: what tells it from all others. */
  readonly mark: string;
  /** The other part of it: a password, or a private key. */
  readonly secret: string;
  /** Empty for a certificate. */
  readonly leaseId: string;
  readonly account: Account;
  readonly token: string;
  readonly arrivedAt: number;
  readonly issuedAt: number;
  /** What the provider was last told of its end. Infinity: a certificate's is hours away. */
  goodUntil: number;
  /** When it was last told so. */
  toldAt: number;
  /** When it last heard that the store failed to renew it. */
  renewalFailedAt: number;
  /** When the store took it back, as seen from outside. */
  goneAt: number;
  /** A record that the provider needs for it was damaged by us. */
  isSpoilt: boolean;
  /** Uids of the pods that got it in a file. */
  readonly pods: Set<string>;
}

export class Ledger {
  readonly #values = new Map<string, Value[]>();
  readonly #given: Given[] = [];
  readonly #issued = new Map<string, Issued>();
  readonly #accounts = new Map<string, Account>();
  readonly killedAt: number[] = [];
  /** How late timers of this process came at most in this run: on a busy machine the daemon's come as late. */
  latenessMs = 0;

  /** To be called before the write is sent. @returns the data to write, and what to call when it is done */
  write(path: string): { readonly data: Record<string, string>; readonly done: () => void } {
    const values = this.#values.get(path) ?? [];
    this.#values.set(path, values);
    const index = values.length;
    const before = [...values];
    values.push({ index, fromAt: Date.now(), toAt: Number.POSITIVE_INFINITY });
    return {
      data: { user: `user ${path}#${index}`, password: `password ${path}#${index}` },
      done: () => {
        for (const value of before) value.toAt = Math.min(value.toAt, Date.now());
      },
    };
  }

  value(path: string, index: number): Value | undefined {
    return this.#values.get(path)?.[index];
  }

  loggedIn(token: string, account: Account): void {
    this.#accounts.set(token, account);
  }

  accountOf(token: string): Account | undefined {
    return this.#accounts.get(token);
  }

  gave(given: Given): void {
    this.#given.push(given);
  }

  /** Whether this account was given the value by an answer whose request arrived in that time. */
  wasGiven(account: Account, path: string, index: number, fromAt: number, toAt: number): boolean {
    return this.#given.some(
      (one) =>
        one.account === account &&
        one.path === path &&
        one.index === index &&
        one.arrivedAt >= fromAt &&
        one.arrivedAt <= toAt,
    );
  }

  issued(issued: Omit<Issued, 'toldAt' | 'renewalFailedAt' | 'goneAt' | 'isSpoilt' | 'pods'>): void {
    this.#issued.set(issued.mark, {
      ...issued,
      toldAt: issued.issuedAt,
      renewalFailedAt: Number.NEGATIVE_INFINITY,
      goneAt: Number.POSITIVE_INFINITY,
      isSpoilt: false,
      pods: new Set(),
    });
  }

  /** Its lease, by an answer that left the proxy whole and in time. */
  renewed(leaseId: string, goodUntil: number): void {
    const one = this.#ofLease(leaseId);
    if (one === undefined) return;
    one.goodUntil = goodUntil;
    one.toldAt = Date.now();
  }

  /** By the store, or because it was away, and somebody was there to hear it. */
  renewalFailed(leaseId: string): void {
    const one = this.#ofLease(leaseId);
    if (one !== undefined) one.renewalFailedAt = Date.now();
  }

  /** Between these moments the daemon may have been killed before it could make a record. */
  isOfAKill(fromAt: number, toAt: number): boolean {
    const instantMs = INSTANT_MS + this.latenessMs;
    return this.killedAt.some((at) => fromAt <= at + instantMs && toAt >= at - instantMs);
  }

  /**
   * Whether its lease may be in the store at the end, as the provider has no record to revoke it by. An answer that was
   * lost goes with its token, as what was asked for again on that does: by one record.
   */
  mayStay(one: Issued): boolean {
    if (this.#isWithoutRecord(one)) return true;
    if (one.pods.size > 0) return false;
    return [...this.all()].some((other) => other.token === one.token && this.#isWithoutRecord(other));
  }

  find(mark: string): Issued | undefined {
    return this.#issued.get(mark);
  }

  all(): Iterable<Issued> {
    return this.#issued.values();
  }

  /**
   * What a damaged record's bytes name: an answer, the token on which its lease hangs, or the lease alone, if the value
   * was dropped and the store has yet to revoke it.
   */
  spoil(bytes: string): void {
    for (const one of this.#issued.values()) {
      const names = [one.mark, one.token, one.leaseId];
      if (names.some((name) => name !== '' && bytes.includes(name))) one.isSpoilt = true;
    }
  }

  #ofLease(leaseId: string): Issued | undefined {
    return [...this.#issued.values()].find((one) => one.leaseId === leaseId);
  }

  /** Its record was damaged, or it was issued in the instant of a SIGKILL, so that none could be made. */
  #isWithoutRecord({ isSpoilt, pods, arrivedAt, issuedAt }: Issued): boolean {
    return isSpoilt || (pods.size === 0 && this.isOfAKill(arrivedAt, issuedAt));
  }
}
