// Sees held answers through their lives: renews leases ahead of their end, gives back what nobody holds. It never
// issues: that needs a poll.
import type { Clock } from '../clock.ts';
import { asMountError, type MountError } from '../errors.ts';
import type { Emit } from '../events.ts';
import type { Door } from '../fetch/ports.ts';
import { recheckAt } from '../lifetime.ts';
import { accountName } from '../pot.ts';
import type { OwnLogin } from '../session/access.ts';
import type { Returns } from '../session/returns.ts';
import { factOf, type Held } from './lease.ts';

export interface KeeperErrand {
  readonly session: string;
  /** For whom it is sent. */
  readonly owner: { readonly namespace: string; readonly account: string };
  /** Names the request in a message. */
  readonly what: string;
  readonly isUrgent: boolean;
}

export interface KeeperOptions {
  readonly clock: Clock;
  readonly emit: Emit;
  /** Sends with the turn of all others: fetch/gate.ts, by way of the wiring. */
  readonly send: <T>(
    door: Door,
    errand: KeeperErrand,
    request: (signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
  ) => Promise<T>;
  readonly returns: Returns;
  /** Aborts when the process ends: no more renewals. */
  readonly stopping: AbortSignal;
}

export class HeldKeeper {
  readonly #options: KeeperOptions;
  /** False while nobody seems to be there any more. */
  readonly #isWanted: (held: Held) => boolean;
  readonly #onRenewed: (held: Held) => void;
  readonly #onNearEnd: () => void;
  readonly #onEnd: (held: Held) => void;

  constructor(
    options: KeeperOptions,
    isWanted: (held: Held) => boolean,
    onRenewed: (held: Held) => void,
    onNearEnd: () => void,
    onEnd: (held: Held) => void,
  ) {
    this.#options = options;
    this.#isWanted = isWanted;
    this.#onRenewed = onRenewed;
    this.#onNearEnd = onNearEnd;
    this.#onEnd = onEnd;
  }

  /** Ends with the held answer. */
  keep(held: Held): void {
    void this.#tend(held).catch((thrown) => {
      if (!this.#options.stopping.aborted)
        this.#options.emit({ type: 'fault', message: 'keeping an answer failed', cause: thrown });
    });
  }

  /** Ends the lease in the store, as far as its token may. */
  async giveBack(held: Held, signal: AbortSignal): Promise<void> {
    if (held.state === 'ended') return;
    held.end();
    const { token } = held;
    const login = ownLogin(held);
    if (!held.read.holding.isGivenBack) return login?.abandon();
    // One whose uses are counted no session keeps.
    if (login !== undefined && !token?.isCounted) return login.end(signal);
    const { leaseId } = held.answer;
    if (leaseId === undefined || token === undefined || token.state === 'gone') return;
    const request = (own: AbortSignal) =>
      login === undefined ? held.door.revokeLease(leaseId, token.secret, own) : held.door.revoke(token.secret, own);
    const errand = this.#errand(held, 'lease revocation', false);
    const send = (own: AbortSignal) => this.#options.send(held.door, errand, request, own);
    const account = accountName(held.owner);
    // Where the default policy forbids it, the lease is renewed no longer and ends by itself.
    await this.#options.returns.give({ account, what: 'a lease', endsAt: () => held.endsAt, send }, signal);
  }

  /** The lease has ended by itself: the login that was made for it has nothing to carry any more. */
  async loginEnds(held: Held, signal: AbortSignal): Promise<void> {
    const login = ownLogin(held);
    if (login === undefined || held.token?.isCounted) return;
    if (held.read.holding.isGivenBack) await login.end(signal);
    else login.abandon();
  }

  async #tend(held: Held): Promise<void> {
    const { clock, stopping } = this.#options;
    while (held.state !== 'ended') {
      const { nearEndAt } = held;
      const isNearEnd = clock.now() >= nearEndAt;
      const wakeAt = Math.min(held.renewAt, isNearEnd ? held.endsAt : nearEndAt);
      if (wakeAt === Number.POSITIVE_INFINITY) return;
      await clock.sleep(Math.max(0, wakeAt - clock.now()), held.over).catch(() => {});
      const now = clock.now();
      if (stopping.aborted || held.over.aborted) return;
      if (now >= held.endsAt) {
        held.end();
        this.#onEnd(held);
        return;
      }
      if (!isNearEnd && now >= nearEndAt) this.#onNearEnd();
      if (now >= held.renewAt) await this.#renew(held, now);
    }
  }

  async #renew(held: Held, now: number): Promise<void> {
    const { leaseId } = held.answer;
    const { token } = held;
    if (leaseId === undefined || token === undefined) return held.becomeDue();
    if (!this.#isWanted(held)) {
      held.renewAt = recheckAt(now, held.endsAt);
      return;
    }
    const { stopping } = this.#options;
    const request = (own: AbortSignal) => held.door.renewLease(leaseId, token.secret, own);
    try {
      const errand = this.#errand(held, 'lease renewal', held.isUrgent(now));
      held.renewed(await this.#options.send(held.door, errand, request, stopping));
      this.#onRenewed(held);
      this.#options.emit(factOf(held, 'renewed'));
    } catch (thrown) {
      this.#renewalFailed(held, asMountError(thrown));
    }
  }

  /** A lease that the store knows no longer is over (400); one that it will not renew lives to its end (403). */
  #renewalFailed(held: Held, error: MountError): void {
    if (error.reason === 'request-refused' || error.kind === 'absent') {
      held.end();
      this.#onEnd(held);
    } else if (error.isPassing) held.renewalFailed(this.#options.clock.now());
    else held.becomeDue();
  }

  #errand(held: Held, what: string, isUrgent: boolean): KeeperErrand {
    return { session: held.login?.key ?? held.key, owner: held.owner, what, isUrgent };
  }
}

/** Others may have read leases under its login before it took that with it: those must not end with it. */
function ownLogin({ token, login }: Held): OwnLogin | undefined {
  return token !== undefined && token.leases > 1 ? undefined : login;
}
