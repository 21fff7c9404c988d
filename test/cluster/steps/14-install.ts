// docs/install.md, followed to the letter by a reader on the node: each of its commands in its order, in one shell,
// against a store of its own with TLS. What no machine without registries can run is stood in for on the reader's PATH.
import assert from 'node:assert/strict';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { VERSION } from '../../../src/version.ts';
import { blocksOf } from '../../docs/page.ts';
import { createAuthority } from '../../harness/certificates.ts';
import { NODE_IP } from '../node/control-plane.ts';
import { applyDriver, restartDriver } from '../node/driver.ts';
import { APP_IMAGE, type Json, type Node } from '../node/node.ts';
import { PATIENCE_MS } from '../node/wait.ts';
import { installProvider, PROVIDER_NAMESPACE, ROOT } from '../provider.ts';
import { DRIVER_OPTIONS, type Step } from '../world.ts';

const PAGE = 'docs/install.md';
/** As the page has them, and here. */
const REGISTRY = 'registry.example.com/team';
const STORE = 'https://vault.example.com:8200';
const STORE_HERE = `${NODE_IP}:8250`;
const ROOT_TOKEN = 'root-token-of-a-reader';
const SOCKETS = '/var/run/secrets-store-csi-providers';
const AUDIENCES = ['vault', 'openbao'];
/** Many times what it was seen to take; each of the page's own waits is bounded on the page. */
const WITHIN_MS = 3 * PATIENCE_MS;

export const step: Step = {
  title: 'docs/install.md',
  proves: 'its commands, one after the other as they stand, lead from nothing to a pod with its secret, and back',
  async run({ node, note }) {
    const folder = join(node.stateFolder, 'reader');
    await prepareFolder(node, folder);
    await startStore(node, folder);
    await node.tagImage(`docker.io/library/secretmount:${VERSION}`, `${REGISTRY}/secretmount:${VERSION}`);
    await node.tagImage(APP_IMAGE, 'docker.io/library/busybox:1.36');
    await forgetProvider(node);
    await applyDriver(node, { ...DRIVER_OPTIONS, audiences: AUDIENCES });
    // The page begins with a driver that has known no provider.
    await restartDriver(node);
    try {
      const blocks = blocksOf(PAGE);
      const commands = blocks.filter(({ mark }) => mark === 'command: cluster');
      const text = await node.run(reader(folder, commands), { timeoutMs: WITHIN_MS });
      const said = text.split(/^=== line \d+\n/m).slice(1);
      assert.equal(said.length, commands.length, text);
      for (const [index, output] of said.entries()) {
        const next = blocks[blocks.indexOf(commands[index] as never) + 1];
        if (next?.mark === 'output') assert.ok(output.trim().endsWith(next.text.trim()), `${next.line}: ${output}`);
      }
      const lines = commands.reduce((sum, command) => sum + command.text.trim().split('\n').length, 0);
      note(`${commands.length} blocks, ${lines} lines; stood in for: docker, and the driver's chart is only rendered`);
      await assertDriverChart(node, join(folder, 'driver.yaml'));
    } finally {
      await forgetProvider(node);
      await applyDriver(node, DRIVER_OPTIONS);
      await restartDriver(node);
      await installProvider(node);
    }
  },
};

/** The clone the reader works in, with the store's address in place of the example's, and the programs it is to have. */
async function prepareFolder(node: Node, folder: string): Promise<void> {
  for (const name of ['deploy', 'docs']) await cp(join(ROOT, name), join(folder, name), { recursive: true });
  const overlay = join(folder, 'deploy/kustomize/kustomization.yaml');
  await writeFile(overlay, exchange(await readFile(overlay, 'utf8')));
  // Its shell is deaf to SIGTERM, and the page ends it three times.
  const app = join(folder, 'docs/examples/app.yaml');
  const account = '  serviceAccountName: app\n';
  const hurried = (await readFile(app, 'utf8')).replace(account, `${account}  terminationGracePeriodSeconds: 1\n`);
  await writeFile(app, hurried);
  await cp(node.adminConfig, join(folder, 'kubeconfig'));

  const programs = join(folder, 'bin');
  await mkdir(programs);
  await symlink(node.tools.program('kubectl'), join(programs, 'kubectl'));
  await symlink(node.tools.bao, join(programs, 'bao'));
  const image = `${REGISTRY}/secretmount:${VERSION}`;
  const docker = `case "$*" in 'build -t ${image} .' | 'push ${image}') ;; *) echo "docker $*?"; exit 1 ;; esac`;
  await writeProgram(join(programs, 'docker'), docker);
  const chart = join(dirname(node.tools.driverManifests), 'charts/secrets-store-csi-driver');
  const driver = 'csi-secrets-store secrets-store-csi-driver/secrets-store-csi-driver';
  await writeProgram(
    join(programs, 'helm'),
    `case "$*" in
  'repo add secrets-store-csi-driver https://'*) ;;
  'upgrade --install ${driver} --version 1.6.0 '*)
    shift 6; exec ${node.tools.program('helm')} template csi-secrets-store ${chart} "$@" >driver.yaml ;;
  *) exec ${node.tools.program('helm')} "$@" ;;
esac`,
  );
}

function writeProgram(file: string, script: string): Promise<void> {
  return writeFile(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

function exchange(text: string): string {
  return text.replaceAll(STORE, `https://${STORE_HERE}`);
}

/** As a store is when nothing was set up in it: a dev server without the engine that a dev server has. */
async function startStore(node: Node, folder: string): Promise<void> {
  const authority = createAuthority('authority of the reader');
  const { certPem, keyPem } = authority.issue({ names: [NODE_IP] });
  const file = (name: string) => join(folder, name);
  const listener = { address: STORE_HERE, tls_cert_file: file('store.crt'), tls_key_file: file('store.key') };
  await writeFile(file('vault-ca.crt'), authority.certPem);
  await writeFile(listener.tls_cert_file, certPem);
  await writeFile(listener.tls_key_file, keyPem);
  await writeFile(file('store.json'), JSON.stringify({ listener: [{ tcp: listener }] }));
  const own = ['-dev', '-dev-no-store-token', '-dev-listen-address=127.0.0.1:8260'];
  node.start('openbao-of-reader', [node.tools.bao, 'server', ...own, `-config=${file('store.json')}`], {
    BAO_DEV_ROOT_TOKEN_ID: ROOT_TOKEN,
    VAULT_DEV_ROOT_TOKEN_ID: ROOT_TOKEN,
    HOME: folder,
  });
  const env = [`BAO_ADDR=https://${STORE_HERE}`, `BAO_CACERT=${file('vault-ca.crt')}`, `BAO_TOKEN=${ROOT_TOKEN}`];
  const disable = ['env', ...env, node.tools.bao, 'secrets', 'disable', 'secret'];
  await node.until('the store of the reader', async () => (await node.run(disable)) !== '');
}

/** One shell for all, as the page exports variables; a line says where each block begins. */
function reader(folder: string, commands: readonly { line: number; text: string }[]): readonly string[] {
  const blocks = commands.map(({ line, text }) => `printf '\\n=== line ${line}\\n'\n${exchange(text)}`);
  const env = [
    `PATH=${join(folder, 'bin')}:/usr/bin:/bin`,
    `HOME=${folder}`,
    `TMPDIR=${folder}`,
    `KUBECONFIG=${join(folder, 'kubeconfig')}`,
    `BAO_TOKEN=${ROOT_TOKEN}`,
  ];
  return ['env', '-i', '-C', folder, ...env, 'sh', '-euc', ['exec 2>&1', ...blocks].join('\n')];
}

/** Returns once its sockets are gone too, which the driver would go on calling. */
async function forgetProvider(node: Node): Promise<void> {
  await node.kubectl(['delete', 'namespace', PROVIDER_NAMESPACE, '--ignore-not-found'], { timeoutMs: PATIENCE_MS });
  await node.until('no socket is left', async () => (await node.run(['find', SOCKETS, '-name', '*.sock'])) === '');
}

/** The page's values do in the driver's own chart what the node's driver is set to. */
async function assertDriverChart(node: Node, file: string): Promise<void> {
  const objects: Json[] = parseAllDocuments(await readFile(file, 'utf8')).map((document) => document.toJS());
  const of = (kind: string, name: string) =>
    objects.find((object) => object?.kind === kind && object.metadata.name.includes(name));
  const { spec } = await node.get('csidriver/secrets-store.csi.k8s.io');
  const { requiresRepublish, tokenRequests } = of('CSIDriver', '').spec;
  assert.deepEqual([requiresRepublish, tokenRequests], [true, AUDIENCES.map((audience) => ({ audience }))]);
  assert.deepEqual([spec.requiresRepublish, spec.tokenRequests], [requiresRepublish, tokenRequests]);
  const { args } = of('DaemonSet', '').spec.template.spec.containers.find((one: Json) => one.name === 'secrets-store');
  for (const flag of ['--enable-secret-rotation=true', '--rotation-poll-interval=2m'])
    assert.ok(args.includes(flag), flag);
  assert.ok(of('ClusterRole', 'syncing'), 'the right to make Secrets');
}
