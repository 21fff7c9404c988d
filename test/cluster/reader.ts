// Somebody who follows a page of the documentation on the node: each of its commands in its order, in one shell, against
// a store of their own with TLS. What no machine without registries can run is stood in for on the reader's PATH.
import assert from 'node:assert/strict';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { VERSION } from '../../src/version.ts';
import { type Block, blocksOf } from '../docs/page.ts';
import { createAuthority } from '../harness/certificates.ts';
import { NODE_IP } from './node/control-plane.ts';
import { applyDriver, restartDriver } from './node/driver.ts';
import { APP_IMAGE, type Node } from './node/node.ts';
import { PATIENCE_MS } from './node/wait.ts';
import { installProvider, PROVIDER_NAMESPACE, ROOT } from './provider.ts';
import { DRIVER_OPTIONS } from './world.ts';

export const PAGE = 'docs/install.md';
/** As the page has them, and here. */
const REGISTRY = 'registry.example.com/team';
const STORE = 'https://vault.example.com:8200';
const ROOT_TOKEN = 'root-token-of-a-reader';
/** The pods' namespace. */
export const SPACE = 'shop';
export const SOCKET_FOLDERS = ['/etc/kubernetes/secrets-store-csi-providers', '/var/run/secrets-store-csi-providers'];
export const AUDIENCES = ['vault', 'openbao'];
/** Many times what it was seen to take; each of the page's own waits is bounded on the page. */
const WITHIN_MS = 3 * PATIENCE_MS;

export class Reader {
  readonly folder: string;
  readonly #node: Node;
  /**
   * A store cannot be stopped before the node is, so that each reader has one of their own. It takes the tenth and
   * eleventh port after this one too.
   */
  readonly #storePort: number;

  private constructor(node: Node, storePort: number) {
    this.folder = join(node.stateFolder, `reader-${storePort}`);
    this.#node = node;
    this.#storePort = storePort;
  }

  /** The page begins with a driver that has known no provider. */
  static async start(node: Node, storePort: number): Promise<Reader> {
    const reader = new Reader(node, storePort);
    await reader.#prepareFolder();
    await reader.#startStore();
    await node.tagImage(`docker.io/library/secretmount:${VERSION}`, `${REGISTRY}/secretmount:${VERSION}`);
    await node.tagImage(APP_IMAGE, 'docker.io/library/busybox:1.36');
    await forgetProvider(node);
    await applyDriver(node, { ...DRIVER_OPTIONS, audiences: AUDIENCES });
    await restartDriver(node);
    return reader;
  }

  /** Gives the node back as the other steps know it. */
  async stop(): Promise<void> {
    const node = this.#node;
    const gone = ['--ignore-not-found', '--grace-period=1'];
    await node.kubectl(['delete', 'namespace', SPACE, ...gone], { timeoutMs: PATIENCE_MS });
    await node.kubectl(['delete', '-n', 'kube-system', 'serviceaccount/store-reviewer', '--ignore-not-found']);
    await node.kubectl(['delete', 'clusterrolebinding/store-reviewer', '--ignore-not-found']);
    await forgetProvider(node);
    await applyDriver(node, DRIVER_OPTIONS);
    await restartDriver(node);
    await installProvider(node);
  }

  get storeAddress(): string {
    return `https://${NODE_IP}:${this.#storePort}`;
  }

  /** Runs blocks of the page in one shell, as the page exports variables, and holds each to the output it shows. */
  async follow(commands: readonly Block[]): Promise<void> {
    const blocks = blocksOf(PAGE);
    const scripts = commands.map(({ line, text }) => `printf '\\n=== line ${line}\\n'\n${this.exchange(text)}`);
    const text = await this.#shell(scripts);
    const said = text.split(/^=== line \d+\n/m).slice(1);
    assert.equal(said.length, commands.length, text);
    for (const [index, output] of said.entries()) {
      const next = blocks.find(({ line }) => line > (commands[index]?.line ?? 0));
      if (next?.mark === 'output') assert.ok(output.trim().endsWith(next.text.trim()), `${next.line}: ${output}`);
    }
  }

  /** What is not on the page. */
  run(command: string): Promise<string> {
    return this.#shell([`export BAO_ADDR=${this.storeAddress} BAO_CACERT=vault-ca.crt`, command]);
  }

  /** The reader's own store in place of the page's. */
  exchange(text: string): string {
    return text.replaceAll(STORE, this.storeAddress);
  }

  #shell(scripts: readonly string[]): Promise<string> {
    const { folder } = this;
    const env = [
      `PATH=${join(folder, 'bin')}:/usr/bin:/bin`,
      `HOME=${folder}`,
      `TMPDIR=${folder}`,
      `KUBECONFIG=${join(folder, 'kubeconfig')}`,
      `BAO_TOKEN=${ROOT_TOKEN}`,
    ];
    const argv = ['env', '-i', '-C', folder, ...env, 'sh', '-euc', ['exec 2>&1', ...scripts].join('\n')];
    return this.#node.run(argv, { timeoutMs: WITHIN_MS });
  }

  /** The clone the reader works in, and the programs they are to have. */
  async #prepareFolder(): Promise<void> {
    const { folder } = this;
    const { tools, adminConfig } = this.#node;
    for (const name of ['deploy', 'docs']) await cp(join(ROOT, name), join(folder, name), { recursive: true });
    const overlay = join(folder, 'deploy/kustomize/kustomization.yaml');
    await writeFile(overlay, this.exchange(await readFile(overlay, 'utf8')));
    // Its shell is deaf to SIGTERM, and the page ends it three times.
    const app = join(folder, 'docs/examples/app.yaml');
    const account = '  serviceAccountName: app\n';
    const hurried = (await readFile(app, 'utf8')).replace(account, `${account}  terminationGracePeriodSeconds: 1\n`);
    await writeFile(app, hurried);
    await cp(adminConfig, join(folder, 'kubeconfig'));

    const programs = join(folder, 'bin');
    await mkdir(programs);
    await symlink(tools.program('kubectl'), join(programs, 'kubectl'));
    await symlink(tools.bao, join(programs, 'bao'));
    const image = `${REGISTRY}/secretmount:${VERSION}`;
    const docker = `case "$*" in 'build -t ${image} .' | 'push ${image}') ;; *) echo "docker $*?"; exit 1 ;; esac`;
    await writeProgram(join(programs, 'docker'), docker);
    const chart = join(dirname(tools.driverManifests), 'charts/secrets-store-csi-driver');
    const driver = 'csi-secrets-store secrets-store-csi-driver/secrets-store-csi-driver';
    const withoutCsi = '--reuse-values --set csi.enabled=false';
    const remove = (name: string) => `exec kubectl --namespace ${name} delete daemonset ${name}-csi-provider`;
    await writeProgram(
      join(programs, 'helm'),
      `case "$*" in
  'repo add secrets-store-csi-driver https://'*) ;;
  'upgrade --install ${driver} --version 1.6.0 '*)
    shift 6; exec ${tools.program('helm')} template csi-secrets-store ${chart} "$@" >driver.yaml ;;
  'upgrade vault hashicorp/vault --namespace vault ${withoutCsi}') ${remove('vault')} ;;
  'upgrade openbao openbao/openbao --namespace openbao ${withoutCsi}') ${remove('openbao')} ;;
  *) exec ${tools.program('helm')} "$@" ;;
esac`,
    );
  }

  /** As a store is when nothing was set up in it: a dev server without the engine that a dev server has. */
  async #startStore(): Promise<void> {
    const { folder } = this;
    const node = this.#node;
    const authority = createAuthority('authority of the reader');
    const { certPem, keyPem } = authority.issue({ names: [NODE_IP] });
    const file = (name: string) => join(folder, name);
    const address = `${NODE_IP}:${this.#storePort}`;
    const listener = { address, tls_cert_file: file('store.crt'), tls_key_file: file('store.key') };
    await writeFile(file('vault-ca.crt'), authority.certPem);
    await writeFile(listener.tls_cert_file, certPem);
    await writeFile(listener.tls_key_file, keyPem);
    await writeFile(file('store.json'), JSON.stringify({ listener: [{ tcp: listener }] }));
    const own = ['-dev', '-dev-no-store-token', `-dev-listen-address=127.0.0.1:${this.#storePort + 10}`];
    const argv = [node.tools.bao, 'server', ...own, `-config=${file('store.json')}`];
    node.start(`openbao-of-reader-${this.#storePort}`, argv, {
      BAO_DEV_ROOT_TOKEN_ID: ROOT_TOKEN,
      VAULT_DEV_ROOT_TOKEN_ID: ROOT_TOKEN,
      HOME: folder,
    });
    await node.until('the store of the reader', async () => (await this.run('exec bao secrets disable secret')) !== '');
  }
}

function writeProgram(file: string, script: string): Promise<void> {
  return writeFile(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

/** Returns once its sockets are gone too, which the driver would go on calling. */
async function forgetProvider(node: Node): Promise<void> {
  await node.kubectl(['delete', 'namespace', PROVIDER_NAMESPACE, '--ignore-not-found'], { timeoutMs: PATIENCE_MS });
  const find = ['find', ...SOCKET_FOLDERS, '-name', '*.sock'];
  await node.until('no socket is left', async () => (await node.run(find)) === '');
}
