// Puts the product on the node as its users do: the image that the project's Dockerfile builds, and our chart.
import { resolve } from 'node:path';
import { stringify } from 'yaml';
import { VERSION } from '../../src/version.ts';
import { buildImage } from './image/build-image.ts';
import { untilRolledOut } from './node/driver.ts';
import type { Json, Node } from './node/node.ts';
import { STORE_ADDRESS } from './node/store.ts';
import { PATIENCE_MS } from './node/wait.ts';

export const PROVIDER_NAMESPACE = 'secretmount';
export const PROVIDER_SELECTOR = 'app.kubernetes.io/name=secretmount';
export const RELEASE = 'secretmount';
export const ROOT = resolve(import.meta.dirname, '../..');
export const CHART = resolve(ROOT, 'deploy/helm/secretmount');
const INSTALLED_WITHIN = `${PATIENCE_MS / 1000}s`;
/** helm ends by itself where what it waits for does not come, and says why. */
const HELM_WITHIN_MS = PATIENCE_MS + 60_000;

/** What of the chart's values differs here: the image is on the node, and the log tells all. */
const VALUES = {
  image: { repository: 'secretmount', tag: VERSION, pullPolicy: 'Never' },
  store: { address: STORE_ADDRESS },
  log: { level: 'debug' },
};

export async function importProvider(node: Node): Promise<void> {
  const { archive } = await buildImage(node.stateFolder);
  await node.importArchive(archive);
}

/** Installs it, or gives what is installed these values and no others; returns once it is Ready. */
export async function installProvider(node: Node, values: object = {}): Promise<void> {
  // The namespace is the manifests' own: it allows hostPath.
  await node.kubectl(['apply', '-f', resolve(ROOT, 'deploy/helm/namespace.yaml')]);
  await upgrade(node, RELEASE, values, ['--wait', '--timeout', INSTALLED_WITHIN]);
  await untilRolledOut(node, PROVIDER_NAMESPACE, RELEASE);
}

export async function upgrade(
  node: Node,
  release: string,
  values: object,
  flags: readonly string[] = [],
): Promise<void> {
  const install = ['upgrade', '--install', release, CHART, '--namespace', PROVIDER_NAMESPACE, '--reset-values'];
  await helm(node, [...install, ...flags, '--values', '-'], stringify({ ...VALUES, ...values }));
}

/** Ends every provider and waits for the new ones: rights and Secrets are looked at when one starts. */
export async function restartProvider(node: Node): Promise<void> {
  await node.kubectl(['rollout', 'restart', `daemonset/${RELEASE}`, '-n', PROVIDER_NAMESPACE]);
  await untilRolledOut(node, PROVIDER_NAMESPACE, RELEASE);
}

export function helm(node: Node, args: readonly string[], input?: string): Promise<string> {
  const argv = [node.tools.program('helm'), `--kubeconfig=${node.adminConfig}`, ...args];
  return node.run(argv, { timeoutMs: HELM_WITHIN_MS, ...(input !== undefined && { input }) });
}

/** The pod that runs, not one that is ending. */
export async function providerPod(node: Node): Promise<Json> {
  const { items } = await node.get('pods', '-n', PROVIDER_NAMESPACE, '-l', PROVIDER_SELECTOR);
  const pods = items.filter((one: Json) => one.metadata.deletionTimestamp === undefined);
  if (pods.length !== 1) throw new Error(`${pods.length} provider pods on one node`);
  return pods[0];
}

/** The provider's log, a line each. */
export async function providerLog(node: Node): Promise<readonly Json[]> {
  const { metadata } = await providerPod(node);
  return logOf(node, metadata.name);
}

/** The log of one pod of the provider, which may be ending. */
export async function logOf(node: Node, name: string): Promise<readonly Json[]> {
  const log = await node.kubectl(['logs', '-n', PROVIDER_NAMESPACE, name]);
  const lines = log.trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Json);
}

/** Waits until the running provider has answered a pod's mounts or polls so many times more. */
export async function untilPolled(node: Node, namespace: string, name: string, times: number): Promise<void> {
  const answers = async () => {
    const lines = await providerLog(node);
    return lines.filter((line) => line.msg === 'mounted' && line.namespace === namespace && line.pod === name).length;
  };
  const before = await answers();
  await node.until(`${times} polls of pod ${namespace}/${name}`, async () => (await answers()) >= before + times);
}
