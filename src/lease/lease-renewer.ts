// Renews leases before they expire, and revokes them. It never issues one, because that needs a poll.
import type { Clock } from '../clock.ts';
import { asMountError, type MountError } from '../errors.ts';
import type { Emit } from '../events.ts';
import { accountName } from '../pot.ts';
import type { RequestOptions } from '../request-options.ts';
import type { SendRequest } from '../session/options.ts';
import type { Revocations } from '../session/revocations.ts';
import type { LeaseLogin } from '../session/session-source.ts';
import type { Lease } from './lease.ts';
import { factOf } from './lease-status.ts';

export interface LeaseRenewerOptions {
  readonly clock: Clock;
  readonly emit: Emit;
  readonly send: SendRequest;
  readonly revocations: Revocations;
  /** Aborts when the process ends: no more renewals. */
  readonly stopping: AbortSignal;
}

export class LeaseRenewer {
  readonly #options: LeaseRenewerOptions;
  /** False while apparently no volume polls for it. */
  readonly #isWanted: (lease: Lease) => boolean;
  readonly #onRenewed: (lease: Lease) => void;
  readonly #onNearEnd: () => void;
  readonly #onEnd: (lease: Lease) => void;

  constructor(
    options: LeaseRenewerOptions,
    isWanted: (lease: Lease) => boolean,
    onRenewed: (lease: Lease) => void,
    onNearEnd: () => void,
    onEnd: (lease: Lease) => void,
  ) {
    this.#options = options;
    this.#isWanted = isWanted;
    this.#onRenewed = onRenewed;
    this.#onNearEnd = onNearEnd;
    this.#onEnd = onEnd;
  }

  /** Renews it until it is over. */
  start(lease: Lease): void {
    void this.#run(lease).catch((thrown) => {
      if (!this.#options.stopping.aborted)
        this.#options.emit({ type: 'fault', message: 'renewing a lease failed', cause: thrown });
    });
  }

  /** Revokes it, unless its class leaves it to expire or a policy forbids it. Never rejects. @returns whether it did */
  async revoke(lease: Lease, signal: AbortSignal): Promise<boolean> {
    const { token } = lease;
    const login = ownLogin(lease);
    if (!lease.read.leaseSettings.isRevoked) {
      login?.leaveToExpire();
      return false;
    }
    // Use-limited tokens belong to no session, so revoke the lease here.
    if (login !== undefined && !token?.isUseLimited) {
      await login.revoke(signal);
      return token?.end === 'revoked';
    }
    const { leaseId } = lease.answer;
    if (leaseId === undefined || token === undefined || token.isOver) return false;
    const request = (own: AbortSignal) =>
      login === undefined
        ? lease.client.revokeLease(leaseId, token.secret, own)
        : lease.client.revoke(token.secret, own);
    const options = this.#requestOptions(lease, 'lease revocation', false);
    const send = (own: AbortSignal) => this.#options.send(lease.client, options, request, own);
    const account = accountName(lease.owner);
    // If the policy forbids it, the lease is renewed no longer and expires.
    return this.#options.revocations.revoke({ account, what: 'a lease', endsAt: () => lease.endsAt, send }, signal);
  }

  /** Ends the own login of a lease that expired or was lost: revokes it, or leaves it to expire if the class says so. */
  async endLogin(lease: Lease, signal: AbortSignal): Promise<void> {
    const login = ownLogin(lease);
    if (login === undefined || lease.token?.isUseLimited) return;
    if (lease.read.leaseSettings.isRevoked) await login.revoke(signal);
    else login.leaveToExpire();
  }

  async #run(lease: Lease): Promise<void> {
    const { clock, stopping } = this.#options;
    while (!lease.isOver) {
      const { nearEndAt } = lease;
      const isNearEnd = clock.now() >= nearEndAt;
      const wakeAt = Math.min(lease.renewAt, isNearEnd ? lease.endsAt : nearEndAt);
      if (wakeAt === Number.POSITIVE_INFINITY) return;
      await clock.sleep(Math.max(0, wakeAt - clock.now()), lease.over).catch(() => {});
      const now = clock.now();
      if (stopping.aborted || lease.over.aborted) return;
      if (now >= lease.endsAt) {
        lease.expired();
        this.#onEnd(lease);
        return;
      }
      if (!isNearEnd && now >= nearEndAt) this.#onNearEnd();
      if (now >= lease.renewAt) await this.#renew(lease, now);
    }
  }

  async #renew(lease: Lease, now: number): Promise<void> {
    const { leaseId } = lease.answer;
    const { token } = lease;
    if (leaseId === undefined || token === undefined) return lease.cannotBeRenewed();
    if (!this.#isWanted(lease)) return lease.renewalPostponed(now);
    const { stopping } = this.#options;
    const request = (own: AbortSignal) => lease.client.renewLease(leaseId, token.secret, own);
    try {
      const options = this.#requestOptions(lease, 'lease renewal', lease.isUrgent(now));
      lease.renewed(await this.#options.send(lease.client, options, request, stopping));
      this.#onRenewed(lease);
      this.#options.emit(factOf(lease, 'renewed'));
    } catch (thrown) {
      this.#renewalFailed(lease, asMountError(thrown));
    }
  }

  /** A lease that the store no longer knows (400) is lost. One that it refuses to renew (403) lives until it expires. */
  #renewalFailed(lease: Lease, error: MountError): void {
    if (error.reason === 'request-refused' || error.kind === 'absent') {
      lease.lost();
      this.#onEnd(lease);
    } else if (error.isTransient) lease.renewalFailed(this.#options.clock.now());
    else lease.cannotBeRenewed();
  }

  #requestOptions({ login, key, owner }: Lease, what: string, isUrgent: boolean): RequestOptions {
    const session = { key: login?.key ?? key, account: accountName(owner) };
    const priority = isUrgent ? 'first' : 'renewal';
    return { session, what, priority, retry: undefined, evidence: 'account', isUpkeep: true };
  }
}

/** Other leases may exist under this token; revoking it would end them too. */
function ownLogin({ token, login }: Lease): LeaseLogin | undefined {
  return token !== undefined && token.leases > 1 ? undefined : login;
}
