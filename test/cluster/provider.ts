// Puts the product on the node. For now as an image made of the bundle and the Node binary that runs this suite.
import { fileURLToPath } from 'node:url';
import { untilRolledOut } from './node/driver.ts';
import { librariesOf } from './node/images.ts';
import type { Node } from './node/node.ts';
import { STORE_ADDRESS } from './node/store.ts';

export const PROVIDER_NAMESPACE = 'secretmount';
export const PROVIDER_SELECTOR = 'app.kubernetes.io/name=secretmount';
const IMAGE = 'secretmount.test/secretmount:local';
const SOCKETS = '/var/run/secrets-store-csi-providers';

export async function installProvider(node: Node): Promise<void> {
  const bundle = fileURLToPath(new URL('../../dist/secretmount.js', import.meta.url));
  const libraries = await librariesOf(process.execPath);
  await node.importImage({
    name: IMAGE,
    files: { 'node/bin/node': process.execPath, 'app/secretmount.js': bundle, ...libraries },
    entrypoint: [
      '/node/bin/node',
      '--disable-sigusr1',
      '--disallow-code-generation-from-strings',
      '/app/secretmount.js',
    ],
  });
  const metadata = { name: 'secretmount', namespace: PROVIDER_NAMESPACE };
  await node.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: PROVIDER_NAMESPACE } });
  await node.apply(
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata,
      rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get', 'create'] }],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: metadata.name },
      subjects: [{ kind: 'ServiceAccount', ...metadata }],
    },
    daemonSet(metadata),
  );
  await untilRolledOut(node, PROVIDER_NAMESPACE, metadata.name);
}

function daemonSet(metadata: { readonly name: string; readonly namespace: string }): object {
  const labels = { 'app.kubernetes.io/name': 'secretmount' };
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata,
    spec: {
      selector: { matchLabels: labels },
      updateStrategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: metadata.name,
          priorityClassName: 'system-node-critical',
          tolerations: [{ operator: 'Exists' }],
          dnsPolicy: 'Default',
          terminationGracePeriodSeconds: 40,
          containers: [
            {
              name: 'provider',
              image: IMAGE,
              imagePullPolicy: 'Never',
              args: [`--vault-addr=${STORE_ADDRESS}`, '--log-level=debug'],
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ['ALL'] },
                seccompProfile: { type: 'RuntimeDefault' },
              },
              ports: [{ name: 'http', containerPort: 8080 }],
              readinessProbe: { httpGet: { path: '/readyz', port: 'http' }, periodSeconds: 1 },
              volumeMounts: [{ name: 'sockets', mountPath: SOCKETS }],
            },
          ],
          volumes: [{ name: 'sockets', hostPath: { path: SOCKETS, type: 'DirectoryOrCreate' } }],
        },
      },
    },
  };
}
