// One mount's ways to the store: the pod's login, entered when a read first needs it and left when the mount ends, and
// a login of its own for an answer that lives and dies with its token.
import { asMountError } from '../errors.ts';
import type { Plan, Read } from '../plan/plan.ts';
import type { LeaseLogin, SessionHandle, SessionSource } from '../session/session-source.ts';
import type { Token } from '../session/token.ts';
import { waitFor } from '../waiting.ts';
import type { Caller, Fetcher } from './fetch.ts';
import type { Door } from './ports.ts';
import type { ReadResult } from './read-result.ts';

export interface MountReadsOptions extends Omit<Caller, 'visit' | 'cost'> {
  readonly plan: Plan;
  readonly sessions: SessionSource;
  readonly fetcher: Fetcher;
  readonly cost: { logins: number; reads: number };
}

export class MountReads {
  readonly door: Door;
  readonly #options: MountReadsOptions;
  #handle: Promise<SessionHandle> | undefined;
  #sessionKey: string | undefined;
  /** By whether the answer is shared. Each is asked for once per read. */
  readonly #leaseScopeKeys = new Map<boolean, string>();

  constructor(options: MountReadsOptions) {
    this.door = options.door;
    this.#options = options;
  }

  /**
   * Whose the answer to a read is: of a shared one all pods' of the account, as a mount that only waited for another's
   * answer never entered its own session. Of others the pod's login's, or where no read needed it, or it could not be
   * entered, that of the one that only this pod has.
   */
  readonly keyOf = ({ holding: { isShared } }: Read): string =>
    isShared ? this.leaseScopeKey(true) : (this.#sessionKey ?? this.leaseScopeKey(false));

  /** Who holds an answer together (AccessSource.holderKey). */
  leaseScopeKey(isShared: boolean): string {
    const known = this.#leaseScopeKeys.get(isShared);
    if (known !== undefined) return known;
    const key = this.#options.sessions.leaseScopeKey(this.#options.plan, this.door, isShared);
    this.#leaseScopeKeys.set(isShared, key);
    return key;
  }

  givesLeases(read: Read): boolean {
    return this.#options.fetcher.givesLeases(this.door, read);
  }

  /** By the pod's login. @returns an outcome for each read, by its key. Never throws. */
  async fetchShared(reads: readonly Read[], signal = this.#options.signal): Promise<ReadonlyMap<string, ReadResult>> {
    if (reads.length === 0) return new Map();
    try {
      const visit = await this.#enter(signal);
      return await this.#options.fetcher.fetchAll(reads, { ...this.#options, visit, signal });
    } catch (thrown) {
      const error = asMountError(thrown);
      return new Map(reads.map((read) => [read.key, { error }]));
    }
  }

  /** An answer to be held, by a login of its own where its path gives leases. Never throws. */
  async fetchAlone(
    read: Read,
    signal: AbortSignal,
  ): Promise<{ readonly result: ReadResult; readonly login: LeaseLogin | undefined }> {
    const { plan, sessions, fetcher, cost } = this.#options;
    const handle = this.givesLeases(read) ? sessions.openLeaseLogin(plan, this.door, cost, read.key) : undefined;
    const results =
      handle === undefined
        ? await this.fetchShared([read], signal)
        : await fetcher.fetchAll([read], { ...this.#options, visit: handle, signal });
    handle?.leave();
    const result = results.get(read.key);
    // It joined another's request, whose answer was a lease: from now on its path is known for them.
    return result === undefined ? this.fetchAlone(read, signal) : { result, login: handle?.own };
  }

  /** The first lease of a path was found on the pod's login: that token is then the lease's, if it carries no other. */
  promoteToLeaseLogin(token: Token): LeaseLogin | undefined {
    return token.leases === 1 ? this.#options.sessions.promoteToLeaseLogin(token) : undefined;
  }

  /** Whether its lease, found with others on the pod's login, is to be asked for anew by a login of its own. */
  discardSharedToken(token: Token): boolean {
    return token.leases > 1 && this.#options.sessions.discardSharedToken(token);
  }

  leave(): void {
    void this.#handle?.then(
      (handle) => handle.leave(),
      () => {},
    );
  }

  /** Others may wait for what is read by this login, so it has a time of its own, as any login, and not the mount's. */
  async #enter(signal: AbortSignal): Promise<SessionHandle> {
    const { plan, sessions, cost } = this.#options;
    this.#handle ??= sessions.open(plan, this.door, cost, new AbortController().signal);
    const { mount, role } = plan.login;
    const handle = await waitFor(this.#handle, `login at auth/${mount} as role "${role}"`, signal);
    this.#sessionKey = handle.session.key;
    return handle;
  }
}
