// Asks a store what is mounted at a path. The token is the person's own and goes only to the address they gave: an
// address out of a class, which may be anybody's, is never asked, and no redirect to another is followed.
import { systemClock } from '../../clock.ts';
import type { Mount } from '../../kv-path.ts';
import type { PlanDefaults } from '../../plan/plan.ts';
import type { Secret } from '../../secret.ts';
import type { ProxySettings } from '../../vault/proxy.ts';
import { VaultStores } from '../../vault/stores.ts';

export interface AskerOptions {
  readonly store: PlanDefaults['store'];
  readonly token: Secret<string>;
  readonly proxy: ProxySettings;
  readonly requestTimeoutMs: number;
}

export class StoreAsker {
  readonly #options: AskerOptions;
  readonly #stores: VaultStores;

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
    return door.mountAt(path, token, AbortSignal.timeout(requestTimeoutMs));
  }

  close(): void {
    this.#stores.close();
  }
}
