// Vault Community silently ignores a request's namespace and answers with the ROOT namespace's secret. If a class or the
// operator names a namespace, the store is asked, once for all pods, whether it does so.
import type { Clock } from '../clock.ts';
import { asMountError, MountError } from '../errors.ts';
import type { Emit } from '../events.ts';
import type { StoreCheck, StoreClient } from '../fetch/ports.ts';
import type { RequestDispatcher } from '../fetch/request-dispatcher.ts';
import type { Plan } from '../plan/plan.ts';
import { accountName } from '../pot.ts';
import { waitFor, withinTime } from '../waiting.ts';

export interface NamespacesOptions {
  readonly dispatcher: Pick<RequestDispatcher, 'send'>;
  readonly clock: Clock;
  readonly emit: Emit;
  /** Refuse a class if the store ignores its namespace or does not say that it supports namespaces. */
  readonly isRequired: boolean;
  /** Includes the wait for a slot. */
  readonly timeoutMs: number;
}

interface Asked {
  readonly at: number;
  /** The account whose slot the request takes. */
  readonly account: string;
  readonly sending: Sending;
  readonly isIgnored: Promise<boolean>;
}

interface Sending {
  /** True once it has its slot. */
  isSent: boolean;
}

/** How long the answer is kept: the store may be replaced by another edition. */
const KNOWN_FOR_MS = 10 * 60_000;
/** A class may name any number of stores and namespaces. */
const MOST_KNOWN = 256;
const WHAT = 'GET sys/health';

export class Namespaces implements StoreCheck {
  readonly #options: NamespacesOptions;
  /** By store client, the one asked longest ago first. Failed requests are not kept. */
  readonly #asked = new Map<string, Asked>();

  constructor(options: NamespacesOptions) {
    this.#options = options;
  }

  /**
   * For a plan with a namespace. Waits for the store's answer only if it decides. @throws MountError namespace-ignored, or
   * the failure of the request
   */
  async check(plan: Plan, client: StoreClient, signal: AbortSignal): Promise<void> {
    const isIgnored = this.#ask(plan, client);
    if (!this.#options.isRequired) {
      isIgnored.then(
        (is) => is && this.#report(plan),
        // If the store cannot be reached, the mount's own requests report it.
        () => {},
      );
      return;
    }
    if (await waitFor(isIgnored, WHAT, signal).catch((thrown) => Promise.reject(unsaid(plan, asMountError(thrown))))) {
      this.#report(plan);
      throw new MountError(
        'namespace-ignored',
        `vaultNamespace ${JSON.stringify(plan.store.namespace)}: ${plan.store.address} is Vault Community, which has no namespaces and would answer with the root namespace's secrets; remove vaultNamespace, or name a store that has it`,
      );
    }
  }

  #ask(plan: Plan, client: StoreClient): Promise<boolean> {
    const { clock } = this.#options;
    const now = clock.now();
    const account = accountName(plan.identity);
    const known = this.#asked.get(client.key);
    // Until the request has its slot, other accounts do not wait for it.
    const isShared = known?.sending.isSent || known?.account === account;
    if (known !== undefined && isShared && now - known.at < KNOWN_FOR_MS) return known.isIgnored;
    const sending = { isSent: false };
    const asked: Asked = { at: now, account, sending, isIgnored: this.#send(account, client, sending) };
    this.#asked.delete(client.key);
    this.#asked.set(client.key, asked);
    const [oldest] = this.#asked.keys();
    if (this.#asked.size > MOST_KNOWN && oldest !== undefined) this.#asked.delete(oldest);
    asked.isIgnored.catch(() => {
      if (this.#asked.get(client.key) === asked) this.#asked.delete(client.key);
    });
    return asked.isIgnored;
  }

  /** Other mounts may wait for it, so it has its own deadline. */
  #send(account: string, client: StoreClient, sending: Sending): Promise<boolean> {
    const { dispatcher, timeoutMs } = this.#options;
    const session = { key: client.key, account };
    const options = { session, what: WHAT, priority: 'first', retry: undefined, evidence: 'account' } as const;
    const request = (own: AbortSignal) => {
      sending.isSent = true;
      return client.ignoresNamespaces(own);
    };
    return withinTime(timeoutMs, (signal) => dispatcher.send(client, options, request, signal));
  }

  #report({ identity: { namespace }, className, store }: Plan): void {
    const { emit } = this.#options;
    emit({ type: 'namespace ignored' });
    emit({
      type: 'notice',
      level: 'warn',
      once: `namespace-ignored ${namespace}/${className}`,
      message: `the store is Vault Community, which ignores vaultNamespace: the class gets the root namespace's secrets; remove vaultNamespace, or name a store that has namespaces (--require-namespaces refuses such mounts)`,
      fields: { namespace, class: className, address: store.address, vaultNamespace: store.namespace },
    });
  }
}

/**
 * Transient errors and internal errors are reported as they are; any other failure means that the store, or a proxy, does
 * not tell.
 */
function unsaid({ store }: Plan, error: MountError): MountError {
  if (error.isTransient || error.kind === 'ours') return error;
  return new MountError(
    'namespace-ignored',
    `vaultNamespace ${JSON.stringify(store.namespace)}: ${store.address} does not say whether it has namespaces (${WHAT}: ${error.reason}), and this node requires them (--require-namespaces); let sys/health through to the store`,
    { cause: error },
  );
}
