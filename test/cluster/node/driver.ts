// The Secrets Store CSI driver as its own manifests install it, with what differs here: images made of the binaries
// that were built, our registrar, no liveness probe (its module is not served), and rotation with a short interval.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { NODE_NAME } from './control-plane.ts';
import type { Json, Node } from './node.ts';

export const DRIVER_NAME = 'secrets-store.csi.k8s.io';
const SOCKET_ON_NODE = '/var/lib/kubelet/plugins/csi-secrets-store/csi.sock';
const DRIVER_IMAGE = 'secretmount.test/driver:1.6.0';
const REGISTRAR_IMAGE = 'secretmount.test/registrar:1';
const READY_WITHIN_MS = 60_000;

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
  await node.until('the driver is registered', READY_WITHIN_MS, async () => {
    const { spec } = await node.get(`csinode/${NODE_NAME}`);
    return spec.drivers?.some((driver: Json) => driver.name === DRIVER_NAME);
  });
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
  await untilRolledOut(node, 'kube-system', 'csi-secrets-store');
}

/** One pod, of the newest template and Ready: `rollout status` is content with none, and the object's counts lag. */
export async function untilRolledOut(node: Node, namespace: string, daemonSet: string): Promise<void> {
  await node.until(`DaemonSet ${daemonSet} is ready`, READY_WITHIN_MS, async () => {
    const { metadata, spec } = await node.get(`daemonset/${daemonSet}`, '-n', namespace);
    const labels = Object.entries(spec.selector.matchLabels).map(([name, value]) => `${name}=${value}`);
    const { items } = await node.get('pods', '-n', namespace, '-l', labels.join());
    const [pod] = items;
    return (
      items.length === 1 &&
      pod.metadata.deletionTimestamp === undefined &&
      pod.metadata.labels['pod-template-generation'] ===
        metadata.annotations['deprecated.daemonset.template.generation'] &&
      pod.status.conditions.some((one: Json) => one.type === 'Ready' && one.status === 'True')
    );
  });
}

async function readManifest(file: string): Promise<Json[]> {
  return parseAllDocuments(await readFile(file, 'utf8')).map((document) => document.toJS());
}
