// A real OpenBao in dev mode for contract tests, benches and the demo: started on free ports, ended with
// the process. Logins (jwt, kubernetes) and engines (KV 1 and 2, PKI, one that leases) are set up on request.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Admin, type AdminOf, adminOf } from './admin.ts';
import { type Certificate, createAuthority } from './certificates.ts';
import { createTokenMint, ISSUER, type TokenClaims } from './jwt.ts';
import { findFreePorts } from './ports.ts';
import { startMessageBroker, startTokenReview } from './stand-ins.ts';
import { findStore, type Product, productOf } from './store-binary.ts';

export interface RequestOptions {
  /** Default: the root token. Empty: none. */
  readonly token?: string;
  readonly namespace?: string;
}

export interface RoleSettings {
  readonly policies?: readonly string[];
  readonly audience?: string;
  /** Further fields of the role as the API names them, for example `token_ttl`. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

export interface LoginMethod {
  readonly mount: string;
  addRole(name: string, settings?: RoleSettings): Promise<void>;
  mintJwt(claims?: TokenClaims): string;
}

export interface LeasedEngine {
  /** GET on it makes a user with a lease: `rabbitmq/creds/app`. */
  readonly path: string;
  /** Users that exist at the broker now. */
  readonly users: ReadonlySet<string>;
}

// biome-ignore lint/suspicious/noExplicitAny: tests pick fields out of the store's JSON
type Json = any;

export interface OpenBao {
  readonly address: string;
  /** Where it listens over TLS; undefined: nowhere. */
  readonly tlsAddress: string | undefined;
  readonly product: Product;
  /** Vault Community ignores them in silence. */
  readonly hasNamespaces: boolean;
  readonly rootToken: string;
  /** The parsed answer, null if it has no body. @throws Error for a status of 400 and above. */
  request(method: string, path: string, body?: unknown, options?: RequestOptions): Promise<Json>;
  /** node-vault with the root token. */
  readonly admin: AdminOf;
  addPolicy(name: string, rules: string, namespace?: string): Promise<void>;
  addNamespace(name: string): Promise<void>;
  /** KV 2 is at `secret` from the start; this mounts a further engine. */
  enableKv(mount: string, version: 1 | 2, namespace?: string): Promise<void>;
  enableJwt(options?: { mount?: string; namespace?: string }): Promise<LoginMethod>;
  enableKubernetes(options?: { mount?: string }): Promise<LoginMethod>;
  /** A root CA at `pki` and the role `web`, which issues for *.example.com. */
  enablePki(options?: { mount?: string }): Promise<void>;
  enableLeased(options?: { mount?: string; ttl?: string; maxTtl?: string }): Promise<LeasedEngine>;
  stop(): Promise<void>;
}

export interface OpenBaoOptions {
  /** It listens with this certificate too, and offers HTTP/2 there. */
  readonly tls?: Certificate;
  /** Nobody stops it: it ends with this process, which it does not keep alive. */
  readonly isForAll?: boolean;
}

/** What its tools need of a server's process. */
export interface StoreServer {
  readonly address: string;
  readonly tlsAddress?: string | undefined;
  stop(): Promise<void>;
}

export const ROOT_TOKEN = 'root-token-of-a-test';
/** Dev mode is ready in about a second; a loaded machine may need far more. */
export const READY_WITHIN_MS = 60_000;
/** Another process can take a port between our look and the server's start. */
export const START_TRIES = 3;

export async function startOpenBao(options: OpenBaoOptions = {}): Promise<OpenBao> {
  const binary = await findStore();
  for (let tries = 1; ; tries++) {
    // The server takes the one after its own for its cluster listener.
    const port = await findFreePorts();
    const listener = options.tls && (await TlsListener.make(options.tls));
    const server = new DevServer(binary, port, listener);
    try {
      await server.untilReady();
      if (options.isForAll) server.unref();
      return await openBao(server, productOf(binary));
    } catch (error) {
      await server.stop();
      if (tries === START_TRIES) throw error;
    }
  }
}

/** A second listener of a dev server, and the files that it reads at its start. */
class TlsListener {
  readonly address: string;
  readonly configPath: string;
  readonly #folder: string;

  private constructor(port: number, { certPem, keyPem }: Certificate) {
    this.address = `https://127.0.0.1:${port}`;
    this.#folder = mkdtempSync(join(tmpdir(), 'secretmount-store-'));
    const write = (name: string, text: string) => {
      writeFileSync(join(this.#folder, name), text);
      return join(this.#folder, name);
    };
    const files = { tls_cert_file: write('cert.pem', certPem), tls_key_file: write('key.pem', keyPem) };
    const listener = { tcp: { address: `127.0.0.1:${port}`, ...files } };
    this.configPath = write('config.json', JSON.stringify({ listener }));
  }

  static async make(certificate: Certificate): Promise<TlsListener> {
    return new TlsListener(await findFreePorts(), certificate);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

class DevServer implements StoreServer {
  readonly address: string;
  readonly #listener: TlsListener | undefined;
  readonly #process: ChildProcess;
  readonly #killOnExit = () => this.#process.kill('SIGKILL');
  #output = '';

  constructor(binary: string, port: number, listener: TlsListener | undefined) {
    this.address = `http://127.0.0.1:${port}`;
    this.#listener = listener;
    const args = ['server', '-dev', '-dev-no-store-token', `-dev-listen-address=127.0.0.1:${port}`];
    if (listener !== undefined) args.push(`-config=${listener.configPath}`);
    // A fresh environment: BAO_ and VAULT_ variables of the developer's shell must not reach it.
    const env = {
      PATH: process.env['PATH'],
      HOME: tmpdir(),
      BAO_DEV_ROOT_TOKEN_ID: ROOT_TOKEN,
      VAULT_DEV_ROOT_TOKEN_ID: ROOT_TOKEN,
    };
    this.#process = spawn(binary, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const keep = (part: Buffer) => {
      this.#output = (this.#output + part.toString()).slice(-4096);
    };
    this.#process.stdout?.on('data', keep);
    this.#process.stderr?.on('data', keep);
    process.on('exit', this.#killOnExit);
  }

  async untilReady(): Promise<void> {
    const until = Date.now() + READY_WITHIN_MS;
    while (Date.now() < until) {
      const hasEnded = this.#process.exitCode !== null || this.#process.signalCode !== null;
      if (hasEnded) throw new Error(`OpenBao ended at once:\n${this.#output}`);
      const kv = await callStore(this.address, 'GET', 'sys/internal/ui/mounts/secret', undefined, {}).catch(
        () => undefined,
      );
      if (kv !== undefined) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`OpenBao was not ready in time:\n${this.#output}`);
  }

  unref(): void {
    this.#process.unref();
    for (const pipe of [this.#process.stdout, this.#process.stderr]) (pipe as Socket).unref();
  }

  get tlsAddress(): string | undefined {
    return this.#listener?.address;
  }

  async stop(): Promise<void> {
    this.#listener?.remove();
    process.off('exit', this.#killOnExit);
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGKILL');
    await ended;
  }
}

export async function openBao(server: StoreServer, product: Product): Promise<OpenBao> {
  const stops: (() => Promise<void>)[] = [() => server.stop()];
  const request: OpenBao['request'] = (method, path, body, options = {}) =>
    callStore(server.address, method, path, body, options);
  const admin = adminOf(server.address, ROOT_TOKEN);
  const { enterprise } = await request('GET', 'sys/health');
  return {
    address: server.address,
    tlsAddress: server.tlsAddress,
    product,
    hasNamespaces: enterprise !== false,
    rootToken: ROOT_TOKEN,
    request,
    admin,
    addPolicy: (name, policy, namespace) => admin(namespace).addPolicy({ name, policy }),
    addNamespace: (name) => admin().write(`sys/namespaces/${name}`, {}),
    enableKv: (mount, version, namespace) =>
      admin(namespace).mount({ mount_point: mount, type: 'kv', options: { version: String(version) } }),
    enableJwt: (options) => enableJwt(admin, options),
    enableKubernetes: (options) => enableKubernetes(admin, stops, options),
    enablePki: (options) => enablePki(admin(), options),
    enableLeased: (options) => enableLeased(admin(), stops, options),
    async stop() {
      for (const stop of stops) await stop();
    },
  };
}

export async function enableJwt(
  adminOf: AdminOf,
  options: { mount?: string; namespace?: string } = {},
): Promise<LoginMethod> {
  const { mount = 'jwt', namespace } = options;
  const admin = adminOf(namespace);
  const mint = createTokenMint();
  await admin.enableAuth({ mount_point: mount, type: 'jwt' });
  const config = { jwt_validation_pubkeys: [mint.publicKeyPem], jwt_supported_algs: ['ES256'], bound_issuer: ISSUER };
  await admin.write(`auth/${mount}/config`, config);
  return {
    mount,
    mintJwt: mint.mintJwt,
    addRole: (name, role = {}) =>
      admin.write(`auth/${mount}/role/${name}`, {
        role_type: 'jwt',
        bound_audiences: [role.audience ?? 'vault'],
        user_claim: 'sub',
        token_policies: role.policies ?? [],
        token_ttl: '1h',
        ...role.fields,
      }),
  };
}

type Stops = (() => Promise<void>)[];

export async function enableKubernetes(
  adminOf: AdminOf,
  stops: Stops,
  options: { mount?: string } = {},
): Promise<LoginMethod> {
  const { mount = 'kubernetes' } = options;
  const admin = adminOf();
  const mint = createTokenMint();
  const review = await startTokenReview((token) => {
    const claims = mint.verifyJwt(token) as { sub: string; aud: string[]; 'kubernetes.io': Json } | undefined;
    return (
      claims && {
        username: claims.sub,
        uid: claims['kubernetes.io'].serviceaccount.uid,
        groups: ['system:serviceaccounts'],
        audiences: claims.aud,
      }
    );
  });
  stops.push(review.stop);
  await admin.enableAuth({ mount_point: mount, type: 'kubernetes' });
  await admin.write(`auth/${mount}/config`, {
    kubernetes_host: review.address,
    disable_local_ca_jwt: true,
    // Asked for, though the stand-in speaks plain http and nothing is verified with it.
    kubernetes_ca_cert: createAuthority('unused').certPem,
  });
  return {
    mount,
    mintJwt: mint.mintJwt,
    addRole: (name, role = {}) =>
      admin.write(`auth/${mount}/role/${name}`, {
        bound_service_account_names: ['*'],
        bound_service_account_namespaces: ['*'],
        audience: role.audience ?? 'vault',
        token_policies: role.policies ?? [],
        token_ttl: '1h',
        ...role.fields,
      }),
  };
}

async function enablePki(admin: Admin, options: { mount?: string } = {}): Promise<void> {
  const { mount = 'pki' } = options;
  await admin.mount({ mount_point: mount, type: 'pki', config: { max_lease_ttl: '87600h' } });
  await admin.write(`${mount}/root/generate/internal`, { common_name: 'Test Root', key_type: 'ec', ttl: '8760h' });
  const role = {
    allowed_domains: ['example.com'],
    allow_subdomains: true,
    key_type: 'ec',
    key_bits: 256,
    max_ttl: '72h',
  };
  await admin.write(`${mount}/roles/web`, role);
}

async function enableLeased(
  admin: Admin,
  stops: Stops,
  options: { mount?: string; ttl?: string; maxTtl?: string } = {},
): Promise<LeasedEngine> {
  const { mount = 'rabbitmq', ttl = '1h', maxTtl = '2h' } = options;
  const broker = await startMessageBroker();
  stops.push(broker.stop);
  await admin.mount({ mount_point: mount, type: 'rabbitmq' });
  const connection = { connection_uri: broker.address, username: 'admin', password: 'admin', verify_connection: false };
  await admin.write(`${mount}/config/connection`, connection);
  await admin.write(`${mount}/config/lease`, { ttl, max_ttl: maxTtl });
  const vhosts = JSON.stringify({ '/': { configure: '.*', write: '.*', read: '.*' } });
  await admin.write(`${mount}/roles/app`, { vhosts });
  return { path: `${mount}/creds/app`, users: broker.users };
}

export async function callStore(
  address: string,
  method: string,
  path: string,
  body?: unknown,
  options: RequestOptions = {},
): Promise<Json> {
  const { token = ROOT_TOKEN, namespace = '' } = options;
  const answer = await fetch(`${address}/v1/${path}`, {
    method,
    headers: {
      ...(token === '' ? {} : { 'x-vault-token': token }),
      ...(namespace === '' ? {} : { 'x-vault-namespace': namespace }),
    },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await answer.text();
  if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text === '' ? null : JSON.parse(text);
}
