// Opens clients of Vault and OpenBao. Owns what they share: the address rules, the certificate files, name lookups, and one
// agent per address and TLS contents. Agents are bounded, and forgotten when unused.
import { hash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Emit } from '../events.ts';
import type { Stores } from '../fetch/ports.ts';
import type { StoreSettings, TlsSettings } from '../plan/plan.ts';
import { type Address, originKey, parseAddress, storeKey, urlOf } from './address.ts';
import { type AddressPolicy, AddressRules, type Admission, type NamedBy } from './address-rules.ts';
import { StoreAgent } from './agents.ts';
import { VaultAnswer } from './answer.ts';
import { type Client, createClient } from './client.ts';
import { HostLookup, type Resolve } from './host-lookup.ts';
import { type ProxySettings, proxyFor } from './proxy.ts';
import { RenewalFloor } from './renewal-floor.ts';
import type { Route } from './route.ts';
import { TlsFiles, type TlsMaterial } from './tls-files.ts';
import { send } from './transport.ts';
import { VaultClient } from './vault-client.ts';

export interface StoresOptions {
  /** Connections per address; the queue in front of it has the same length. */
  readonly storeConcurrency: number;
  readonly policy: AddressPolicy;
  readonly proxy: ProxySettings;
  readonly clock: Clock;
  /** Shorter TTLs are not renewed; default: any TTL is. */
  readonly shortestRenewedMs?: number | undefined;
  readonly emit?: Emit | undefined;
  /** Names to IP addresses; default: the system's resolver. */
  readonly resolve?: Resolve | undefined;
}

/** One address with one set of TLS contents, and its agent. */
interface Connection {
  readonly key: string;
  readonly route: Route;
  readonly client: Client;
  usedAt: number;
}

/** A node's classes name few addresses; a pod's author must not be able to fill the memory with them. */
const MAX_CONNECTIONS = 256;
/** Free sockets have closed long before; same as the sessions' idle time (`--session-idle`). */
const CONNECTION_IDLE_MS = 10 * 60 * 1000;

export class VaultStores implements Stores {
  readonly #options: StoresOptions;
  readonly #rules: AddressRules;
  readonly #tls = new TlsFiles();
  readonly #lookup: HostLookup;
  readonly #renewalFloor: RenewalFloor;
  /** By address, TLS digest and how it may be used; the one used longest ago first. */
  readonly #connections = new Map<string, Connection>();

  /** @throws MountError address-refused if an allowed address is malformed. */
  constructor(options: StoresOptions) {
    this.#options = options;
    this.#rules = new AddressRules(options.policy);
    this.#lookup = new HostLookup(options.resolve);
    const { shortestRenewedMs = 0, clock, emit = () => {} } = options;
    this.#renewalFloor = new RenewalFloor(shortestRenewedMs, clock, emit);
  }

  async open(settings: StoreSettings): Promise<VaultClient> {
    const { clock, emit = () => {} } = this.#options;
    const { address, namespace } = settings;
    const namedBy = settings.isFromClass ? 'class' : 'operator';
    const parsed = parseAddress(address);
    const connection = await this.#connection(parsed, settings.tls, namedBy);
    return new VaultClient({
      key: hash('sha256', JSON.stringify([connection.key, namespace])),
      address,
      origin: originKey(parsed),
      store: storeKey(parsed, namespace),
      endpoint: connection.route.endpoint,
      namespace,
      client: connection.client,
      renewalFloor: this.#renewalFloor,
      clock,
      emit,
    });
  }

  parseBody(bytes: Buffer): VaultAnswer | undefined {
    return VaultAnswer.parse(bytes);
  }

  /** Closes all connections; requests in flight fail. */
  close(): void {
    for (const { route } of this.#connections.values()) route.agent.close();
    this.#connections.clear();
  }

  async #connection(address: Address, tls: TlsSettings, namedBy: NamedBy): Promise<Connection> {
    const admission = this.#rules.admit(address, namedBy);
    const material = address.isTls ? await this.#tls.load(tls) : undefined;
    const key = JSON.stringify([address.text, material?.digest]);
    const mapKey = `${key} ${admission.guard !== undefined} ${admission.mayLeadAway}`;
    const now = this.#options.clock.now();
    const connection = this.#connections.get(mapKey) ?? this.#create(key, address, tls, material, admission);
    connection.usedAt = now;
    this.#connections.delete(mapKey);
    this.#connections.set(mapKey, connection);
    this.#forgetUnused(now);
    return connection;
  }

  #create(
    key: string,
    address: Address,
    tls: TlsSettings,
    material: TlsMaterial | undefined,
    { guard, mayLeadAway }: Admission,
  ): Connection {
    const proxy = proxyFor(address, this.#options.proxy);
    const origin = urlOf(address);
    const agent = new StoreAgent({
      address,
      origin,
      maxSockets: this.#options.storeConcurrency,
      // With a proxy, the proxy resolves the name and decides what it may reach.
      lookup: this.#lookup.guardedBy(guard),
      proxy,
      tls: material,
      clock: this.#options.clock,
    });
    const route: Route = {
      address,
      origin,
      agent,
      endpoint: proxy === undefined ? address.text : `${address.text} through the proxy ${proxy.origin}`,
      trust: material?.trust ?? '',
      serverName: material?.serverName ?? address.host,
    };
    const reach = async (target: Address) => (await this.#connection(target, tls, 'redirect')).route;
    const client = createClient(address.prefix, (request) => send(route, request, mayLeadAway ? reach : undefined));
    return { key, route, client, usedAt: 0 };
  }

  /** Forgotten, not closed: a client in use continues, and its free sockets close by themselves. */
  #forgetUnused(now: number): void {
    for (const [mapKey, { usedAt }] of this.#connections) {
      if (this.#connections.size <= MAX_CONNECTIONS && now - usedAt < CONNECTION_IDLE_MS) return;
      this.#connections.delete(mapKey);
    }
  }
}
