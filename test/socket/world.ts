// One real OpenBao for the whole socket suite, and daemons as each test wants them.
import { type Daemon, type DaemonOptions, startDaemon } from '../harness/daemon.ts';
import type { MountWish } from '../harness/driver.ts';
import type { TokenClaims } from '../harness/jwt.ts';
import { type LeasedEngine, type LoginMethod, type OpenBao, startOpenBao } from '../harness/openbao.ts';

export const MAY_READ =
  'path "secret/*" { capabilities = ["read", "list"] } path "rabbitmq/*" { capabilities = ["read"] }';

export class SocketWorld {
  readonly bao: OpenBao;
  readonly jwt: LoginMethod;
  readonly kubernetes: LoginMethod;
  readonly leased: LeasedEngine;
  readonly #daemons: Daemon[] = [];

  constructor(bao: OpenBao, jwt: LoginMethod, kubernetes: LoginMethod, leased: LeasedEngine) {
    this.bao = bao;
    this.jwt = jwt;
    this.kubernetes = kubernetes;
    this.leased = leased;
  }

  /** A daemon whose default store is the real one; ended by `endDaemons`. */
  async daemon(options: DaemonOptions = {}): Promise<Daemon> {
    const args = [`--vault-addr=${this.bao.address}`, ...(options.args ?? [])];
    const daemon = await startDaemon({ ...options, args });
    this.#daemons.push(daemon);
    return daemon;
  }

  async endDaemons(): Promise<void> {
    await Promise.all(this.#daemons.splice(0).map((daemon) => daemon.stop('SIGKILL')));
  }

  write(path: string, data: Record<string, unknown>): Promise<unknown> {
    return this.bao.request('POST', `secret/data/${path}`, { data });
  }

  /** A mount by way of the jwt login. */
  wish(objects: string, of: TokenClaims & { readonly parameters?: Record<string, string> } = {}): MountWish {
    return this.#wish(this.jwt, objects, of);
  }

  /** A mount by way of the kubernetes login, which pods of an account share. */
  kubernetesWish(objects: string, of: TokenClaims & { readonly parameters?: Record<string, string> } = {}): MountWish {
    return this.#wish(this.kubernetes, objects, of);
  }

  #wish(method: LoginMethod, objects: string, of: TokenClaims & { parameters?: Record<string, string> }): MountWish {
    const { pod = 'pod-a', namespace = 'team', account = 'app' } = of;
    return {
      pod: pod ?? 'pod-a',
      namespace,
      account,
      parameters: { roleName: 'app', vaultAuthMountPath: method.mount, objects, ...of.parameters },
      tokens: { vault: method.mintJwt({ pod, namespace, account }) },
    };
  }
}

let shared: Promise<SocketWorld> | undefined;

/** Started once for all files of this process; it ends with the process, as mocha may run files in several. */
export function socketWorld(): Promise<SocketWorld> {
  shared ??= makeWorld();
  return shared;
}

async function makeWorld(): Promise<SocketWorld> {
  const bao = await startOpenBao({ isForAll: true });
  const [jwt, kubernetes, leased] = await Promise.all([bao.enableJwt(), bao.enableKubernetes(), bao.enableLeased()]);
  await bao.addPolicy('app', MAY_READ);
  await Promise.all([jwt.addRole('app', { policies: ['app'] }), kubernetes.addRole('app', { policies: ['app'] })]);
  const world = new SocketWorld(bao, jwt, kubernetes, leased);
  await world.write('app', { password: 's3cret-value', user: 'admin' });
  return world;
}

/** One object per line of `name path key`. */
export function objects(...lines: readonly string[]): string {
  return lines
    .map((line) => {
      const [name, path, key] = line.split(' ');
      return `- objectName: "${name}"\n  secretPath: "${path}"\n${key === undefined ? '' : `  secretKey: "${key}"\n`}`;
    })
    .join('');
}
