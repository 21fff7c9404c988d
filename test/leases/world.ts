// One real OpenBao and one real PostgreSQL for this folder's tests, with logins that may do what the `default` policy
// allows and read, and what a pod got as a test speaks of it.
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Daemon, startDaemon } from '../harness/daemon.ts';
import type { MountAnswer, MountWish } from '../harness/driver.ts';
import { type Behaviour, type FaultyStore, type SeenRequest, startFaultyStore } from '../harness/faulty-store.ts';
import type { TokenClaims } from '../harness/jwt.ts';
import { type LoginMethod, type OpenBao, startOpenBao } from '../harness/openbao.ts';
import { type Postgres, type PostgresLogin, startPostgres } from '../harness/postgres.ts';

/** Beside `default`: read what is asked for, which for a certificate is a write. No lease may be ended by its name. */
const MAY_READ = `
path "database/creds/*" { capabilities = ["read"] }
path "secret/data/*" { capabilities = ["read"] }
path "pki/issue/*" { capabilities = ["update"] }`;

const MAKE_USER = `CREATE ROLE "{{name}}" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}'`;

export interface WatchedStore extends FaultyStore {
  /** What it does from the start. */
  readonly pass: Behaviour;
  /** Those whose answer has left, a refusal too. */
  readonly answered: readonly SeenRequest[];
  /** performance.now() of the first request of a token that gives something back, as it came. */
  readonly revokedAt: ReadonlyMap<string, number>;
}

export function tokenOf({ headers }: SeenRequest): string {
  return String(headers['x-vault-token']);
}

/** The login by which the newest user of the role was made: its lease is renewed and revoked by it alone. */
export function newestLogin({ requests }: WatchedStore, role: DatabaseRole): string {
  const made = requests.findLast(({ url }) => url === `/v1/${role.path}`);
  if (made === undefined) throw new Error(`nobody read ${role.path}`);
  return tokenOf(made);
}

export function renewalsOf(token: string, requests: readonly SeenRequest[]): number {
  return requests.filter((request) => request.url.endsWith('/sys/leases/renew') && tokenOf(request) === token).length;
}

export class LeaseWorld {
  readonly bao: OpenBao;
  readonly postgres: Postgres;
  readonly kubernetes: LoginMethod;
  readonly #daemons: Daemon[] = [];
  readonly #stores: FaultyStore[] = [];

  constructor(bao: OpenBao, postgres: Postgres, kubernetes: LoginMethod) {
    this.bao = bao;
    this.postgres = postgres;
    this.kubernetes = kubernetes;
  }

  /** Polls see the store as it is. @param store its address, where it is not the real one's. */
  async daemon(args: readonly string[] = [], store = this.bao.address): Promise<Daemon> {
    const daemon = await startDaemon({
      args: [`--vault-addr=${store}`, '--poll-window=0', '--min-renewal-interval=0', ...args],
    });
    this.#daemons.push(daemon);
    return daemon;
  }

  /** A way to the real one that can be cut and sees what is asked of leases. */
  async store(): Promise<WatchedStore> {
    const pass = passTo(this.bao.address);
    const answered: SeenRequest[] = [];
    const revokedAt = new Map<string, number>();
    const behaviour: Behaviour = (request, response) => {
      response.once('finish', () => void answered.push(request));
      const token = tokenOf(request);
      if (request.url.includes('revoke') && !revokedAt.has(token)) revokedAt.set(token, performance.now());
      pass(request, response);
    };
    const watched = Object.assign(await startFaultyStore({ behaviour }), { pass: behaviour, answered, revokedAt });
    this.#stores.push(watched);
    return watched;
  }

  async endDaemons(): Promise<void> {
    await Promise.all(this.#stores.splice(0).map((store) => store.stop()));
    await Promise.all(this.#daemons.splice(0).map((daemon) => daemon.stop('SIGKILL')));
  }

  wish(objects: string, claims: TokenClaims = {}): MountWish {
    const { pod = 'pod-a', namespace = 'team', account = 'app' } = claims;
    return {
      pod: pod ?? 'pod-a',
      namespace,
      account,
      parameters: { roleName: 'app', vaultAuthMountPath: this.kubernetes.mount, objects },
      tokens: { vault: this.kubernetes.mintJwt({ pod, namespace, account }) },
    };
  }

  /** A role of the database engine of its own, so that its users are told apart from other tests'. */
  async databaseRole(name: string, ttl: string, maxTtl: string): Promise<DatabaseRole> {
    const role = { db_name: 'pg', creation_statements: [MAKE_USER], default_ttl: ttl, max_ttl: maxTtl };
    await this.bao.admin().write(`database/roles/${name}`, role);
    return new DatabaseRole(this, name);
  }
}

export class DatabaseRole {
  readonly path: string;
  readonly #world: LeaseWorld;
  readonly #name: string;

  constructor(world: LeaseWorld, name: string) {
    this.path = `database/creds/${name}`;
    this.#world = world;
    this.#name = name;
  }

  objects(more = ''): string {
    const object = (name: string, key: string) =>
      `- objectName: ${name}\n  secretPath: ${this.path}\n  secretKey: ${key}\n${more === '' ? '' : `  ${more}\n`}`;
    return object('user', 'username') + object('password', 'password');
  }

  /** Its users in PostgreSQL now: the engine puts the role's name into theirs. */
  users(): Promise<readonly string[]> {
    return this.#world.postgres.query(`select rolname from pg_roles where rolname like '%-${this.#name}-%' order by 1`);
  }

  async validUntil(user: string): Promise<number> {
    const sql = `select extract(epoch from rolvaliduntil) * 1000 from pg_roles where rolname = '${user}'`;
    const [row] = await this.#world.postgres.query(sql);
    return Number(row);
  }

  /** Ids of its leases in the store. */
  async leases(): Promise<readonly string[]> {
    const listing = this.#world.bao.request('LIST', `sys/leases/lookup/${this.path}`);
    const { data } = await listing.catch((error: Error) => {
      if (error.message.includes(': 404')) return { data: { keys: [] } };
      throw error;
    });
    return data.keys;
  }

  revokeAll(): Promise<unknown> {
    return this.#world.bao.request('PUT', `sys/leases/revoke-prefix/${this.path}`);
  }
}

let shared: Promise<LeaseWorld> | undefined;

/** Started once for all files of this process; it ends with the process, as mocha may run files in several. */
export function leaseWorld(): Promise<LeaseWorld> {
  shared ??= makeWorld();
  return shared;
}

/** One that nobody shares, for a test that ends its PostgreSQL. */
export async function makeWorld(): Promise<LeaseWorld> {
  const [bao, postgres] = await Promise.all([startOpenBao({ isForAll: true }), startPostgres({ isForAll: true })]);
  const kubernetes = await bao.enableKubernetes();
  await Promise.all([bao.addPolicy('app', MAY_READ), bao.enablePki(), enableDatabase(bao, postgres)]);
  await kubernetes.addRole('app', { policies: ['app'] });
  return new LeaseWorld(bao, postgres, kubernetes);
}

async function enableDatabase(bao: OpenBao, { port, admin }: Postgres): Promise<void> {
  const operator = bao.admin();
  await operator.mount({ mount_point: 'database', type: 'database' });
  await operator.write('database/config/pg', {
    plugin_name: 'postgresql-database-plugin',
    allowed_roles: ['*'],
    connection_url: `postgresql://{{username}}:{{password}}@127.0.0.1:${port}/postgres?sslmode=disable`,
    username: admin.user,
    password: admin.password,
  });
}

export function fileOf({ files }: MountAnswer, name: string): string {
  const file = files.find(({ path }) => path === name);
  if (file === undefined) throw new Error(`no file ${name}`);
  return file.contents.toString();
}

export function loginOf(answer: MountAnswer): PostgresLogin {
  return { user: fileOf(answer, 'user'), password: fileOf(answer, 'password') };
}

/** Bounds a hang and judges no speed. */
const HANG_MS = 90_000;

/** Looks each 50 ms. @returns the first result that is neither undefined nor false. @throws Error if none comes */
export async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (let waitedMs = 0; ; waitedMs += 50) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (waitedMs > HANG_MS) throw new Error(`waited in vain: ${what}`);
    await sleep(50);
  }
}

/** One test for each; all are begun before the first is awaited. */
export function tellTales(tales: Readonly<Record<string, () => Promise<void>>>): void {
  let told: ReadonlyMap<string, Promise<unknown>>;
  before(() => {
    const begun = Object.entries(tales).map(([name, tell]) => [name, tell().catch((thrown) => thrown)] as const);
    told = new Map(begun);
  });
  for (const name of Object.keys(tales)) {
    it(name, async () => {
      const thrown = await told.get(name);
      if (thrown !== undefined) throw thrown;
    });
  }
}

/** Hands each request on to the store at `target`. */
function passTo(target: string): Behaviour {
  return ({ method, url, headers, body }, response) => {
    const onward = http.request(`${target}${url}`, { method, headers }, (answered) => {
      response.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(response);
    });
    onward.on('error', () => response.destroy());
    onward.end(body);
  };
}
