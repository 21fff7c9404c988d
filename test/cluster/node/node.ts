// A Kubernetes of one node in namespaces of its own, as real as the product's surroundings need it: API server,
// controllers, scheduler, kubelet and containerd. `stop` takes all of it down, and so does the end of this process.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../tools/commands.ts';
import type { Tools } from '../tools/tools.ts';
import { type ControlPlane, NODE_NAME, startControlPlane } from './control-plane.ts';
import { type Image, writeImage } from './images.ts';
import { CONTAINERD_SOCKET, PAUSE_IMAGE, startContainerd, startKubelet } from './kubelet.ts';
import { type Daemon, Namespaces } from './namespaces.ts';
import { PATIENCE_MS, until } from './wait.ts';

export const APP_IMAGE = 'secretmount.test/app:1';
const STATE_PREFIX = 'secretmount-node-';

export interface CallOptions {
  readonly input?: string;
  readonly timeoutMs?: number;
}

// biome-ignore lint/suspicious/noExplicitAny: steps pick fields out of the API server's JSON
export type Json = any;

export class Node {
  readonly tools: Tools;
  /** On the machine's disk; removed at the end. */
  readonly stateFolder: string;
  readonly logFolder: string;
  readonly #namespaces: Namespaces;
  readonly #signal: AbortSignal;
  #controlPlane: ControlPlane | undefined;
  /** What a machine of its own would run. */
  #machine: readonly Daemon[] = [];

  private constructor(tools: Tools, namespaces: Namespaces, stateFolder: string, signal: AbortSignal) {
    this.tools = tools;
    this.#namespaces = namespaces;
    this.stateFolder = stateFolder;
    this.logFolder = join(stateFolder, 'logs');
    this.#signal = signal;
  }

  /** `signal` ends the start; what had been started by then is taken down. */
  static async start(tools: Tools, signal: AbortSignal): Promise<Node> {
    await sweep();
    const stateFolder = await mkdtemp(join(tmpdir(), `${STATE_PREFIX}${process.pid}-`));
    try {
      const namespaces = await Namespaces.open(stateFolder);
      const node = new Node(tools, namespaces, stateFolder, signal);
      try {
        await node.#start();
        return node;
      } catch (error) {
        await node.stop();
        throw error;
      }
    } catch (error) {
      await rm(stateFolder, { recursive: true, force: true });
      throw error;
    }
  }

  async #start(): Promise<void> {
    await mkdir(this.logFolder);
    const folders = this.#folders;
    const containerd = await startContainerd(this.#namespaces, this.tools, folders);
    this.#controlPlane = await startControlPlane(this.#namespaces, this.tools, folders, this.#signal);
    await this.#importOwnImages();
    const { nodeConfig } = this.#controlPlane;
    this.#machine = [containerd, await startKubelet(this.#namespaces, this.tools, folders, nodeConfig)];
    await this.until('the node is Ready', async () => {
      const node = await this.get(`node/${NODE_NAME}`);
      const isReady = node.status.conditions.some((one: Json) => one.type === 'Ready' && one.status === 'True');
      return isReady && node.spec.taints === undefined;
    });
  }

  /**
   * As if the machine's power went and came back: kubelet, containerd and all containers end at once, power-off.sh. The
   * control plane and what else was started stand for other machines and go on. Returns when the kubelet was started.
   */
  async reboot(whileDown: () => Promise<void>): Promise<void> {
    for (const daemon of this.#machine) daemon.kill();
    await this.run(['bash', join(import.meta.dirname, 'power-off.sh')]);
    await whileDown();
    const { nodeConfig } = this.#cluster;
    this.#machine = [
      await startContainerd(this.#namespaces, this.tools, this.#folders),
      await startKubelet(this.#namespaces, this.tools, this.#folders, nodeConfig),
    ];
  }

  get #folders(): { readonly state: string; readonly logs: string } {
    return { state: this.stateFolder, logs: this.logFolder };
  }

  /** busybox in two roles: the pause container that holds a pod's namespaces, and what test pods run. */
  async #importOwnImages(): Promise<void> {
    const busybox = this.tools.program('busybox');
    const names = (await runCommand([busybox, '--list'])).trim().split('\n');
    const links = Object.fromEntries(
      names.filter((name) => name !== 'busybox').map((name) => [`bin/${name}`, 'busybox']),
    );
    const app = { name: APP_IMAGE, files: { 'bin/busybox': busybox }, links, entrypoint: ['/bin/sleep', '2147483647'] };
    await this.importImage(app);
    await this.importImage({ ...app, name: PAUSE_IMAGE });
  }

  get caFile(): string {
    return this.#cluster.caFile;
  }

  get adminConfig(): string {
    return this.#cluster.adminConfig;
  }

  get #cluster(): ControlPlane {
    if (this.#controlPlane === undefined) throw new Error('the control plane was not started');
    return this.#controlPlane;
  }

  /** Runs a command in the node's namespaces. */
  run(argv: readonly string[], options: CallOptions = {}): Promise<string> {
    const { environment: env } = this.#namespaces;
    return runCommand(this.#namespaces.enter(argv), { ...options, env, signal: this.#signal });
  }

  start(name: string, argv: readonly string[], env: NodeJS.ProcessEnv = {}): Daemon {
    return this.#namespaces.start(name, argv, this.logFolder, env);
  }

  kubectl(args: readonly string[], options: CallOptions = {}): Promise<string> {
    return this.run([this.tools.program('kubectl'), `--kubeconfig=${this.adminConfig}`, ...args], options);
  }

  async get(...what: readonly string[]): Promise<Json> {
    return JSON.parse(await this.kubectl(['get', '-o', 'json', ...what]));
  }

  /** Applies objects. */
  async apply(...objects: readonly object[]): Promise<void> {
    const list = { apiVersion: 'v1', kind: 'List', items: objects };
    await this.kubectl(['apply', '-f', '-'], { input: JSON.stringify(list) });
  }

  /** @throws Error also if one of the node's own processes is gone */
  until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
    return until(what, { signal: this.#signal }, async () => {
      await this.#namespaces.requireAlive();
      return look();
    });
  }

  async importImage(image: Image): Promise<void> {
    const archive = await writeImage(image, this.stateFolder);
    await this.importArchive(archive);
    await rm(archive);
  }

  async importArchive(archive: string): Promise<void> {
    await this.#images(['import', archive]);
  }

  /** Gives an image of the node one more name, as if it had been pulled under it. Both with their registry. */
  async tagImage(name: string, other: string): Promise<void> {
    await this.#images(['tag', '--force', name, other]);
  }

  async #images(args: readonly string[]): Promise<void> {
    const ctr = [this.tools.program('ctr'), '-a', CONTAINERD_SOCKET, '-n', 'k8s.io', 'images'];
    await this.run([...ctr, ...args], { timeoutMs: PATIENCE_MS });
  }

  async stop(): Promise<void> {
    await this.#namespaces.close();
    await rm(this.stateFolder, { recursive: true, force: true });
  }
}

/** Removes the files of suites that were killed; their processes ended with them. */
async function sweep(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = name.startsWith(STATE_PREFIX) ? name.slice(STATE_PREFIX.length).split('-')[0] : undefined;
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
    await rm(join(tmpdir(), name), { recursive: true, force: true });
  }
}
