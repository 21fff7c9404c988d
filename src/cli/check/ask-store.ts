// Asks a store what is mounted at a path. The token is the person's own and goes only to the address they gave: an
// address out of a class, which may be anybody's, is never asked, and no redirect to another is followed.
import type { Mount } from '../../check/kv-mounts.ts';
import { systemClock } from '../../clock.ts';
import { asMountError } from '../../errors.ts';
import type { JsonText } from '../../json-text/json-text.ts';
import type { PlanDefaults } from '../../plan/plan.ts';
import { makeRead } from '../../plan/read.ts';
import type { Secret } from '../../secret.ts';
import type { ProxySettings } from '../../vault/proxy.ts';
import { VaultStores } from '../../vault/stores.ts';
import { CommandFailed } from '../command-failed.ts';

/** What says no more than that this path, with this token, is not told about. */
const UNTOLD = new Set(['read-forbidden', 'path-missing', 'request-refused']);

export interface AskerOptions {
  readonly store: PlanDefaults['store'];
  readonly token: Secret<string>;
  readonly proxy: ProxySettings;
  readonly requestTimeoutMs: number;
}

export class StoreAsker {
  readonly #options: AskerOptions;
  readonly #stores: VaultStores;
  #wasTold = false;
  /** The first that forbade a path. */
  #forbiddenBy: Awaited<ReturnType<VaultStores['open']>> | undefined;

  constructor(options: AskerOptions) {
    this.#options = options;
    this.#stores = new VaultStores({
      storeConcurrency: 1,
      policy: { addresses: 'listed', allowed: [options.store.address] },
      proxy: options.proxy,
      clock: systemClock,
    });
  }

  /** @param namespace of the class; empty: the one of the flags. @throws MountError where the store cannot be asked at all. */
  async ask(namespace: string, path: string): Promise<Mount | undefined> {
    const { store, token, requestTimeoutMs } = this.#options;
    const door = await this.#stores.open({ ...store, namespace: namespace || store.namespace, isFromClass: false });
    const read = makeRead('GET', `sys/internal/ui/mounts/${path}`, '', undefined);
    try {
      const answer = await door.read(read, token, AbortSignal.timeout(requestTimeoutMs));
      this.#wasTold = true;
      return toMount(answer.body.reveal().get('data'));
    } catch (thrown) {
      const error = asMountError(thrown);
      if (!UNTOLD.has(error.reason)) throw error;
      if (error.reason === 'read-forbidden') this.#forbiddenBy ??= door;
      return undefined;
    }
  }

  /** False also where the store, or what stands before it, does not say. @throws MountError where it cannot be asked at all. */
  async ignoresNamespaces(): Promise<boolean> {
    const { store, requestTimeoutMs } = this.#options;
    const door = await this.#stores.open({ ...store, isFromClass: false });
    try {
      return await door.ignoresNamespaces(AbortSignal.timeout(requestTimeoutMs));
    } catch (thrown) {
      const error = asMountError(thrown);
      if (UNTOLD.has(error.reason)) return false;
      throw error;
    }
  }

  /**
   * To a store a path that is forbidden and a token that is none look alike: where nothing was told, the token is asked about.
   * @throws CommandFailed where the store does not take it
   */
  async assertTokenIsTaken(): Promise<void> {
    const { store, token, requestTimeoutMs } = this.#options;
    if (this.#wasTold || this.#forbiddenBy === undefined) return;
    if (await this.#forbiddenBy.isAlive(token, AbortSignal.timeout(requestTimeoutMs))) return;
    throw new CommandFailed(
      `${store.address} does not take the token (403 also for auth/token/lookup-self); log in again, and check that the token is this store's`,
    );
  }

  close(): void {
    this.#stores.close();
  }
}

function toMount(data: JsonText | undefined): Mount | undefined {
  const path = data?.get('path')?.text;
  if (path === undefined) return undefined;
  const version = data?.get('options')?.get('version')?.text;
  const isKv = data?.get('type')?.text === 'kv';
  return { path, kvVersion: isKv ? (version === '2' ? 2 : 1) : undefined };
}
