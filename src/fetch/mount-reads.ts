// How one mount reads from the store: with the shared session, opened when a read first needs it and left when the mount
// ends, and with an own login for each lease.
import { asMountError } from '../errors.ts';
import type { Plan, Read } from '../plan/plan.ts';
import type { LeaseLogin, SessionHandle, SessionSource } from '../session/session-source.ts';
import type { Token } from '../session/token.ts';
import { waitFor } from '../waiting.ts';
import type { Caller, Fetcher } from './fetch.ts';
import type { StoreClient } from './ports.ts';
import type { ReadResult } from './read-result.ts';

export interface MountReadsOptions extends Omit<Caller, 'handle' | 'cost'> {
  readonly plan: Plan;
  readonly sessions: SessionSource;
  readonly fetcher: Fetcher;
  readonly cost: { logins: number; reads: number };
}

export class MountReads implements Disposable {
  readonly client: StoreClient;
  readonly #options: MountReadsOptions;
  #handle: Promise<SessionHandle> | undefined;
  #sessionKey: string | undefined;
  /** Cached by `isShared`, because every read needs one. */
  readonly #leaseScopeKeys = new Map<boolean, string>();

  constructor(options: MountReadsOptions) {
    this.client = options.client;
    this.#options = options;
  }

  /**
   * Key of the owner of a read's answer. A shared answer belongs to the account, because a mount that only waited for
   * another's answer never opened its own session. Any other belongs to the session; without one, to the pod.
   */
  readonly keyOf = ({ leaseSettings: { isShared } }: Read): string =>
    isShared ? this.leaseScopeKey(true) : (this.#sessionKey ?? this.leaseScopeKey(false));

  /** Who shares a lease (SessionSource.leaseScopeKey). */
  leaseScopeKey(isShared: boolean): string {
    const known = this.#leaseScopeKeys.get(isShared);
    if (known !== undefined) return known;
    const key = this.#options.sessions.leaseScopeKey(this.#options, isShared);
    this.#leaseScopeKeys.set(isShared, key);
    return key;
  }

  /** Runs `work` for each item, as many at once as read-lanes.ts allows. */
  each<Item>(items: Iterable<Item>, work: (item: Item) => Promise<void>): Promise<void> {
    return this.#options.fetcher.lanes.each(items, work);
  }

  givesLeases(read: Read): boolean {
    return this.#options.fetcher.givesLeases(this.client, read);
  }

  /** Reads with the shared session. @returns a result for each read, by its key. Never throws. */
  async fetchShared(reads: readonly Read[], signal = this.#options.signal): Promise<ReadonlyMap<string, ReadResult>> {
    if (reads.length === 0) return new Map();
    try {
      const handle = await this.#enter(signal);
      return await this.#options.fetcher.fetchAll(reads, { ...this.#options, handle, signal });
    } catch (thrown) {
      const error = asMountError(thrown);
      return new Map(reads.map((read) => [read.key, { error }]));
    }
  }

  /** Sends a read whose answer is to be managed, with an own login if its path is known to be leased. Never throws. */
  async fetchForLease(
    read: Read,
    signal: AbortSignal,
  ): Promise<{ readonly result: ReadResult; readonly login: LeaseLogin | undefined }> {
    const { sessions, fetcher } = this.#options;
    const opened = this.givesLeases(read) ? sessions.openLeaseLogin(this.#options, read.key) : undefined;
    using handle = opened?.handle;
    const results =
      handle === undefined
        ? await this.fetchShared([read], signal)
        : await fetcher.fetchAll([read], { ...this.#options, handle, signal });
    const result = results.get(read.key);
    // Coalesced with another mount's request, whose answer was a lease: from now on the path is known to be leased.
    return result === undefined ? this.fetchForLease(read, signal) : { result, login: opened?.login };
  }

  /** The first lease of a path was issued under the shared token, which then becomes the lease's own, if it has no other. */
  promoteToLeaseLogin(token: Token): LeaseLogin | undefined {
    return token.leases === 1 ? this.#options.sessions.promoteToLeaseLogin(token) : undefined;
  }

  /** Whether its lease, issued with others under the shared token, is to be reissued under a login of its own. */
  discardSharedToken(token: Token): boolean {
    return token.leases > 1 && this.#options.sessions.discardSharedToken(token);
  }

  [Symbol.dispose](): void {
    void this.#handle?.then(
      (handle) => handle[Symbol.dispose](),
      () => {},
    );
  }

  /** Other mounts may wait for this login, so it has its own deadline. */
  async #enter(signal: AbortSignal): Promise<SessionHandle> {
    const { plan, sessions } = this.#options;
    this.#handle ??= sessions.open(this.#options, new AbortController().signal);
    const handle = await waitFor(this.#handle, this.client.describeLogin(plan.login), signal);
    this.#sessionKey = handle.session.key;
    return handle;
  }
}
