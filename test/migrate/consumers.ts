// What the containers of a pod see of Secrets, ConfigMaps and volumes of the driver, by what the kubelet and the driver
// make of the manifests: so that two sets of manifests can be compared by it.
import { parseAllDocuments } from 'yaml';

// biome-ignore lint/suspicious/noExplicitAny: manifests are foreign
export type Manifest = any;

export interface SeenFile {
  readonly mode: number;
  /** base64. */
  readonly contents: string;
}

/** Of each container by its name: its variables, and the files below each of its mounts. */
export interface Seen {
  readonly env: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, SeenFile>>;
}

export interface PodTemplate {
  readonly title: string;
  readonly namespace: string;
  readonly account: string;
  readonly spec: Manifest;
}

/** What a volume of the driver brings. */
export type MountClass = (className: string, pod: PodTemplate) => Promise<ReadonlyMap<string, Mounted>>;

export interface Mounted {
  readonly mode: number;
  readonly contents: Buffer;
}

/** As the API server reads YAML: 0400 is octal. */
export function parseManifests(text: string): readonly Manifest[] {
  const documents = parseAllDocuments(text, { version: '1.1' });
  const roots = documents.map((document) => document.toJS()).filter((root) => root !== null);
  return roots.flatMap((root) => (root.kind.endsWith('List') ? root.items : [root]));
}

export function podsOf(manifests: readonly Manifest[]): readonly PodTemplate[] {
  return manifests.flatMap(({ kind, metadata, spec }) => {
    const pod = kind === 'Pod' ? spec : (spec?.template?.spec ?? spec?.jobTemplate?.spec?.template?.spec);
    if (pod?.containers === undefined) return [];
    const { namespace = 'default', name } = metadata;
    return [
      { title: `${kind} ${namespace}/${name}`, namespace, account: pod.serviceAccountName ?? 'default', spec: pod },
    ];
  });
}

type Data = ReadonlyMap<string, Buffer>;

export class Cluster {
  readonly #objects = new Map<string, Data>();
  readonly #manifests: readonly Manifest[];
  readonly #mount: MountClass;

  constructor(manifests: readonly Manifest[], mount: MountClass) {
    this.#manifests = manifests;
    this.#mount = mount;
    for (const one of manifests)
      if (one.kind === 'Secret' || one.kind === 'ConfigMap')
        this.#objects.set(keyOf(one.kind, one.metadata.namespace, one.metadata.name), dataOf(one));
  }

  /** By pod and container. */
  async look(): Promise<Readonly<Record<string, Seen>>> {
    const seen: Record<string, Seen> = {};
    for (const pod of podsOf(this.#manifests)) {
      const volumes = new Map<string, ReadonlyMap<string, Mounted>>();
      for (const volume of pod.spec.volumes ?? []) volumes.set(volume.name, await this.#volume(volume, pod));
      for (const field of ['initContainers', 'containers'])
        for (const container of pod.spec[field] ?? [])
          seen[`${pod.title} ${container.name}`] = {
            env: this.#env(container, pod),
            files: filesOf(container, volumes),
          };
    }
    return seen;
  }

  async #volume(volume: Manifest, pod: PodTemplate): Promise<ReadonlyMap<string, Mounted>> {
    const { secret, configMap, projected, csi } = volume;
    if (csi?.driver === 'secrets-store.csi.k8s.io') {
      const name = csi.volumeAttributes.secretProviderClass;
      const mounted = await this.#mount(name, pod);
      this.#sync(name, pod, mounted);
      return mounted;
    }
    const mode = secret?.defaultMode ?? configMap?.defaultMode ?? projected?.defaultMode ?? 0o644;
    if (secret !== undefined) return this.#files('Secret', secret.secretName, secret.items, mode, pod);
    if (configMap !== undefined) return this.#files('ConfigMap', configMap.name, configMap.items, mode, pod);
    // A token is none of them.
    const objects = (projected?.sources ?? []).filter((source: Manifest) => source.secret ?? source.configMap);
    const sources: ReadonlyMap<string, Mounted>[] = objects.map((source: Manifest) =>
      source.secret === undefined
        ? this.#files('ConfigMap', source.configMap.name, source.configMap.items, mode, pod)
        : this.#files('Secret', source.secret.name, source.secret.items, mode, pod),
    );
    return new Map(sources.flatMap((files) => [...files]));
  }

  #files(kind: string, name: string, items: Manifest, mode: number, pod: PodTemplate): ReadonlyMap<string, Mounted> {
    const data = this.#objects.get(keyOf(kind, pod.namespace, name));
    if (data === undefined) throw new Error(`${pod.title}: no ${kind} ${name}`);
    if (items === undefined) return new Map([...data].map(([key, contents]) => [key, { mode, contents }]));
    return new Map(
      items.map((item: Manifest) => {
        const contents = data.get(item.key);
        if (contents === undefined) throw new Error(`${pod.title}: no key ${item.key}`);
        return [item.path, { mode: item.mode ?? mode, contents }];
      }),
    );
  }

  /** `secretObjects`, as the driver does once a pod mounts the class. */
  #sync(className: string, { namespace }: PodTemplate, files: ReadonlyMap<string, Mounted>): void {
    for (const { secretName, data } of this.classOf(className, namespace).spec.secretObjects ?? []) {
      const synced = data.map(({ objectName, key }: Manifest) => {
        const file = files.get(objectName);
        if (file === undefined) throw new Error(`${className}: no file ${objectName} to sync`);
        return [key, file.contents];
      });
      this.#objects.set(keyOf('Secret', namespace, secretName), new Map(synced));
    }
  }

  classOf(name: string, namespace: string): Manifest {
    const found = this.#manifests.find(
      ({ kind, metadata }) =>
        kind === 'SecretProviderClass' && metadata.name === name && (metadata.namespace ?? 'default') === namespace,
    );
    if (found === undefined) throw new Error(`no SecretProviderClass ${namespace}/${name}`);
    return found;
  }

  #env(container: Manifest, pod: PodTemplate): Record<string, string> {
    const env: Record<string, string> = {};
    const take = (kind: string, name: string) => {
      const data = this.#objects.get(keyOf(kind, pod.namespace, name));
      if (data === undefined) throw new Error(`${pod.title}: no ${kind} ${name}`);
      return data;
    };
    for (const { prefix = '', secretRef, configMapRef } of container.envFrom ?? [])
      for (const [key, value] of secretRef === undefined
        ? take('ConfigMap', configMapRef.name)
        : take('Secret', secretRef.name))
        env[prefix + key] = value.toString('base64');
    for (const { name, valueFrom = {} } of container.env ?? []) {
      const { secretKeyRef, configMapKeyRef } = valueFrom;
      const reference = secretKeyRef ?? configMapKeyRef;
      if (reference === undefined) continue;
      const value = take(secretKeyRef === undefined ? 'ConfigMap' : 'Secret', reference.name).get(reference.key);
      if (value === undefined) throw new Error(`${pod.title}: no key ${reference.key}`);
      env[name] = value.toString('base64');
    }
    return env;
  }
}

function filesOf(
  container: Manifest,
  volumes: ReadonlyMap<string, ReadonlyMap<string, Mounted>>,
): Record<string, SeenFile> {
  const files: Record<string, SeenFile> = {};
  for (const { name, mountPath, subPath } of container.volumeMounts ?? [])
    for (const [path, { mode, contents }] of volumes.get(name) ?? []) {
      if (subPath !== undefined && path !== subPath) continue;
      const where = subPath === undefined ? `${mountPath}/${path}` : mountPath;
      files[where] = { mode, contents: contents.toString('base64') };
    }
  return files;
}

function dataOf({ data = {}, stringData = {}, binaryData = {}, kind }: Manifest): Data {
  const text = (value: string) => Buffer.from(value);
  const bytes = (value: string) => Buffer.from(value, 'base64');
  const entries = (from: Record<string, string>, decode: (value: string) => Buffer) =>
    Object.entries(from ?? {}).map(([key, value]) => [key, decode(value)] as const);
  return new Map([
    ...entries(data, kind === 'Secret' ? bytes : text),
    ...entries(stringData, text),
    ...entries(binaryData, bytes),
  ]);
}

function keyOf(kind: string, namespace = 'default', name: string): string {
  return `${kind} ${namespace}/${name}`;
}
