// Stand-ins for the providers that people come from, whose images are not to be had: what their charts render with
// `csi.enabled: true` and no other value of that section (read in vault-helm 0.28 to 0.31 and openbao-helm 0.29): names,
// flags, folder, rights and Secret. Not theirs: the image, its answers, and that no agent stands before the store.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { VERSION } from '../../../src/version.ts';
import { untilRolledOut } from './driver.ts';
import type { Node } from './node.ts';

export interface Peer {
  /** Release, namespace, chart, and what classes name. */
  readonly name: 'vault' | 'openbao';
  readonly chart: string;
  /** `csi.daemonSet.providersDir`. */
  readonly providersDir: string;
}

export const keySecretOf = ({ name }: Peer): string => `${name}-csi-provider-hmac-key`;

export interface PeerOptions {
  readonly storeAddress: string;
  readonly caPem: string;
  /** Its process leaves its socket file behind. */
  readonly dies?: boolean;
}

/** Returns once it is Ready. */
export async function startPeer(node: Node, peer: Peer, options: PeerOptions): Promise<void> {
  const namespace = peer.name;
  const name = `${peer.name}-csi-provider`;
  const metadata = { name, namespace };
  const subjects = [{ kind: 'ServiceAccount', ...metadata }];
  const rbac = 'rbac.authorization.k8s.io';
  const apiVersion = `${rbac}/v1`;
  const labels = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/instance': peer.name };
  const script = await readFile(join(import.meta.dirname, 'peer-socket.mjs'), 'utf8');
  await node.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await node.apply(
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    {
      apiVersion,
      kind: 'ClusterRole',
      metadata: { name: `${name}-clusterrole` },
      rules: [{ apiGroups: [''], resources: ['serviceaccounts/token'], verbs: ['create'] }],
    },
    {
      apiVersion,
      kind: 'ClusterRoleBinding',
      metadata: { name: `${name}-clusterrolebinding` },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: `${name}-clusterrole` },
      subjects,
    },
    {
      apiVersion,
      kind: 'Role',
      metadata: { ...metadata, name: `${name}-role` },
      rules: [
        { apiGroups: [''], resources: ['secrets'], verbs: ['get'], resourceNames: [keySecretOf(peer)] },
        // Rights of creation cannot be bound to a name.
        { apiGroups: [''], resources: ['secrets'], verbs: ['create'] },
      ],
    },
    {
      apiVersion,
      kind: 'RoleBinding',
      metadata: { ...metadata, name: `${name}-rolebinding` },
      roleRef: { apiGroup: rbac, kind: 'Role', name: `${name}-role` },
      subjects,
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { ...metadata, name: 'stand-in' },
      data: { 'peer-socket.mjs': script, 'ca.crt': options.caPem },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { ...metadata, labels },
      spec: {
        updateStrategy: { type: 'RollingUpdate' },
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: podSpec(peer, options) },
      },
    },
  );
  await untilRolledOut(node, namespace, name);
}

function podSpec(peer: Peer, { storeAddress, dies }: PeerOptions): object {
  const name = `${peer.name}-csi-provider`;
  const httpGet = { path: '/health/ready', port: 8080 };
  const probe = { httpGet, failureThreshold: 2, initialDelaySeconds: 5, periodSeconds: 5, timeoutSeconds: 3 };
  return {
    serviceAccountName: name,
    containers: [
      {
        name,
        image: `docker.io/library/secretmount:${VERSION}`,
        imagePullPolicy: 'Never',
        command: ['/usr/bin/node', '/stand-in/peer-socket.mjs'],
        args: [
          `--endpoint=/provider/${peer.name}.sock`,
          ...(peer.name === 'vault' ? ['--log-level=info'] : ['--debug=false']),
          `--hmac-secret-name=${keySecretOf(peer)}`,
        ],
        env: [
          { name: 'VAULT_ADDR', value: storeAddress },
          { name: 'VAULT_CACERT', value: '/stand-in/ca.crt' },
          ...(dies ? [{ name: 'DIES', value: 'yes' }] : []),
        ],
        volumeMounts: [
          { name: 'providervol', mountPath: '/provider' },
          { name: 'stand-in', mountPath: '/stand-in' },
          { name: 'tmp', mountPath: '/tmp' },
        ],
        livenessProbe: probe,
        readinessProbe: probe,
      },
    ],
    volumes: [
      { name: 'providervol', hostPath: { path: peer.providersDir } },
      { name: 'stand-in', configMap: { name: 'stand-in' } },
      { name: 'tmp', emptyDir: {} },
    ],
  };
}

/** Its namespace, with the Secret that it made, and its rights. */
export async function forgetPeer(node: Node, { name }: Peer): Promise<void> {
  const full = `${name}-csi-provider`;
  await node.kubectl(['delete', 'namespace', name, '--ignore-not-found']);
  await node.kubectl(['delete', 'clusterrole', `${full}-clusterrole`, '--ignore-not-found']);
  await node.kubectl(['delete', 'clusterrolebinding', `${full}-clusterrolebinding`, '--ignore-not-found']);
}
