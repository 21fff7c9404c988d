// Asks a store what is mounted at a path. The token is the person's own and goes only to the address they gave: an
// address out of a class, which may be anybody's, is never asked, and no redirect to another is followed.
import { systemClock } from '../../clock.ts';
import { asMountError } from '../../errors.ts';
import type { PlanDefaults, Read } from '../../plan/plan.ts';
import { makeRead } from '../../plan/read.ts';
import type { Secret } from '../../secret.ts';
import type { Mount } from '../../vault/kv-path.ts';
import type { ProxySettings } from '../../vault/proxy.ts';
import { VaultStores } from '../../vault/stores.ts';
import { CommandFailed } from '../command-failed.ts';

export interface StoreLookupOptions {
  readonly store: PlanDefaults['store'];
  readonly token: Secret<string>;
  readonly proxy: ProxySettings;
  readonly requestTimeoutMs: number;
}

export class StoreLookup {
  readonly #options: StoreLookupOptions;
  readonly #stores: VaultStores;
  #wasTold = false;
  /** The first client whose store told nothing about a path. */
  #untoldBy: Awaited<ReturnType<VaultStores['open']>> | undefined;

  constructor(options: StoreLookupOptions) {
    this.#options = options;
    this.#stores = new VaultStores({
      storeConcurrency: 1,
      policy: { addresses: 'listed', allowed: [options.store.address] },
      proxy: options.proxy,
      clock: systemClock,
    });
  }

  /**
   * @param namespace of the class; empty: the one of the flags. @throws MountError if the store cannot be asked at all.
   */
  async ask(namespace: string, path: string): Promise<Mount | undefined> {
    const { store, token, requestTimeoutMs } = this.#options;
    const client = await this.#stores.open({ ...store, namespace: namespace || store.namespace, isFromClass: false });
    const mount = await client.mountAt(path, token, AbortSignal.timeout(requestTimeoutMs));
    if (mount === undefined) this.#untoldBy ??= client;
    else this.#wasTold = true;
    return mount;
  }

  /**
   * The names of a secret's keys, from KV version 2's answer without values; undefined for any other mount.
   * @param namespace of the class; empty: the one of the flags. @throws MountError if the store refuses.
   */
  async keysAt(namespace: string, secretPath: string): Promise<readonly string[] | undefined> {
    const [path = '', query = ''] = secretPath.split('?');
    const mount = await this.ask(namespace, path);
    const data = `${mount?.path ?? ''}data/`;
    if (mount?.kvVersion !== 2 || !path.startsWith(data)) return undefined;
    const read = makeRead('GET', `${mount.path}subkeys/${path.slice(data.length)}`, query, undefined);
    const body = await this.request(namespace, read);
    return Object.keys((body as { data?: { subkeys?: object } }).data?.subkeys ?? {});
  }

  /** The answer's JSON. @throws MountError if the store refuses. */
  async request(namespace: string, read: Read): Promise<unknown> {
    const { store, token, requestTimeoutMs } = this.#options;
    const client = await this.#stores.open({ ...store, namespace: namespace || store.namespace, isFromClass: false });
    const answer = await client.read(read, token, AbortSignal.timeout(requestTimeoutMs));
    return JSON.parse(answer.body.reveal().bytes.toString());
  }

  /**
   * Also false if the store, or a proxy, does not tell. @throws MountError if it cannot be asked at all.
   */
  async ignoresNamespaces(): Promise<boolean> {
    const { store, requestTimeoutMs } = this.#options;
    const client = await this.#stores.open({ ...store, isFromClass: false });
    try {
      return await client.ignoresNamespaces(AbortSignal.timeout(requestTimeoutMs));
    } catch (thrown) {
      const error = asMountError(thrown);
      if (error.isTransient) throw error;
      return false;
    }
  }

  /**
   * A store answers a forbidden path and an invalid token alike: if it told nothing, the token itself is checked.
   * @throws CommandFailed if the token is invalid
   */
  async assertTokenIsTaken(): Promise<void> {
    const { store, token, requestTimeoutMs } = this.#options;
    if (this.#wasTold || this.#untoldBy === undefined) return;
    if (await this.#untoldBy.isAlive(token, AbortSignal.timeout(requestTimeoutMs))) return;
    throw new CommandFailed(
      `${store.address} does not take the token (403 also for auth/token/lookup-self); log in again, and check that the token is this store's`,
    );
  }

  close(): void {
    this.#stores.close();
  }
}
