// The outside of a chaos run: a real store behind the proxy with a real PostgreSQL, a stand-in API server with the
// node's pods, and the daemon's process, which is started, killed and started anew on one state folder.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Daemon, NODE_ARGS } from '../harness/daemon.ts';
import type { Driver } from '../harness/driver.ts';
import { type DurableStore, startDurableStore } from '../harness/durable-store.ts';
import type { LeasedEngine, LoginMethod, OpenBao } from '../harness/openbao.ts';
import { type Postgres, startPostgres } from '../harness/postgres.ts';
import { StandInApiServer } from '../kube/api-server.ts';
import { StandInPods } from '../kube/stand-in-pods.ts';
import { ChaosProxy } from './chaos-proxy.ts';
import { HASTY, KV_PATHS, type Login } from './classes.ts';
import { ChaosDatabase, enableDatabase } from './database.ts';
import { leasesOf } from './leases.ts';
import { Ledger } from './ledger.ts';
import { Outages } from './outages.ts';

export const NODE_NAME = 'node-1';
/** Times of the daemon, so short that a run of seconds meets each of them. */
export const MAX_STALE_MS = 2_000;
export const WINDOW_MS = 100;
const REQUEST_TIMEOUT_MS = 600;
/** On a busy machine an answer is read so long after it was sent. */
const LATE_MS = 200;
const MOUNT_TIMEOUT_MS = 2_500;
const OVERLAP_MS = 500;
const SESSION_IDLE_MS = 1_500;
const HEAP_PROBE = fileURLToPath(new URL('heap-probe.ts', import.meta.url));
/** As the kubernetes method names it; the jwt method's roles are told to. */
const ACCOUNT_NAME = 'service_account_name';
/** A user that the store took back is noticed so late at most. */
const LOOK_EACH_MS = 20;

export class ChaosWorld {
  readonly ledger = new Ledger();
  readonly pods = new StandInPods();
  readonly folder = mkdtempSync('/dev/shm/secretmount-chaos-');
  readonly bao: DurableStore;
  readonly methods: Readonly<Record<Login['mount'], LoginMethod>>;
  readonly api: StandInApiServer;
  readonly proxy: ChaosProxy;
  readonly outages: Outages;
  readonly #database: ChaosDatabase;
  readonly #program: string | undefined;
  readonly #engines: readonly LeasedEngine[];
  readonly #look: NodeJS.Timeout;
  #lookedAt = Date.now();
  #daemon: Daemon | undefined;
  #printed = '';
  #collections = 0;
  #driver: Driver | undefined;

  private constructor(
    bao: DurableStore,
    postgres: Postgres,
    methods: ChaosWorld['methods'],
    engines: readonly LeasedEngine[],
    api: StandInApiServer,
    program: string | undefined,
  ) {
    this.bao = bao;
    this.methods = methods;
    this.outages = new Outages(bao, postgres);
    this.#database = new ChaosDatabase(postgres, this.ledger);
    this.#engines = engines;
    this.#program = program;
    this.api = api;
    this.proxy = new ChaosProxy(bao.address, this.ledger, REQUEST_TIMEOUT_MS - LATE_MS);
    const key = Buffer.alloc(32, 7).toString('base64');
    api.reply = (asked) => (asked.path.includes('/secrets/') ? [200, { data: { key } }] : this.pods.reply(asked));
    this.#look = setInterval(() => this.#lookForUsers(), LOOK_EACH_MS);
  }

  /** @param program the built daemon; undefined: that of dist/ */
  static async make(program?: string): Promise<ChaosWorld> {
    const [bao, postgres, api] = await Promise.all([
      startDurableStore('/dev/shm'),
      startPostgres(),
      new StandInApiServer().start(),
    ]);
    const [kubernetes, jwt] = await Promise.all([bao.enableKubernetes(), bao.enableJwt()]);
    const [lasting, brief] = await Promise.all([
      bao.enableLeased({ mount: 'lasting', ttl: '2h', maxTtl: '24h' }),
      bao.enableLeased({ mount: 'brief', ttl: '3s', maxTtl: '8s' }),
      bao.enablePki(),
      enableDatabase(bao, postgres),
    ]);
    await bao.addPolicy('app', await policy(bao));
    const account = { '/kubernetes.io/serviceaccount/name': ACCOUNT_NAME };
    await kubernetes.addRole('app', { policies: ['app'] });
    await kubernetes.addRole('hasty', { policies: ['app'], fields: HASTY });
    await jwt.addRole('app', { policies: ['app'], fields: { claim_mappings: account } });
    await jwt.addRole('hasty', { policies: ['app'], fields: { claim_mappings: account, ...HASTY } });
    const world = new ChaosWorld(bao, postgres, { kubernetes, jwt }, [lasting, brief], api, program);
    await world.proxy.start();
    world.#writeKubeconfig();
    mkdirSync(world.stateFolder);
    for (const path of KV_PATHS) await world.write(path);
    return world;
  }

  get stateFolder(): string {
    return join(this.folder, 'state');
  }

  get daemon(): Daemon {
    if (this.#daemon === undefined) throw new Error('the daemon was not started');
    return this.#daemon;
  }

  get driver(): Driver {
    this.#driver ??= this.daemon.driver();
    return this.#driver;
  }

  async startDaemon(): Promise<void> {
    this.#driver = undefined;
    this.#collections = 0;
    this.#daemon = new Daemon({
      folder: this.folder,
      nodeArgs: [...NODE_ARGS, `--import=${HEAP_PROBE}`],
      ...(this.#program === undefined ? {} : { program: this.#program }),
      args: [
        `--vault-addr=${this.proxy.address}`,
        `--state-dir=${this.stateFolder}`,
        '--require-state-dir',
        `--kubeconfig=${join(this.folder, 'kubeconfig')}`,
        `--node-name=${NODE_NAME}`,
        `--max-stale=${MAX_STALE_MS}ms`,
        `--coalesce-window=${WINDOW_MS}ms`,
        `--poll-window=${WINDOW_MS}ms`,
        `--request-timeout=${REQUEST_TIMEOUT_MS}ms`,
        `--mount-timeout=${MOUNT_TIMEOUT_MS}ms`,
        `--lease-overlap=${OVERLAP_MS}ms`,
        `--session-idle=${SESSION_IDLE_MS}ms`,
        '--min-renewal-interval=0',
      ],
    });
    await this.#daemon.untilStarted();
  }

  /** Everything that all of its processes printed. */
  get output(): string {
    return this.#printed + this.daemon.output;
  }

  /** Bytes of the daemon that are in use after all garbage is collected. */
  async collectedBytes(): Promise<number> {
    this.#collections += 1;
    const number = this.#collections;
    this.daemon.signal('SIGUSR2');
    const line = await this.daemon.untilLogged(({ collection }) => collection === number);
    return Number(line['bytes']);
  }

  async killDaemon(): Promise<void> {
    this.ledger.killedAt.push(Date.now());
    await this.daemon.stop('SIGKILL');
    this.#printed += this.daemon.output;
  }

  /** A KV secret gets its next value. */
  async write(path: string): Promise<void> {
    const { data, done } = this.ledger.write(path);
    await this.bao.request('POST', path, { data });
    done();
  }

  /** Ids of the leases of its engines that are good now. */
  leases(): Promise<readonly string[]> {
    return leasesOf(this.bao, [...this.#engines.map(({ path }) => path), ...this.#database.paths]);
  }

  async stop(): Promise<void> {
    clearInterval(this.#look);
    await this.#daemon?.stop('SIGKILL');
    await this.outages.untilBack();
    await Promise.all([this.proxy.stop(), this.api.stop(), this.bao.stop(), this.#database.stop()]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  #lookForUsers(): void {
    const latenessMs = Date.now() - this.#lookedAt - LOOK_EACH_MS;
    this.#lookedAt = Date.now();
    this.ledger.latenessMs = Math.max(this.ledger.latenessMs, latenessMs);
    for (const one of this.ledger.all()) {
      const engine = this.#engines.find(({ path }) => one.leaseId.startsWith(path));
      if (engine === undefined || one.goneAt < Number.POSITIVE_INFINITY) continue;
      if (!engine.users.has(one.mark)) one.goneAt = Date.now();
    }
  }

  #writeKubeconfig(): void {
    const { dir, port } = this.api;
    const text = JSON.stringify({
      'current-context': 'c',
      contexts: [{ name: 'c', context: { cluster: 'k', user: 'u', namespace: 'csi' } }],
      clusters: [
        {
          name: 'k',
          cluster: {
            server: `https://127.0.0.1:${port}`,
            'certificate-authority': join(dir, 'ca.crt'),
            'tls-server-name': 'localhost',
          },
        },
      ],
      users: [{ name: 'u', user: { tokenFile: join(dir, 'token') } }],
    });
    writeFileSync(join(this.folder, 'kubeconfig'), text);
  }
}

/** One role for all, and the login's own account in the paths: a login of another's is seen at once. */
async function policy(bao: OpenBao): Promise<string> {
  const { data } = await bao.request('GET', 'sys/auth');
  const own = ['kubernetes/', 'jwt/'].map((mount) => {
    const account = `{{identity.entity.aliases.${data[mount].accessor}.metadata.${ACCOUNT_NAME}}}`;
    return `path "secret/data/${account}/*" { capabilities = ["read"] }`;
  });
  return `
${own.join('\n')}
path "secret/data/all/*" { capabilities = ["read"] }
path "lasting/creds/app" { capabilities = ["read"] }
path "brief/creds/app" { capabilities = ["read"] }
path "database/creds/*" { capabilities = ["read"] }
path "pki/issue/web" { capabilities = ["update"] }`;
}
