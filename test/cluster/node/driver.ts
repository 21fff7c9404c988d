// The Secrets Store CSI driver as its own manifests install it, with what differs here: images made of the binaries
// that were built, our registrar, no liveness probe (its module is not served), and rotation with a short interval.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Json, Node } from './node.ts';

export const DRIVER_NAME = 'secrets-store.csi.k8s.io';
const DRIVER_NAMESPACE = 'kube-system';
const DAEMON_SET = 'csi-secrets-store';
const SOCKET_ON_NODE = '/var/lib/kubelet/plugins/csi-secrets-store/csi.sock';
const DRIVER_IMAGE = 'secretmount.test/driver:1.6.0';
const REGISTRAR_IMAGE = 'secretmount.test/registrar:1';

export interface DriverOptions {
  /** Default: 5s. */
  readonly pollInterval?: string;
  /** Audiences of the tokens that the kubelet mints for each mount; '' is the API server's own. */
  readonly audiences?: readonly string[];
}

export async function installDriver(node: Node, options: DriverOptions = {}): Promise<void> {
  const binaries = { driver: node.tools.program('secrets-store-csi-driver'), busybox: node.tools.program('busybox') };
  await node.importImage({
    name: DRIVER_IMAGE,
    files: { 'secrets-store-csi': binaries.driver, 'bin/busybox': binaries.busybox },
    // The driver runs these two.
    links: { 'bin/mount': 'busybox', 'bin/umount': 'busybox' },
    entrypoint: ['/secrets-store-csi'],
  });
  const registrar = node.tools.program('registrar');
  await node.importImage({ name: REGISTRAR_IMAGE, files: { registrar }, entrypoint: ['/registrar'] });

  const manifests = node.tools.driverManifests;
  for (const name of [
    'secrets-store.csi.x-k8s.io_secretproviderclasses.yaml',
    'secrets-store.csi.x-k8s.io_secretproviderclasspodstatuses.yaml',
    'rbac-secretproviderclass.yaml',
    'rbac-secretprovidersyncing.yaml',
  ]) {
    await node.kubectl(['apply', '-f', join(manifests, name)]);
  }
  await applyDriver(node, options);
}

/** Also changes an installed driver's options. */
export async function applyDriver(node: Node, options: DriverOptions): Promise<void> {
  const { pollInterval = '5s', audiences = ['vault', 'openbao', ''] } = options;
  const manifests = node.tools.driverManifests;
  const [csiDriver] = await readManifest(join(manifests, 'csidriver.yaml'));
  csiDriver.spec.tokenRequests = audiences.map((audience) => ({ audience }));
  const [daemonSet] = await readManifest(join(manifests, 'secrets-store-csi-driver.yaml'));
  const pod = daemonSet.spec.template.spec;
  pod.containers = pod.containers.filter((one: Json) => one.name !== 'liveness-probe');
  for (const container of pod.containers) {
    container.imagePullPolicy = 'Never';
    // The suite's hundred pods at once are no case for the manifests' small limits.
    delete container.resources.limits;
    delete container.livenessProbe;
    if (container.name === 'node-driver-registrar') {
      container.image = REGISTRAR_IMAGE;
      container.args = [`/registration/${DRIVER_NAME}-reg.sock`, DRIVER_NAME, SOCKET_ON_NODE, '/csi/csi.sock'];
    } else {
      container.image = DRIVER_IMAGE;
      container.args = container.args.map((flag: string) =>
        flag
          .replace('--enable-secret-rotation=false', '--enable-secret-rotation=true')
          .replace(/--rotation-poll-interval=.*/, `--rotation-poll-interval=${pollInterval}`),
      );
    }
  }
  await node.apply(csiDriver, daemonSet);
  await untilRegistered(node);
}

/** A driver that has called no provider yet: it does not wait out the back-off from one that has been away. */
export async function restartDriver(node: Node): Promise<void> {
  await node.kubectl(['rollout', 'restart', `daemonset/${DAEMON_SET}`, '-n', DRIVER_NAMESPACE]);
  await untilRegistered(node);
}

/** The kubelet forgets a driver that ends; a volume that it is to mount before it knows the next one fails. */
async function untilRegistered(node: Node): Promise<void> {
  const { metadata } = await untilRolledOut(node, DRIVER_NAMESPACE, DAEMON_SET);
  const log = ['logs', '-n', DRIVER_NAMESPACE, metadata.name, '-c', 'node-driver-registrar'];
  await node.until('the kubelet knows the driver', async () => (await node.kubectl(log)).includes('is registered'));
}

/** One pod, of the newest template and Ready: `rollout status` is content with none, and the object's counts lag. */
export function untilRolledOut(node: Node, namespace: string, daemonSet: string): Promise<Json> {
  return node.until(`DaemonSet ${daemonSet} is ready`, async () => {
    const { metadata, spec } = await node.get(`daemonset/${daemonSet}`, '-n', namespace);
    const labels = Object.entries(spec.selector.matchLabels).map(([name, value]) => `${name}=${value}`);
    const { items } = await node.get('pods', '-n', namespace, '-l', labels.join());
    const [pod] = items;
    const isReady =
      items.length === 1 &&
      pod.metadata.deletionTimestamp === undefined &&
      pod.metadata.labels['pod-template-generation'] ===
        metadata.annotations['deprecated.daemonset.template.generation'] &&
      pod.status.conditions.some((one: Json) => one.type === 'Ready' && one.status === 'True');
    return isReady ? pod : undefined;
  });
}

async function readManifest(file: string): Promise<Json[]> {
  return parseAllDocuments(await readFile(file, 'utf8')).map((document) => document.toJS());
}
