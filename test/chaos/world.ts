// The outside of a chaos run: a real OpenBao behind the proxy, a stand-in API server with the node's pods, and the
// daemon's process, which is started, killed and started anew on one state folder.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Daemon } from '../harness/daemon.ts';
import type { Driver } from '../harness/driver.ts';
import { type LeasedEngine, type LoginMethod, type OpenBao, startOpenBao } from '../harness/openbao.ts';
import { StandInApiServer } from '../kube/api-server.ts';
import { StandInPods } from '../kube/stand-in-pods.ts';
import { ChaosProxy } from './chaos-proxy.ts';
import { KV_PATHS } from './classes.ts';
import { Ledger } from './ledger.ts';

export const NODE_NAME = 'node-1';
/** Times of the daemon, so short that a run of seconds meets each of them. */
export const MAX_STALE_MS = 2_000;
export const WINDOW_MS = 100;
const REQUEST_TIMEOUT_MS = 600;
const MOUNT_TIMEOUT_MS = 2_500;
const OVERLAP_MS = 500;
const SESSION_IDLE_MS = 1_500;
/** A user that the store took back is noticed so late at most. */
const LOOK_EACH_MS = 20;

export class ChaosWorld {
  readonly ledger = new Ledger();
  readonly pods = new StandInPods();
  readonly folder = mkdtempSync('/dev/shm/secretmount-chaos-');
  readonly bao: OpenBao;
  readonly kubernetes: LoginMethod;
  readonly api: StandInApiServer;
  readonly proxy: ChaosProxy;
  readonly #program: string | undefined;
  readonly #engines: readonly LeasedEngine[];
  readonly #look: NodeJS.Timeout;
  #lookedAt = Date.now();
  #daemon: Daemon | undefined;
  #printed = '';
  #driver: Driver | undefined;

  private constructor(
    bao: OpenBao,
    kubernetes: LoginMethod,
    engines: readonly LeasedEngine[],
    api: StandInApiServer,
    program: string | undefined,
  ) {
    this.bao = bao;
    this.kubernetes = kubernetes;
    this.#engines = engines;
    this.#program = program;
    this.api = api;
    this.proxy = new ChaosProxy(bao.address, this.ledger);
    const key = Buffer.alloc(32, 7).toString('base64');
    api.reply = (asked) => (asked.path.includes('/secrets/') ? [200, { data: { key } }] : this.pods.reply(asked));
    this.#look = setInterval(() => this.#lookForUsers(), LOOK_EACH_MS);
  }

  /** @param program the built daemon; undefined: that of dist/ */
  static async make(program?: string): Promise<ChaosWorld> {
    const [bao, api] = await Promise.all([startOpenBao(), new StandInApiServer().start()]);
    const kubernetes = await bao.enableKubernetes();
    const [lasting, brief] = await Promise.all([
      bao.enableLeased({ mount: 'lasting', ttl: '2h', maxTtl: '24h' }),
      bao.enableLeased({ mount: 'brief', ttl: '3s', maxTtl: '8s' }),
      bao.enablePki(),
    ]);
    await bao.addPolicy('app', await policy(bao));
    await kubernetes.addRole('app', { policies: ['app'] });
    const world = new ChaosWorld(bao, kubernetes, [lasting, brief], api, program);
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
    this.#daemon = new Daemon({
      folder: this.folder,
      ...(this.#program === undefined ? {} : { program: this.#program }),
      args: [
        `--vault-addr=${this.proxy.address}`,
        `--state-dir=${this.stateFolder}`,
        '--require-state-dir',
        `--kubeconfig=${join(this.folder, 'kubeconfig')}`,
        `--node-name=${NODE_NAME}`,
        `--max-stale=${MAX_STALE_MS}ms`,
        `--join-window=${WINDOW_MS}ms`,
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

  /** Ids of the leases that the store has now. */
  async leases(): Promise<readonly string[]> {
    const lists = this.#engines.map(async ({ path }) => {
      const listing = this.bao.request('LIST', `sys/leases/lookup/${path}`);
      const { data } = await listing.catch((error: Error) => {
        if (error.message.includes(': 404')) return { data: { keys: [] } };
        throw error;
      });
      return (data.keys as string[]).map((key) => `${path}/${key}`);
    });
    return (await Promise.all(lists)).flat();
  }

  async stop(): Promise<void> {
    clearInterval(this.#look);
    await this.#daemon?.stop('SIGKILL');
    await Promise.all([this.proxy.stop(), this.api.stop(), this.bao.stop()]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  #lookForUsers(): void {
    const latenessMs = Date.now() - this.#lookedAt - LOOK_EACH_MS;
    this.#lookedAt = Date.now();
    this.ledger.latenessMs = Math.max(this.ledger.latenessMs, latenessMs);
    for (const one of this.ledger.all()) {
      if (one.leaseId === '' || one.goneAt < Number.POSITIVE_INFINITY) continue;
      if (!this.#engines.some(({ users }) => users.has(one.mark))) one.goneAt = Date.now();
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
  const account = `{{identity.entity.aliases.${data['kubernetes/'].accessor}.metadata.service_account_name}}`;
  return `
path "secret/data/${account}/*" { capabilities = ["read"] }
path "secret/data/all/*" { capabilities = ["read"] }
path "lasting/creds/app" { capabilities = ["read"] }
path "brief/creds/app" { capabilities = ["read"] }
path "pki/issue/web" { capabilities = ["update"] }`;
}
