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

/** Creates the namespace and waits for its default account, without which admission refuses every pod. */
export async function openNamespace(node: Node, name: string): Promise<void> {
  await node.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  await node.until(`namespace ${name} has its default account`, 20_000, async () => {
    await node.get('serviceaccount/default', '-n', name);
    return true;
  });
}

export async function untilReady(node: Node, namespace: string, name: string, withinMs = 60_000): Promise<void> {
  await node.until(`pod ${namespace}/${name} is Ready`, withinMs, async () => {
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

/** Runs a command in the pod's container. */
export function inPod(node: Node, namespace: string, name: string, ...command: readonly string[]): Promise<string> {
  return node.kubectl(['exec', '-n', namespace, name, '-c', 'app', '--', ...command], { timeoutMs: 20_000 });
}
