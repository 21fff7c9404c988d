// Where the API server is and how the provider proves who it is there: inside a pod, or by a kubeconfig file.
// Only where things are; client.ts reads certificates and tokens, again when they change.
import { join } from 'node:path';
import { readSmallFile } from '../small-file.ts';
import { StartupError } from '../startup-error.ts';
import type { ApiServer } from './api-server.ts';
import { readKubeconfig } from './kubeconfig.ts';

export interface ApiServerOptions {
  /** A file named by a flag. */
  readonly kubeconfig?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What the kubelet mounts into a pod: token, ca.crt, namespace. */
  readonly accountDir?: string;
}

const ACCOUNT_DIR = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * The kubeconfig of the flag, else of KUBECONFIG, else the pod's own account; undefined: there is no API server.
 * @throws StartupError, saying which file or variable is wrong and how.
 */
export async function findApiServer(options: ApiServerOptions): Promise<ApiServer | undefined> {
  const { env, accountDir = ACCOUNT_DIR } = options;
  const file = options.kubeconfig || env['KUBECONFIG'];
  return file ? readKubeconfig(file) : inCluster(env, accountDir);
}

async function inCluster(env: ApiServerOptions['env'], accountDir: string): Promise<ApiServer | undefined> {
  const host = env['KUBERNETES_SERVICE_HOST'];
  if (!host) return undefined;
  const port = Number(env['KUBERNETES_SERVICE_PORT'] || '443');
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new StartupError('KUBERNETES_SERVICE_PORT is not a port number');
  }
  return {
    host,
    port,
    basePath: '',
    ca: { path: join(accountDir, 'ca.crt') },
    serverName: undefined,
    skipVerify: false,
    token: { path: join(accountDir, 'token') },
    certificate: undefined,
    namespace: await readNamespace(accountDir),
  };
}

async function readNamespace(accountDir: string): Promise<string> {
  const path = join(accountDir, 'namespace');
  try {
    return (await readSmallFile(path)).toString().trim();
  } catch (cause) {
    throw new StartupError(`cannot read ${path}; set automountServiceAccountToken: true on the pod`, {
      cause,
    });
  }
}
