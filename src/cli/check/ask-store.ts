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
      return toMount(answer.body.reveal().get('data'));
    } catch (thrown) {
      const error = asMountError(thrown);
      if (UNTOLD.has(error.reason)) return undefined;
      throw error;
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
