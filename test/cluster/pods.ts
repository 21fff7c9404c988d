// Classes and pods as users write them, and what is seen of them from within the container and in the API.

import { DRIVER_NAME } from './node/driver.ts';
import type { Json, Node } from './node/node.ts';
import { APP_IMAGE } from './node/node.ts';

export interface SecretObject {
  readonly objectName: string;
  readonly secretPath?: string;
  readonly secretKey?: string;
  readonly [field: string]: unknown;
}

export interface ClassOptions {
  /** Default: vault. */
  readonly provider?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly objects: readonly SecretObject[];
  readonly secretObjects?: readonly object[];
}

export function secretClass(namespace: string, name: string, options: ClassOptions): object {
  return {
    apiVersion: 'secrets-store.csi.x-k8s.io/v1',
    kind: 'SecretProviderClass',
    metadata: { namespace, name },
    spec: {
      provider: options.provider ?? 'vault',
      // JSON is YAML; the driver passes the text on as it is.
      parameters: { roleName: 'app', objects: JSON.stringify(options.objects), ...options.parameters },
      ...(options.secretObjects && { secretObjects: options.secretObjects }),
    },
  };
}

export interface PodOptions {
  readonly account?: string;
  /** Class by folder below /secrets; default: the class of the pod's name at /secrets itself. */
  readonly volumes?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly securityContext?: object;
  readonly container?: object;
  readonly labels?: Readonly<Record<string, string>>;
}

export function pod(namespace: string, name: string, options: PodOptions = {}): object {
  const volumes = Object.entries(options.volumes ?? { '/secrets': name });
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, name, ...(options.labels && { labels: options.labels }) },
    spec: {
      serviceAccountName: options.account ?? 'default',
      automountServiceAccountToken: false,
      dnsPolicy: 'Default',
      terminationGracePeriodSeconds: 0,
      ...(options.securityContext && { securityContext: options.securityContext }),
      containers: [
        {
          name: 'app',
          image: APP_IMAGE,
          imagePullPolicy: 'Never',
          ...(options.command && { command: options.command }),
          volumeMounts: volumes.map(([mountPath], index) => ({ name: `s${index}`, mountPath, readOnly: true })),
          ...options.container,
        },
      ],
      volumes: volumes.map(([, secretProviderClass], index) => ({
        name: `s${index}`,
        csi: { driver: DRIVER_NAME, readOnly: true, volumeAttributes: { secretProviderClass } },
      })),
    },
  };
}

/** The init container of docs/known-limits.md: it ends until there is the file. */
export function waitsForFile(volumeMounts: Json): object {
  const command = ['test', '-e', '/secrets/password'];
  return { name: 'secrets-are-there', image: APP_IMAGE, imagePullPolicy: 'Never', command, volumeMounts };
}

/** Those of the step that runs. */
const namespaces = new Set<string>();

/** Creates the namespace and waits for its default account, without which admission refuses every pod. */
export function openNamespace(node: Node, name: string): Promise<void> {
  return openNamespaces(node, [name]);
}

export async function openNamespaces(node: Node, names: readonly string[]): Promise<void> {
  for (const name of names) namespaces.add(name);
  const own = async (kind: string): Promise<readonly Json[]> => {
    const { items } = await node.get(kind, '-A');
    return items.filter(({ metadata }: Json) => names.includes(metadata.namespace ?? metadata.name));
  };
  await node.until('no namespace of an earlier step is ending', async () =>
    (await own('namespaces')).every(({ metadata }) => metadata.deletionTimestamp === undefined),
  );
  await node.apply(...names.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })));
  await node.until(`the default account in ${names.join()}`, async () => {
    const accounts = (await own('serviceaccounts')).filter(({ metadata }) => metadata.name === 'default');
    return accounts.length === names.length;
  });
}

/**
 * Lets the step's pods go. The driver goes on calling a provider for those that stay, and where a later step takes the
 * provider away, it backs off from that socket for longer each time: the first mount after it would wait.
 */
export async function closeNamespaces(node: Node): Promise<void> {
  const names = [...namespaces];
  namespaces.clear();
  if (names.length === 0) return;
  // A shell that is deaf to SIGTERM would have half a minute each.
  const now = ['--grace-period=1', '--wait=false'];
  for (const name of names) await node.kubectl(['delete', 'pods', '--all', '-n', name, ...now]);
  await node.kubectl(['delete', 'namespace', '--ignore-not-found', '--wait=false', ...names]);
}

export function keepNamespaces(): void {
  namespaces.clear();
}

export async function untilReady(node: Node, namespace: string, name: string): Promise<void> {
  await node.until(`pod ${namespace}/${name} is Ready`, async () => {
    const { status } = await node.get(`pod/${name}`, '-n', namespace);
    if (isReady(status)) return true;
    throw new Error(`phase ${status.phase}; ${(await eventsOf(node, namespace, name)).at(-1) ?? 'no event'}`);
  });
}

export function isReady(status: Json): boolean {
  return status.conditions?.some((one: Json) => one.type === 'Ready' && one.status === 'True') ?? false;
}

/** The texts of a pod's events. */
export async function eventsOf(node: Node, namespace: string, name: string): Promise<readonly string[]> {
  const { items } = await node.get('events', '-n', namespace, `--field-selector=involvedObject.name=${name}`);
  return items.map((event: Json) => `${event.reason}: ${event.message}`);
}

/** How often a mount of the pod's volume failed for a reason of ours: the kubelet counts in the event of each. */
export async function failuresOf(node: Node, namespace: string, name: string): Promise<number> {
  const which = `--field-selector=involvedObject.name=${name},reason=FailedMount`;
  const { items } = await node.get('events', '-n', namespace, which);
  const ours = items.filter((event: Json) => /\[[a-z-]+\]$/.test(event.message));
  return ours.reduce((sum: number, event: Json) => sum + (event.count ?? 1), 0);
}

/** The command of a container that keeps what its file was when it started: Ready is not trusted. */
export const SEE_AT_START = [
  'sh',
  '-c',
  'cat /secrets/password >/tmp/new 2>&1; mv /tmp/new /tmp/seen; exec sleep 2147483647',
];

/** What it saw, as soon as it has looked: a container is Ready before its command has done anything. */
export function seenAtStart(node: Node, namespace: string, name: string): Promise<string> {
  return node.until(`pod ${namespace}/${name} has looked`, () => inPod(node, namespace, name, 'cat', '/tmp/seen'));
}

/** Runs a command in the pod's container. */
export function inPod(node: Node, namespace: string, name: string, ...command: readonly string[]): Promise<string> {
  return node.kubectl(['exec', '-n', namespace, name, '-c', 'app', '--', ...command]);
}
