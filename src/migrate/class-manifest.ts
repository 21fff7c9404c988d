// The manifests that are written: SecretProviderClasses, and what the sync controller takes where there is no pod.
import { mapAt } from '../manifest/nodes.ts';
import type { Value } from '../yaml/emit.ts';
import { awsParameters } from './aws/class-of-aws.ts';
import { type ClassObject, objectsText } from './class-object.ts';
import type { Connection } from './connection.ts';
import type { Input } from './input.ts';
import { labelsOfClass } from './labels.ts';
import type { Movable } from './movable.ts';

type Fields = Readonly<Record<string, Value>>;

export interface ClassWish {
  readonly name: string;
  readonly role: string;
  readonly objects: readonly ClassObject[];
  /** The name of the Secret that the driver makes. */
  readonly synced: string | undefined;
}

/** In the place of `movable`. */
export function classManifest(
  { name, role, objects, synced }: ClassWish,
  { input, connection, secret, aws }: Movable,
): Value {
  const parameters = { roleName: role, ...connectionFields(connection), objects: objectsText(objects) };
  const spec =
    aws === undefined
      ? { provider: 'vault', parameters }
      : { provider: 'aws', parameters: awsParameters(aws, objects) };
  if (synced === undefined) return providerClass(name, input, spec);
  const data = objects.map((one) => ({ objectName: one.name, key: one.name }));
  return providerClass(name, input, spec, [{ secretName: synced, type: secret.type, ...secret.labels, data }]);
}

/** In the namespace and with the labels of `input`. */
export function providerClass(name: string, input: Input, spec: Fields, secretObjects: readonly Value[] = []): Value {
  return {
    apiVersion: 'secrets-store.csi.x-k8s.io/v1',
    kind: 'SecretProviderClass',
    metadata: { name, ...namespaceOf(input), ...labelsOfClass(mapAt(input.map, 'metadata')) },
    spec: { ...spec, ...(secretObjects.length === 0 ? {} : { secretObjects }) },
  };
}

export function connectionFields(connection: Connection): Fields {
  return {
    ...optional('vaultAddress', connection.address),
    ...optional('vaultNamespace', connection.namespace),
    ...optional('vaultAuthMountPath', connection.authMount),
    ...optional('audience', connection.audience),
    ...optional('vaultTLSServerName', connection.tlsServerName),
    ...optional('vaultSkipTLSVerify', connection.skipsTlsVerify && 'true'),
  };
}

/** The sync controller names the Secret as the SecretSync. */
export function secretSync(className: string, account: string, { input, name, secret, values }: Movable): Value {
  return {
    apiVersion: 'secret-sync.x-k8s.io/v1alpha1',
    kind: 'SecretSync',
    metadata: { name, ...namespaceOf(input) },
    spec: {
      serviceAccountName: account,
      secretProviderClassName: className,
      secretObject: {
        type: secret.type,
        ...secret.labels,
        data: [...values.keys()].map((key) => ({ sourcePath: key, targetKey: key })),
      },
    },
  };
}

export function serviceAccount(name: string, input: Input): Value {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, ...namespaceOf(input) } };
}

function namespaceOf(input: Input): Fields {
  return optional('namespace', input.namespace);
}

function optional(name: string, value: string | undefined): Fields {
  return value === undefined ? {} : { [name]: value };
}
