// etcd, the API server, the controllers and the scheduler. Returns once the API server answers.
import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../tools/commands.ts';
import type { Tools } from '../tools/tools.ts';
import type { Namespaces } from './namespaces.ts';
import { until } from './wait.ts';

export const NODE_NAME = 'node1';
export const NODE_IP = '10.66.0.1';
const API_SERVER = `https://${NODE_IP}:443`;

/** Only what the suite's objects need: each further controller costs memory and start. */
const CONTROLLERS = [
  'garbage-collector-controller',
  'serviceaccount-controller',
  'serviceaccount-token-controller',
  'root-ca-certificate-publisher-controller',
  'namespace-controller',
  'pod-garbage-collector-controller',
  'daemonset-controller',
  'deployment-controller',
  'replicaset-controller',
  'job-controller',
  'node-lifecycle-controller',
  'endpointslice-controller',
];

export interface ControlPlane {
  readonly adminConfig: string;
  readonly nodeConfig: string;
  readonly caFile: string;
}

export async function startControlPlane(
  namespaces: Namespaces,
  tools: Tools,
  folders: { readonly state: string; readonly logs: string },
  signal?: AbortSignal,
): Promise<ControlPlane> {
  const folder = join(folders.state, 'control-plane');
  await mkdir(folder);
  const accountKey = join(folder, 'account.key');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  await writeFile(accountKey, privateKey.export({ type: 'pkcs1', format: 'pem' }));
  const tokens = join(folder, 'tokens.csv');
  await writeFile(
    tokens,
    `admin-token,admin,admin,"system:masters"\nnode-token,system:node:${NODE_NAME},${NODE_NAME},"system:nodes"\n`,
  );
  const caFile = join(folder, 'certificates', 'apiserver.crt');
  const adminConfig = await writeKubeconfig(join(folder, 'admin.kubeconfig'), caFile, 'admin-token');
  const nodeConfig = await writeKubeconfig(join(folder, 'node.kubeconfig'), caFile, 'node-token');

  const start = (name: Parameters<Tools['program']>[0], flags: readonly string[]) =>
    namespaces.start(name, [tools.program(name), ...flags], folders.logs);
  start('etcd', [
    `--data-dir=${join(folder, 'etcd')}`,
    '--listen-client-urls=http://127.0.0.1:2379',
    '--advertise-client-urls=http://127.0.0.1:2379',
    '--listen-peer-urls=http://127.0.0.1:2380',
    '--unsafe-no-fsync',
  ]);
  start('kube-apiserver', [
    '--etcd-servers=http://127.0.0.1:2379',
    // The service address is on the loopback interface, so the server answers there by itself (inside.sh).
    '--bind-address=0.0.0.0',
    '--secure-port=443',
    `--advertise-address=${NODE_IP}`,
    '--service-cluster-ip-range=10.96.0.0/16',
    `--cert-dir=${join(folder, 'certificates')}`,
    `--token-auth-file=${tokens}`,
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction',
    `--service-account-key-file=${accountKey}`,
    `--service-account-signing-key-file=${accountKey}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    '--allow-privileged=true',
    // Else `kubectl exec` looks the node's name up.
    '--kubelet-preferred-address-types=InternalIP',
  ]);
  await until('the API server', { ...(signal && { signal }) }, async () => {
    await namespaces.requireAlive();
    return existsSync(caFile) && (await isReady(namespaces, tools, adminConfig));
  });
  start('kube-controller-manager', [
    `--kubeconfig=${adminConfig}`,
    '--leader-elect=false',
    `--controllers=${CONTROLLERS.join(',')}`,
    `--root-ca-file=${caFile}`,
    `--service-account-private-key-file=${accountKey}`,
    '--bind-address=127.0.0.1',
  ]);
  start('kube-scheduler', [`--kubeconfig=${adminConfig}`, '--leader-elect=false', '--bind-address=127.0.0.1']);
  return { adminConfig, nodeConfig, caFile };
}

async function isReady(namespaces: Namespaces, tools: Tools, config: string): Promise<true> {
  const argv = [tools.program('kubectl'), `--kubeconfig=${config}`, 'get', '--raw=/readyz'];
  await runCommand(namespaces.enter(argv), { env: namespaces.environment });
  return true;
}

async function writeKubeconfig(file: string, caFile: string, token: string): Promise<string> {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'node',
    clusters: [{ name: 'node', cluster: { server: API_SERVER, 'certificate-authority': caFile } }],
    users: [{ name: 'user', user: { token } }],
    contexts: [{ name: 'node', context: { cluster: 'node', user: 'user' } }],
  };
  await writeFile(file, JSON.stringify(config));
  return file;
}
