// The manifests that are written: SecretProviderClasses, and what the sync controller takes where there is no pod.
import { mapAt, textAt } from '../manifest/nodes.ts';
import type { Value } from '../yaml/emit.ts';
import type { YamlNode } from '../yaml/node.ts';
import type { Input } from './input.ts';
import type { Setup } from './setup.ts';
import { type ClassObject, objectsText } from './store-value.ts';

type Fields = Readonly<Record<string, Value>>;

/** Of the tool that applied or tracks the old object, not of the secret. */
const TOOLS = /^(avp\.kubernetes\.io\/|kubectl\.kubernetes\.io\/|argocd\.argoproj\.io\/tracking-id$)/;
/** By them Argo CD takes an object for its own, and prunes a Secret that is not in Git. */
const TRACKING = /^(app\.kubernetes\.io\/instance$|argocd\.argoproj\.io\/)/;

export interface SyncedSecret {
  readonly name: string;
  readonly input: Input;
}

export interface ClassWish {
  readonly name: string;
  readonly role: string;
  readonly objects: readonly ClassObject[];
  readonly synced: SyncedSecret | undefined;
}

/** @param input the Secret or ConfigMap in whose place it stands. */
export function classManifest({ name, role, objects, synced }: ClassWish, input: Input, setup: Setup): Value {
  return {
    apiVersion: 'secrets-store.csi.x-k8s.io/v1',
    kind: 'SecretProviderClass',
    metadata: { name, ...namespaceOf(input), ...labelsOf(input, (label) => !TOOLS.test(label)) },
    spec: {
      provider: 'vault',
      parameters: {
        roleName: role,
        ...optional('vaultAddress', setup.address),
        ...optional('vaultNamespace', setup.storeNamespace),
        ...optional('vaultAuthMountPath', setup.authMount),
        ...optional('audience', setup.audience),
        objects: objectsText(objects),
      },
      ...(synced === undefined ? {} : { secretObjects: [secretObject(synced, objects)] }),
    },
  };
}

function secretObject({ name, input }: SyncedSecret, objects: readonly ClassObject[]): Value {
  return {
    secretName: name,
    type: typeOf(input),
    ...syncedLabels(input),
    data: objects.map((one) => ({ objectName: one.name, key: one.name })),
  };
}

/** The sync controller names the Secret as the SecretSync. */
export function secretSync(className: string, account: string, input: Input, keys: readonly string[]): Value {
  return {
    apiVersion: 'secret-sync.x-k8s.io/v1alpha1',
    kind: 'SecretSync',
    metadata: { name: input.name, ...namespaceOf(input) },
    spec: {
      serviceAccountName: account,
      secretProviderClassName: className,
      secretObject: {
        type: typeOf(input),
        ...syncedLabels(input),
        data: keys.map((key) => ({ sourcePath: key, targetKey: key })),
      },
    },
  };
}

export function serviceAccount(name: string, input: Input): Value {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, ...namespaceOf(input) } };
}

function typeOf(input: Input): string {
  return (input.kind === 'Secret' ? textAt(input.map, 'type') : undefined) ?? 'Opaque';
}

function namespaceOf(input: Input): Fields {
  return optional('namespace', input.namespace);
}

function syncedLabels(input: Input): Fields {
  return labelsOf(input, (label) => !TOOLS.test(label) && !TRACKING.test(label));
}

function labelsOf(input: Input, isKept: (name: string) => boolean): Fields {
  const kept = (field: string): Fields => {
    const fields = [...(mapAt(input.map, 'metadata', field)?.fields ?? [])];
    const texts = fields.flatMap(([name, { value }]) => (isKept(name) ? [[name, textOf(value)] as const] : []));
    return texts.length === 0 ? {} : { [field]: Object.fromEntries(texts) };
  };
  return { ...kept('labels'), ...kept('annotations') };
}

function textOf(node: YamlNode): string {
  return node.kind === 'scalar' ? node.text : '';
}

function optional(name: string, value: string | undefined): Fields {
  return value === undefined ? {} : { [name]: value };
}
