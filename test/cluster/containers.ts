// Foreign manifests on the node: what of them can be applied there, and what their containers see from within, in the form
// that test/migrate has of it without a cluster.
import { type Manifest, podsOf, type Seen, type SeenFile } from '../migrate/consumers.ts';
import { APP_IMAGE, type Json, type Node } from './node/node.ts';
import { eventsOf, isReady, openNamespaces } from './pods.ts';

/** Others are of operators that are not on the node. Pods come last. */
const KINDS = ['Secret', 'ConfigMap', 'SecretProviderClass', 'Pod', 'Deployment'];
/** A class that only syncs is mounted there. */
const SYNC_ONLY = '/run/secretmount/';
/** Of the variables, what the kubelet and the runtime add. */
const ADDED = /^(HOSTNAME|HOME|PATH|KUBERNETES_.*)$/;
const LOOK = `
echo "env $(base64 /proc/1/environ | tr -d '\\n')"
for place; do
  find -L "$place" -name '..*' -prune -o -type f -print | while IFS= read -r file; do
    echo "file $(stat -L -c %a "$file") $(base64 "$file" | tr -d '\\n') $file"
  done
done`;

export interface Applied {
  readonly manifests: readonly Manifest[];
  /** Before the names of their namespaces, so that two of one name can be on the node. */
  readonly prefix: string;
}

export function kindsLeftOut({ manifests }: Applied): readonly string[] {
  return manifests.map(({ kind }) => kind).filter((kind) => !KINDS.includes(kind));
}

/** Returns once every pod is Ready. Its images are the suite's: only what it sees counts. */
export async function applyAll(node: Node, all: readonly Applied[]): Promise<void> {
  const objects = all.flatMap(({ manifests, prefix }) => {
    const own = structuredClone(manifests.filter(({ kind }) => KINDS.includes(kind)));
    own.sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
    const pods = podsOf(own);
    for (const { spec } of pods) makeRunnable(spec);
    const accounts = new Map(pods.map(({ namespace, account }) => [`${namespace}/${account}`, { namespace, account }]));
    const made = [...accounts.values()].map(({ namespace, account }) => ({
      kind: 'ServiceAccount',
      metadata: { namespace, name: account },
    }));
    return [...made, ...own].map((one: Manifest) => {
      // Owners are resources of operators.
      const { ownerReferences, namespace = 'default', ...metadata } = one.metadata;
      return {
        ...one,
        apiVersion: one.apiVersion ?? 'v1',
        metadata: { ...metadata, namespace: prefix + namespace },
      };
    });
  });
  const spaces = [...new Set(objects.map(({ metadata }) => metadata.namespace as string))];
  await openNamespaces(node, spaces);
  await node.apply(...objects);
  await untilAllReady(node, spaces, podsOf(objects).length);
}

function makeRunnable(spec: Manifest): void {
  Object.assign(spec, { automountServiceAccountToken: false, dnsPolicy: 'Default', terminationGracePeriodSeconds: 0 });
  for (const container of spec.containers) {
    Object.assign(container, { image: APP_IMAGE, imagePullPolicy: 'Never' });
    for (const field of ['command', 'args', 'livenessProbe', 'readinessProbe', 'startupProbe']) delete container[field];
  }
}

async function untilAllReady(node: Node, spaces: readonly string[], count: number): Promise<void> {
  await node.until(`${count} pods are Ready`, async () => {
    const { items } = await node.get('pods', '-A');
    const own = items.filter(({ metadata }: Json) => spaces.includes(metadata.namespace));
    const waiting = own.filter(({ status }: Json) => !isReady(status));
    if (waiting.length === 0) return own.length === count;
    const { namespace, name } = waiting[0].metadata;
    const event = (await eventsOf(node, namespace, name)).at(-1) ?? 'no event';
    throw new Error(`${waiting.length} are not; ${namespace}/${name}: ${event}`);
  });
}

/** By pod and container, as if the namespaces had no prefix. */
export async function lookInto(node: Node, { manifests, prefix }: Applied): Promise<Readonly<Record<string, Seen>>> {
  const seen: Record<string, Seen> = {};
  for (const { title, namespace, spec } of podsOf(manifests))
    for (const { name, volumeMounts = [] } of spec.containers) {
      const places = volumeMounts.map(({ mountPath }: Manifest) => mountPath);
      const looked = places.filter((place: string) => !place.startsWith(SYNC_ONLY));
      // `Deployment shop/web` is deployment/web there.
      const target = ['-n', prefix + namespace, title.replace(/ .*\//, '/').toLowerCase(), '-c', name];
      const said = await node.kubectl(['exec', ...target, '--', 'sh', '-c', LOOK, 'look', ...looked]);
      seen[`${title} ${name}`] = seenOf(said);
    }
  return seen;
}

function seenOf(said: string): Seen {
  const files: Record<string, SeenFile> = {};
  for (const [, mode = '', contents = '', path = ''] of said.matchAll(/^file ([0-7]+) (\S*) (.*)$/gm))
    files[path] = { mode: Number.parseInt(mode, 8), contents };
  const environment = Buffer.from(/^env (\S*)$/m.exec(said)?.[1] ?? '', 'base64').toString('latin1');
  const variables = environment.split('\0').filter(Boolean);
  const pairs = variables.map((one) => [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)] as const);
  const env = pairs
    .filter(([name]) => !ADDED.test(name))
    .map(([name, value]) => [name, Buffer.from(value, 'latin1').toString('base64')]);
  return { env: Object.fromEntries(env), files };
}
