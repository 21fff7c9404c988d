// Argo CD on the node, as processes of its own release: repo-server, application controller and ApplicationSet
// controller, with Redis, a Git repository, and argocd-vault-plugin beside the repo-server as its documentation has it:
// a config management plugin that Argo CD's own server for those runs.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import type { Daemon } from '../node/namespaces.ts';
import type { Json, Node } from '../node/node.ts';
import { STORE_ADDRESS } from '../node/store.ts';
import { openNamespace } from '../pods.ts';
import { ROOT } from '../provider.ts';
import type { ArgoCdTools } from '../tools/argocd.ts';
import { renderSource } from './rendered.ts';
import { Repository } from './repository.ts';

export const ARGOCD_NAMESPACE = 'argocd';
/** Its name in an Application's `spec.source.plugin`. */
export const PLUGIN_NAME = 'argocd-vault-plugin';
const REDIS = '127.0.0.1:6379';
const REPO_SERVER = '127.0.0.1:8081';

export class Installation {
  readonly tools: ArgoCdTools;
  readonly repository: Repository;
  /** With all that its processes write: checkouts, sockets, what the plugin is given. */
  readonly folder: string;
  readonly redisSocket: string;
  readonly #node: Node;
  readonly #daemons: Daemon[] = [];

  private constructor(node: Node, tools: ArgoCdTools, repository: Repository, folder: string) {
    this.tools = tools;
    this.repository = repository;
    this.folder = folder;
    this.redisSocket = join(folder, 'redis.sock');
    this.#node = node;
  }

  /** @param storeToken what the plugin reads with, for all Applications */
  static async start(node: Node, tools: ArgoCdTools, storeToken: string): Promise<Installation> {
    const folder = join(node.stateFolder, 'argocd');
    for (const name of ['tmp', 'home', 'plugins', 'plugin']) await mkdir(join(folder, name), { recursive: true });
    const repository = await Repository.open(join(folder, 'git'));
    const argoCd = new Installation(node, tools, repository, folder);
    await argoCd.#install();
    await argoCd.#startRedis();
    argoCd.#daemons.push(repository.serve(node));
    await argoCd.#startPlugin(storeToken);
    argoCd.#startParts();
    return argoCd;
  }

  /** The processes: what they made in the cluster is the caller's. */
  stop(): void {
    for (const daemon of this.#daemons.splice(0)) daemon.kill();
  }

  get logFiles(): readonly string[] {
    return this.#daemons.map(({ logFile }) => logFile);
  }

  render(application: Json): Promise<readonly string[]> {
    return renderSource(this.#node, REPO_SERVER, application);
  }

  /** One of its command line's answers. */
  cli(...args: readonly string[]): Promise<string> {
    return this.#node.run(['env', 'ARGOCD_BINARY_NAME=argocd', this.tools.program, ...args]);
  }

  async #install(): Promise<void> {
    const node = this.#node;
    await openNamespace(node, ARGOCD_NAMESPACE);
    const definitions = join(this.tools.source, 'manifests/crds');
    for (const name of ['application', 'appproject', 'applicationset']) {
      // Too long for the annotation in which a client keeps what it applied.
      const file = join(definitions, `${name}-crd.yaml`);
      await node.kubectl(['apply', '--server-side', '-f', file]);
    }
    await node.kubectl(['apply', '-f', join(ROOT, 'docs/examples/argocd/argocd-cm.yaml')]);
    const labels = { 'app.kubernetes.io/part-of': 'argocd' };
    await node.apply({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'argocd-secret', namespace: ARGOCD_NAMESPACE, labels },
      stringData: { 'server.secretkey': 'key of a suite' },
    });
    await node.until('the kinds of Argo CD', async () => {
      // Argo CD's API server, which is not run here, makes it.
      await node.apply({
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'AppProject',
        metadata: { name: 'default', namespace: ARGOCD_NAMESPACE },
        spec: {
          sourceRepos: ['*'],
          destinations: [{ namespace: '*', server: '*' }],
          clusterResourceWhitelist: [{ group: '*', kind: '*' }],
        },
      });
      return true;
    });
  }

  async #startRedis(): Promise<void> {
    const { redis } = this.tools;
    const [host = '', port = ''] = REDIS.split(':');
    const flags = ['--bind', host, '--port', port, '--save', '', '--appendonly', 'no', '--dir', this.folder];
    const server = join(redis, 'usr/bin/redis-server');
    this.#start('argocd-redis', [server, ...flags, '--unixsocket', this.redisSocket], {
      LD_LIBRARY_PATH: join(redis, 'usr/lib/x86_64-linux-gnu'),
    });
    const cli = ['env', `LD_LIBRARY_PATH=${join(redis, 'usr/lib/x86_64-linux-gnu')}`, join(redis, 'usr/bin/redis-cli')];
    await this.#node.until('Redis', async () => (await this.#node.run([...cli, '-p', port, 'ping'])).includes('PONG'));
  }

  async #startPlugin(storeToken: string): Promise<void> {
    const config = join(this.folder, 'plugin');
    const plugin = {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'ConfigManagementPlugin',
      metadata: { name: PLUGIN_NAME },
      spec: { generate: { command: [this.tools.plugin, 'generate', '.'] } },
    };
    await writeFile(join(config, 'plugin.yaml'), stringify(plugin));
    this.#startPart('argocd-cmp-server', [`--config-dir-path=${config}`], {
      AVP_TYPE: 'vault',
      AVP_AUTH_TYPE: 'token',
      VAULT_ADDR: STORE_ADDRESS,
      VAULT_TOKEN: storeToken,
    });
  }

  #startParts(): void {
    const usual = [`--redis=${REDIS}`, '--loglevel=debug'];
    const asks = ['--repo-server-plaintext', `--namespace=${ARGOCD_NAMESPACE}`, '--loglevel=debug'];
    this.#startPart('argocd-repo-server', [...usual, '--disable-tls', '--address=127.0.0.1'], {
      ARGOCD_GPG_ENABLED: 'false',
      ARGOCD_GNUPGHOME: join(this.folder, 'home'),
    });
    this.#startPart('argocd-application-controller', [...asks, `--redis=${REDIS}`, `--repo-server=${REPO_SERVER}`]);
    this.#startPart('argocd-applicationset-controller', [
      ...asks,
      `--argocd-repo-server=${REPO_SERVER}`,
      '--metrics-addr=127.0.0.1:18080',
      '--probe-addr=127.0.0.1:18081',
      '--webhook-addr=127.0.0.1:17000',
    ]);
  }

  #startPart(name: string, flags: readonly string[], env: NodeJS.ProcessEnv = {}): void {
    const helm = dirname(this.#node.tools.program('helm'));
    this.#start(name, [this.tools.program, ...flags], {
      ARGOCD_BINARY_NAME: name,
      ARGOCD_PLUGINSOCKFILEPATH: join(this.folder, 'plugins'),
      ARGOCD_ASK_PASS_SOCK: join(this.folder, 'ask-pass.sock'),
      // The cluster it runs in, without the files of a pod.
      ARGOCD_FAKE_IN_CLUSTER: 'true',
      KUBECONFIG: this.#node.adminConfig,
      PATH: `${helm}:${process.env['PATH']}`,
      ...env,
    });
  }

  #start(name: string, argv: readonly string[], env: NodeJS.ProcessEnv): void {
    const own = { HOME: join(this.folder, 'home'), TMPDIR: join(this.folder, 'tmp') };
    this.#daemons.push(this.#node.start(name, argv, { ...own, ...env }));
  }
}
