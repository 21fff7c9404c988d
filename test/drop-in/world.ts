// The outside of the cases: one real OpenBao with everything of store.yaml in it, what stands before it, an API
// server, and daemons, of which cases with equal arguments and environment share one.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { parseJson } from '../../src/json.ts';
import { Daemon } from '../harness/daemon.ts';
import type { Driver } from '../harness/driver.ts';
import type { SeenRequest } from '../harness/faulty-store.ts';
import type { TokenClaims } from '../harness/jwt.ts';
import { type LoginMethod, type OpenBao, startOpenBao } from '../harness/openbao.ts';
import { type Asked, type Reply, StandInApiServer } from '../kube/api-server.ts';
import { type Fronts, startFronts } from './fronts.ts';

/** store.yaml */
interface Contents {
  readonly policy: string;
  readonly namespace: string;
  readonly mounts: Readonly<Record<string, 1 | 2>>;
  readonly roles: Readonly<Record<string, string>>;
  readonly kubernetes: readonly string[];
  readonly jwt: readonly string[];
  /** JSON texts by path; of a list, each is written in turn. */
  readonly secrets: Readonly<Record<string, string | readonly string[]>>;
  readonly canned: Readonly<Record<string, string>>;
}

export interface DaemonSettings {
  readonly flags: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface Running {
  readonly daemon: Daemon;
  readonly drivers: Readonly<Record<'vault' | 'openbao', Driver>>;
  /** What it asked of the API server before it served. */
  readonly askedAtStart: readonly Asked[];
}

/** At once: most cases share one, and each of the others needs three at most. */
const MOST_DAEMONS = 4;
/** Stand in the provider's namespace from the start, as where another provider ran before. */
const KEY_SECRETS = ['vault-csi-provider-hmac-key', 'openbao-csi-provider-hmac-key'];

export class World {
  readonly #dir: string;
  readonly #bao: OpenBao;
  readonly #fronts: Fronts;
  readonly #api: StandInApiServer;
  readonly #logins: ReadonlyMap<string, LoginMethod>;
  /** The one used longest ago first. */
  readonly #daemons = new Map<string, Promise<Running>>();
  /** `${...}` in cases. */
  readonly variables: ReadonlyMap<string, string>;

  private constructor(
    dir: string,
    bao: OpenBao,
    fronts: Fronts,
    api: StandInApiServer,
    logins: ReadonlyMap<string, LoginMethod>,
  ) {
    this.#dir = dir;
    this.#bao = bao;
    this.#fronts = fronts;
    this.#api = api;
    this.#logins = logins;
    // Vault names the engine's kind in each answer, last.
    const mountType = bao.product === 'Vault' ? ',"mount_type":"kv"' : '';
    this.variables = new Map([['store', bao.address], ['dir', dir], ['mountType', mountType], ...fronts.variables]);
  }

  static async start(): Promise<World> {
    const contents = parse(readFileSync(new URL('./store.yaml', import.meta.url), 'utf8')) as Contents;
    const dir = mkdtempSync(join(tmpdir(), 'drop-in-'));
    const [bao, api] = await Promise.all([startOpenBao(), new StandInApiServer().start()]);
    const logins = await fill(bao, contents).catch(async (thrown) => {
      await Promise.all([bao.stop(), api.stop()]);
      throw thrown;
    });
    const canned = Object.entries(contents.canned).map(([path, text]) => [`/v1/${path}`, text] as const);
    const fronts = await startFronts(bao.address, dir, new Map(canned));
    writeFileSync(join(dir, 'kubeconfig'), kubeconfig(api));
    api.reply = answerAs((claims) => logins.get('kubernetes')?.mintJwt(claims) ?? '');
    return new World(dir, bao, fronts, api, logins);
  }

  /** What the fronts have heard, in the order in which each did. */
  get requests(): readonly SeenRequest[] {
    return this.#fronts.requests;
  }

  get connections(): number {
    return this.#fronts.connections;
  }

  get asked(): readonly Asked[] {
    return this.#api.asked;
  }

  async daemon(settings: DaemonSettings): Promise<Running> {
    const key = JSON.stringify(settings);
    const running = this.#daemons.get(key) ?? this.#start(settings);
    this.#daemons.delete(key);
    this.#daemons.set(key, running);
    const [[oldest, unused] = []] = this.#daemons;
    if (this.#daemons.size > MOST_DAEMONS && oldest !== undefined) {
      this.#daemons.delete(oldest);
      // One that never started has failed its own case.
      await unused?.then(({ daemon }) => daemon.stop()).catch(() => {});
    }
    return running;
  }

  async #start({ flags, env }: DaemonSettings): Promise<Running> {
    const before = this.asked.length;
    const daemon = new Daemon({ args: flags, env });
    // One that never serves must not outlive the suite.
    await daemon.untilStarted().catch(async (thrown) => {
      await daemon.stop('SIGKILL');
      throw thrown;
    });
    const drivers = { vault: daemon.driver('vault.sock'), openbao: daemon.driver('openbao.sock') };
    return { daemon, drivers, askedAtStart: this.asked.slice(before) };
  }

  /** For a login in the store's namespace, if the store has none. */
  isWithout(issuer: string): boolean {
    return !this.#bao.hasNamespaces && !this.#logins.has(issuer);
  }

  /** The store says itself that a token is none. */
  get needsNoLookup(): boolean {
    return this.#bao.product === 'Vault';
  }

  mintJwt(issuer: string, claims: TokenClaims): string {
    const login = this.#logins.get(issuer);
    if (login === undefined) throw new Error(`no login stands at ${issuer}`);
    return login.mintJwt(claims);
  }

  write(path: string, json: string): Promise<void> {
    return this.#bao.request('POST', path, parseJson(json));
  }

  endLogins(mount: string): Promise<void> {
    return this.#bao.request('POST', `sys/leases/revoke-prefix/auth/${mount}`);
  }

  async stop(): Promise<void> {
    const daemons = await Promise.allSettled(this.#daemons.values());
    await Promise.all(daemons.map((one) => (one.status === 'fulfilled' ? one.value.daemon.stop() : undefined)));
    await Promise.all([this.#fronts.stop(), this.#api.stop(), this.#bao.stop()]);
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

async function fill(bao: OpenBao, contents: Contents): Promise<ReadonlyMap<string, LoginMethod>> {
  const { namespace, policy } = contents;
  if (bao.hasNamespaces) await bao.addNamespace(namespace);
  for (const [mount, version] of Object.entries(contents.mounts)) await bao.enableKv(mount, version);
  if (bao.hasNamespaces) await bao.enableKv('secret', 2, namespace);
  await bao.enablePki();
  await bao.addPolicy('app', policy);
  if (bao.hasNamespaces) await bao.addPolicy('app', policy, namespace);

  const logins = new Map<string, LoginMethod>();
  for (const mount of contents.kubernetes) logins.set(mount, await bao.enableKubernetes({ mount }));
  for (const mount of contents.jwt) logins.set(mount, await bao.enableJwt({ mount }));
  if (bao.hasNamespaces) logins.set(namespace, await bao.enableJwt({ mount: 'jwt', namespace }));
  for (const login of logins.values()) {
    for (const [role, audience] of Object.entries(contents.roles))
      await login.addRole(role, { policies: ['app'], audience });
  }
  for (const [path, texts] of Object.entries(contents.secrets)) {
    const [first = '', ...rest] = path.split('/');
    if (first === namespace && !bao.hasNamespaces) continue;
    const options = first === namespace ? { namespace } : {};
    const own = first === namespace ? rest.join('/') : path;
    for (const text of [texts].flat()) await bao.request('POST', own, parseJson(text), options);
  }
  return logins;
}

/** Grants tokens for any pod, and keeps the Secrets it is given. */
function answerAs(mintJwt: (claims: TokenClaims) => string): (asked: Asked) => Reply {
  const key = Buffer.alloc(32, 'k').toString('base64');
  const secrets = new Map<string, unknown>(KEY_SECRETS.map((name) => [name, { data: { key } }]));
  return ({ method, path, body }) => {
    const [, namespace, kind, name = '', action] =
      /^\/api\/v1\/namespaces\/([^/]+)\/(\w+)\/?([^/]*)\/?(\w*)$/.exec(path) ?? [];
    if (kind === 'secrets' && method === 'POST') {
      const secret = JSON.parse(body);
      secrets.set(secret.metadata.name, secret);
      return [201, secret];
    }
    if (kind === 'secrets') return secrets.has(name) ? [200, secrets.get(name)] : [404, {}];
    if (action !== 'token') return [404, {}];
    const { spec } = JSON.parse(body);
    const { name: pod, uid: podUid } = spec.boundObjectRef;
    const [audience = 'https://kubernetes.default.svc'] = spec.audiences ?? [];
    const token = mintJwt({ namespace: namespace ?? '', account: name, pod, podUid, audience });
    return [201, { kind: 'TokenRequest', spec, status: { token } }];
  };
}

function kubeconfig(api: StandInApiServer): string {
  const { host, port, serverName } = api.config;
  const cluster = {
    server: `https://${host}:${port}`,
    'tls-server-name': serverName,
    'certificate-authority': join(api.dir, 'ca.crt'),
  };
  return JSON.stringify({
    'current-context': 'test',
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test', namespace: 'csi' } }],
    clusters: [{ name: 'test', cluster }],
    users: [{ name: 'test', user: { tokenFile: join(api.dir, 'token') } }],
  });
}
