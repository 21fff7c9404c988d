// The form in which a session's token outlives the process: under the session's key, its times as boot times.
import { createHash } from 'node:crypto';
import { fromBoot, toBoot } from '../boot-time.ts';
import type { Clock } from '../clock.ts';
import { Secret } from '../secret.ts';
import type { Shelf } from '../shelf.ts';
import { LiveToken } from './live-token.ts';

interface TokenForm {
  readonly token: string;
  /** Boot time; null: it does not end. */
  readonly endsAt: number | null;
  readonly firstTtlMs: number;
  readonly isRenewable: boolean;
  readonly isBatch: boolean;
  readonly leases: number;
}

export class TokenRecords {
  readonly #shelf: Shelf;
  readonly #clock: Clock;
  readonly #random: () => number;
  /** Records that no session has taken yet, by id. */
  readonly #found: Map<string, Secret<string>>;
  readonly #taken = new Set<string>();

  constructor(shelf: Shelf, clock: Clock, random: () => number) {
    this.#shelf = shelf;
    this.#clock = clock;
    this.#random = random;
    this.#found = new Map(shelf.takeFound());
  }

  save(key: string, token: LiveToken): void {
    const form: TokenForm = {
      token: token.secret.reveal(),
      endsAt: Number.isFinite(token.endsAt) ? toBoot(token.endsAt, this.#clock) : null,
      firstTtlMs: token.firstTtlMs,
      isRenewable: token.isRenewable,
      isBatch: !token.isRevocable,
      leases: token.leases,
    };
    this.#shelf.put(idOf(key), new Secret(JSON.stringify(form)));
  }

  forget(key: string): void {
    this.#found.delete(idOf(key));
    this.#taken.delete(idOf(key));
    this.#shelf.remove(idOf(key));
  }

  /** An earlier process had one, and it has not been given up since. */
  has(key: string): boolean {
    return this.#found.has(idOf(key)) || this.#taken.has(idOf(key));
  }

  /** The token that an earlier process had under this key, where it lives; once. */
  take(key: string): LiveToken | undefined {
    const id = idOf(key);
    const record = this.#found.get(id);
    this.#found.delete(id);
    const token = record === undefined ? undefined : this.#toToken(record);
    if (token !== undefined) this.#taken.add(id);
    else if (record !== undefined) this.#shelf.remove(id);
    return token;
  }

  /** undefined: it has ended, or its form is none of ours. */
  #toToken(record: Secret<string>): LiveToken | undefined {
    const form = parse(record);
    if (form === undefined) return undefined;
    const now = this.#clock.now();
    const ttlMs = form.endsAt === null ? 0 : fromBoot(form.endsAt, this.#clock) - now;
    if (form.endsAt !== null && ttlMs <= 0) return undefined;
    const { isRenewable, isBatch, firstTtlMs } = form;
    const rest = { token: new Secret(form.token), uses: 0, metadata: new Map<string, string>() };
    const token = new LiveToken({ ...rest, ttlMs, isRenewable, isBatch, sentAt: now }, this.#random, firstTtlMs);
    token.leases = form.leases;
    return token;
  }
}

function parse(record: Secret<string>): TokenForm | undefined {
  try {
    const form = JSON.parse(record.reveal());
    return typeof form?.token === 'string' && typeof form.firstTtlMs === 'number' ? form : undefined;
  } catch {
    return undefined;
  }
}

function idOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
