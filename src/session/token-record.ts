// Records of login tokens, stored by the login's storage key, with times as boot times.
import { hash } from 'node:crypto';
import { fromBoot, toBoot } from '../boot-time.ts';
import type { Clock } from '../clock.ts';
import type { RecordStore } from '../record-store.ts';
import { Secret } from '../secret.ts';
import type { Grant } from './ports.ts';
import { Token } from './token.ts';

/** Times are boot times; null means never. */
interface TokenForm {
  readonly token: string;
  readonly endsAt: number | null;
  readonly actAt: number | null;
  readonly firstTtlMs: number;
  readonly isRenewable: boolean;
  readonly isBatch: boolean;
  readonly leases: number;
  readonly proves: Grant['proves'];
  /** The account as which the store accepted the caller. */
  readonly account: string;
}

export class TokenRecords {
  readonly #records: RecordStore;
  readonly #clock: Clock;
  readonly #random: () => number;
  /** Tokens that no login has claimed yet, by their records' ids. */
  readonly #found = new Map<string, Token>();

  constructor(records: RecordStore, clock: Clock, random: () => number) {
    this.#records = records;
    this.#clock = clock;
    this.#random = random;
    for (const [id, record] of records.takeFound()) {
      const token = this.#toToken(record);
      if (token === undefined) records.remove(id);
      else this.#found.set(id, token);
    }
  }

  /** @param account whose share of the space it takes (accountName) */
  save(key: string, token: Token, account: string): void {
    if (!this.#records.isKept) return;
    const boot = (at: number) => (Number.isFinite(at) ? toBoot(at, this.#clock) : null);
    const { firstTtlMs, isRenewable, leases } = token;
    const form: TokenForm = {
      token: token.secret.reveal(),
      endsAt: boot(token.endsAt),
      actAt: boot(token.renewAt),
      firstTtlMs,
      isRenewable,
      isBatch: !token.isRevocable,
      leases,
      proves: token.proves,
      account: token.account,
    };
    this.#records.put(idOf(key), new Secret(JSON.stringify(form)), account);
  }

  forget(key: string): void {
    this.#found.delete(idOf(key));
    this.#records.remove(idOf(key));
  }

  /** What the login of an earlier process under this key proves; undefined once a login has claimed its token. */
  provenBy(key: string): Grant['proves'] | undefined {
    return this.#found.get(idOf(key))?.proves;
  }

  /** Claims the token that an earlier process had under this key, if it is valid. Returns it only once. */
  take(key: string): Token | undefined {
    const id = idOf(key);
    const token = this.#found.get(id);
    this.#found.delete(id);
    if (token === undefined || this.#clock.now() < token.endsAt) return token;
    this.#records.remove(id);
    return undefined;
  }

  /** Drops tokens no session claimed within `ms`. They expire on their own; their store is unknown here. */
  async dropUntaken(ms: number, stopping: AbortSignal): Promise<void> {
    if (this.#found.size === 0) return;
    await this.#clock.sleep(ms, stopping).catch(() => {});
    if (stopping.aborted) return;
    for (const id of this.#found.keys()) this.#records.remove(id);
    this.#found.clear();
  }

  /** undefined if it has expired, or if the record is malformed or from an incompatible version. */
  #toToken(record: Secret<string>): Token | undefined {
    const form = parse(record);
    if (form === undefined) return undefined;
    const now = this.#clock.now();
    const clockTime = (boot: number | null) => (boot === null ? Number.POSITIVE_INFINITY : fromBoot(boot, this.#clock));
    const endsAt = clockTime(form.endsAt);
    if (endsAt <= now) return undefined;
    const { isRenewable, isBatch, firstTtlMs, proves, account } = form;
    const ttlMs = Number.isFinite(endsAt) ? endsAt - now : 0;
    const rest = { token: new Secret(form.token), uses: 0, proves, account };
    const earlier = { firstTtlMs, renewAt: clockTime(form.actAt), leases: form.leases };
    return new Token({ ...rest, ttlMs, isRenewable, isBatch, sentAt: now }, this.#random, earlier);
  }
}

function parse(record: Secret<string>): TokenForm | undefined {
  try {
    const form = JSON.parse(record.reveal());
    const isWellFormed =
      typeof form.token === 'string' &&
      [form.endsAt, form.actAt].every((at) => at === null || typeof at === 'number') &&
      [form.firstTtlMs, form.leases].every((count) => typeof count === 'number') &&
      [form.isRenewable, form.isBatch].every((is) => typeof is === 'boolean') &&
      (form.proves === 'account' || form.proves === 'pod') &&
      typeof form.account === 'string';
    return isWellFormed ? form : undefined;
  } catch {
    return undefined;
  }
}

function idOf(key: string): string {
  return hash('sha256', key);
}
