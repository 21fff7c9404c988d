// A real store, the built daemon and a person who migrates: what a pod of the migrated manifests sees.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../src/cli/run.ts';
import { type Daemon, startDaemon } from '../harness/daemon.ts';
import type { Driver } from '../harness/driver.ts';
import { type LoginMethod, type OpenBao, startOpenBao } from '../harness/openbao.ts';
import { findStore } from '../harness/store-binary.ts';
import { Cluster, type Manifest, type Mounted, type PodTemplate, parseManifests, type Seen } from './consumers.ts';
import { fillStore } from './store.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export function runMigrate(...args: readonly string[]): Promise<Ran> {
  return runMigrateIn({}, ...args);
}

export async function runMigrateIn(env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Ran> {
  let [out, err] = ['', ''];
  const streams = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
    isTerminal: false,
  };
  const code = await run(['migrate', ...args], env, streams);
  return { code, out, err };
}

/** The lines of a report that make it fail. */
export function errorsOf(report: string): string {
  const lines = report.split('\n').filter((line) => line.includes(': error: '));
  return lines.slice(0, 20).join('\n');
}

export class MigrateWorld {
  readonly bao: OpenBao;
  readonly folder = mkdtempSync(join(tmpdir(), 'secretmount-migrate-'));
  /** By their mounts. */
  readonly #logins: Record<string, LoginMethod>;
  readonly #daemon: Daemon;
  readonly #driver: Driver;

  private constructor(bao: OpenBao, logins: Record<string, LoginMethod>, daemon: Daemon) {
    this.bao = bao;
    this.#logins = logins;
    this.#daemon = daemon;
    this.#driver = daemon.driver();
  }

  static async start(): Promise<MigrateWorld> {
    const bao = await startOpenBao();
    await fillStore(bao);
    const logins = { kubernetes: await bao.enableKubernetes(), jwt: await bao.enableJwt() };
    return new MigrateWorld(bao, logins, await startDaemon({ args: [`--vault-addr=${bao.address}`] }));
  }

  async stop(): Promise<void> {
    await this.#daemon.stop('SIGKILL');
    await this.bao.stop();
    rmSync(this.folder, { recursive: true });
  }

  /** Beside `kubernetes` and `jwt`. */
  addLogin(method: LoginMethod): void {
    this.#logins[method.mount] = method;
  }

  /** Runs what `migrate` wrote for the store. */
  async writeRoles(script: string): Promise<void> {
    const env = {
      PATH: process.env['PATH'],
      STORE: await findStore(),
      ...Object.fromEntries(
        ['BAO', 'VAULT'].flatMap((name) => [
          [`${name}_ADDR`, this.bao.address],
          [`${name}_TOKEN`, this.bao.rootToken],
        ]),
      ),
    };
    const process_ = spawn('sh', [script], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    process_.stderr.on('data', (part) => {
      errors += part;
    });
    const code = await new Promise((resolve) => process_.once('exit', resolve));
    if (code !== 0) throw new Error(`${script} ended with ${code}: ${errors}`);
  }

  /** What the containers of migrated manifests see, without the mounts that only make the driver sync. */
  async see(text: string): Promise<Readonly<Record<string, Seen>>> {
    const manifests = parseManifests(text);
    const cluster: Cluster = new Cluster(manifests, (name, pod) =>
      this.#mount(cluster.classOf(name, pod.namespace), pod),
    );
    const seen = await cluster.look();
    return Object.fromEntries(
      Object.entries(seen).map(([container, { env, files }]) => {
        const own = Object.entries(files).filter(([path]) => !path.startsWith('/run/secretmount/'));
        return [container, { env, files: Object.fromEntries(own) }];
      }),
    );
  }

  async #mount({ metadata, spec }: Manifest, pod: PodTemplate): Promise<ReadonlyMap<string, Mounted>> {
    const { namespace, account } = pod;
    const { vaultAddress, audience = 'vault', vaultAuthMountPath = 'kubernetes', ...rest } = spec.parameters;
    const token = this.#logins[vaultAuthMountPath]?.mintJwt({ pod: 'app', namespace, account, audience }) ?? '';
    const address = vaultAddress === undefined ? {} : { vaultAddress: this.bao.address };
    const answer = await this.#driver.mount({
      parameters: { ...rest, ...address, audience, vaultAuthMountPath },
      pod: 'app',
      namespace,
      account,
      className: metadata.name,
      tokens: { [audience]: token },
    });
    return new Map(answer.files.map(({ path, mode, contents }) => [path, { mode, contents }]));
  }
}

/** What they see of manifests without a volume of the driver. */
export function seeOriginal(text: string): Promise<Readonly<Record<string, Seen>>> {
  const never = () => Promise.reject(new Error('a volume of the driver'));
  return new Cluster(parseManifests(text), never).look();
}

export function readText(...path: readonly string[]): string {
  return readFileSync(join(...path), 'utf8');
}
