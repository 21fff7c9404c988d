// One mount's ways to the store: the pod's login, entered when a read first needs it and left when the mount ends, and
// a login of its own for an answer that lives and dies with its token.
import { asMountError } from '../errors.ts';
import type { Plan, Read } from '../plan/plan.ts';
import type { Access, AccessSource, OwnLogin } from '../session/access.ts';
import type { LiveToken } from '../session/live-token.ts';
import { waitFor } from '../waiting.ts';
import type { Caller, Fetcher } from './fetch.ts';
import type { Outcome } from './outcome.ts';
import type { Door } from './ports.ts';

export interface MountReadsOptions extends Omit<Caller, 'visit' | 'cost'> {
  readonly plan: Plan;
  readonly sessions: AccessSource;
  readonly fetcher: Fetcher;
  readonly cost: { logins: number; reads: number };
}

export class MountReads {
  readonly door: Door;
  readonly #options: MountReadsOptions;
  #access: Promise<Access> | undefined;
  #sessionKey: string | undefined;
  /** By whether the answer is shared. Each is asked for once per read. */
  readonly #holderKeys = new Map<boolean, string>();

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
    isShared ? this.holderKey(true) : (this.#sessionKey ?? this.holderKey(false));

  /** Who holds an answer together (AccessSource.holderKey). */
  holderKey(isShared: boolean): string {
    const known = this.#holderKeys.get(isShared);
    if (known !== undefined) return known;
    const key = this.#options.sessions.holderKey(this.#options.plan, this.door, isShared);
    this.#holderKeys.set(isShared, key);
    return key;
  }

  givesLeases(read: Read): boolean {
    return this.#options.fetcher.givesLeases(this.door, read);
  }

  /** By the pod's login. @returns an outcome for each read, by its key. Never throws. */
  async fetchShared(reads: readonly Read[], signal = this.#options.signal): Promise<ReadonlyMap<string, Outcome>> {
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
  ): Promise<{ readonly outcome: Outcome; readonly login: OwnLogin | undefined }> {
    const { plan, sessions, fetcher, cost } = this.#options;
    const access = this.givesLeases(read) ? sessions.visitAlone(plan, this.door, cost, read.key) : undefined;
    const outcomes =
      access === undefined
        ? await this.fetchShared([read], signal)
        : await fetcher.fetchAll([read], { ...this.#options, visit: access, signal });
    access?.leave();
    const outcome = outcomes.get(read.key);
    // It joined another's request, whose answer was a lease: from now on its path is known for them.
    return outcome === undefined ? this.fetchAlone(read, signal) : { outcome, login: access?.own };
  }

  /** The first lease of a path was found on the pod's login: that token is then the lease's, if it carries no other. */
  takeOver(token: LiveToken): OwnLogin | undefined {
    return token.leases === 1 ? this.#options.sessions.takeOver(token) : undefined;
  }

  /** Whether its lease, found with others on the pod's login, is to be asked for anew by a login of its own. */
  disown(token: LiveToken): boolean {
    return token.leases > 1 && this.#options.sessions.disown(token);
  }

  leave(): void {
    void this.#access?.then(
      (access) => access.leave(),
      () => {},
    );
  }

  /** Others may wait for what is read by this login, so it has a time of its own, as any login, and not the mount's. */
  async #enter(signal: AbortSignal): Promise<Access> {
    const { plan, sessions, cost } = this.#options;
    this.#access ??= sessions.visit(plan, this.door, cost, new AbortController().signal);
    const access = await waitFor(this.#access, this.door.describeLogin(plan.login), signal);
    this.#sessionKey = access.session.key;
    return access;
  }
}
