// OpenBao in the node's network with the `kubernetes` login against the real API server. The suite reaches it over a
// Unix socket in the node's state folder, as the node's network is its own.
import { createPublicKey, type webcrypto } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { NODE_IP } from './control-plane.ts';
import type { Daemon } from './namespaces.ts';
import type { Json, Node } from './node.ts';

export const STORE_ADDRESS = `http://${NODE_IP}:8200`;
export const ROOT_TOKEN = 'root-token-of-a-test';
const REQUEST_WITHIN_MS = 60_000;

export interface Role {
  readonly namespaces?: readonly string[];
  readonly accounts?: readonly string[];
  readonly policies: readonly string[];
  /** Default: vault. */
  readonly audience?: string;
}

export class Store {
  readonly auditFile: string;
  readonly daemon: Daemon;
  readonly #socket: string;

  private constructor(daemon: Daemon, socket: string, auditFile: string) {
    this.daemon = daemon;
    this.#socket = socket;
    this.auditFile = auditFile;
  }

  static async start(node: Node): Promise<Store> {
    const socket = join(node.stateFolder, 'store.sock');
    const auditFile = join(node.stateFolder, 'store-audit.log');
    const config = join(node.stateFolder, 'store.hcl');
    await writeFile(
      config,
      `listener "unix" { address = "${socket}" }\naudit "file" "requests" { options { file_path = "${auditFile}" } }\n`,
    );
    const flags = ['-dev', '-dev-no-store-token', '-dev-listen-address=0.0.0.0:8200', `-config=${config}`];
    const daemon = node.start('openbao', [node.tools.bao, 'server', ...flags], {
      BAO_DEV_ROOT_TOKEN_ID: ROOT_TOKEN,
      VAULT_DEV_ROOT_TOKEN_ID: ROOT_TOKEN,
    });
    const store = new Store(daemon, socket, auditFile);
    await node.until('OpenBao', () => store.request('GET', 'sys/internal/ui/mounts/secret'));
    await store.#logInByKubernetes(node);
    return store;
  }

  /** Tokens are reviewed by the real API server, with the right of an account that may do only that. */
  async #logInByKubernetes(node: Node): Promise<void> {
    const reviewer = { name: 'token-reviewer', namespace: 'kube-system' };
    await node.apply(
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: reviewer },
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRoleBinding',
        metadata: { name: 'token-reviewer' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:auth-delegator' },
        subjects: [{ kind: 'ServiceAccount', ...reviewer }],
      },
    );
    const jwt = await node.kubectl(['create', 'token', reviewer.name, '-n', reviewer.namespace, '--duration=24h']);
    await this.request('POST', 'sys/auth/kubernetes', { type: 'kubernetes' });
    await this.request('POST', 'auth/kubernetes/config', {
      kubernetes_host: `https://${NODE_IP}:443`,
      kubernetes_ca_cert: await node.run(['cat', node.caFile]),
      token_reviewer_jwt: jwt.trim(),
      disable_local_ca_jwt: true,
    });
  }

  /** Tokens are checked by the API server's keys. */
  async logInByJwt(node: Node, mount: string): Promise<void> {
    await this.mount(`sys/auth/${mount}`, 'jwt');
    const { keys } = JSON.parse(await node.kubectl(['get', '--raw', '/openid/v1/jwks'])) as {
      keys: webcrypto.JsonWebKey[];
    };
    await this.request('POST', `auth/${mount}/config`, {
      jwt_validation_pubkeys: keys.map((key) =>
        createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString(),
      ),
    });
  }

  /** Another step may have mounted it before. */
  async mount(path: string, type: string, options: object = {}): Promise<void> {
    await this.request('POST', path, { type, ...options }).catch((error: Error) => {
      if (!error.message.includes('already in use')) throw error;
    });
  }

  addPolicy(name: string, rules: string): Promise<Json> {
    return this.request('PUT', `sys/policies/acl/${name}`, { policy: rules });
  }

  addRole(name: string, role: Role, mount = 'kubernetes'): Promise<Json> {
    return this.request('POST', `auth/${mount}/role/${name}`, {
      bound_service_account_names: role.accounts ?? ['*'],
      bound_service_account_namespaces: role.namespaces ?? ['*'],
      audience: role.audience ?? 'vault',
      token_policies: role.policies,
      token_ttl: '1h',
    });
  }

  /** Writes a secret of KV version 2 at `secret/`. */
  write(path: string, data: object): Promise<Json> {
    return this.request('POST', `secret/data/${path}`, { data });
  }

  /** @throws Error for a status of 400 and above */
  request(method: string, path: string, body?: unknown): Promise<Json> {
    return new Promise((resolve, reject) => {
      const request = httpRequest(
        {
          socketPath: this.#socket,
          method,
          path: `/v1/${path}`,
          headers: { 'x-vault-token': ROOT_TOKEN },
          timeout: REQUEST_WITHIN_MS,
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (part: string) => {
            text += part;
          });
          response.once('error', reject);
          response.once('end', () => {
            if ((response.statusCode ?? 500) >= 400) {
              return reject(new Error(`${method} ${path}: ${response.statusCode} ${text}`));
            }
            resolve(text === '' ? null : JSON.parse(text));
          });
        },
      );
      request.once('timeout', () => request.destroy(new Error(`${method} ${path}: no answer in time`)));
      request.once('error', reject);
      request.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}
