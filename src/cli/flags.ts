// Every flag of the daemon in one table: what is parsed, what --help prints and what docs/parameters.md lists. Names,
// single dashes and environment variables are those of vault-csi-provider and openbao-csi-provider if they have one, so
// that a DaemonSet's `args` carry over.

import { join } from 'node:path';

export interface Flag {
  readonly name: string;
  /** Other names of the same flag. */
  readonly aliases?: readonly string[];
  readonly kind: 'text' | 'switch' | 'list';
  /** What stands for the value in --help. */
  readonly value?: string;
  /** Environment variables that give it if the flag does not, first one first. */
  readonly env?: readonly string[];
  /** Shown in --help; if it is a value, it is the default. */
  readonly default?: string;
  readonly help: string;
  /** The heading it stands under. */
  readonly group: string;
}

/** For commands that take files, as other tools have it. */
export const FILE_FLAG: Omit<Flag, 'group'> = {
  name: 'file',
  aliases: ['f'],
  kind: 'list',
  value: 'FILE',
  help: 'the same as FILE without a flag',
};

/** As a person writes it: one letter after one dash. */
export function spelled(name: string): string {
  return name.length === 1 ? `-${name}` : `--${name}`;
}

/** A connection flag under the names of both peers; OpenBao's comes first, as in the class. */
function storeFlag(name: string, variable: string | undefined, rest: Pick<Flag, 'help'> & Partial<Flag>): Flag {
  return {
    kind: 'text',
    ...(rest.kind === 'switch' ? {} : { value: 'TEXT' }),
    ...rest,
    name: `vault-${name}`,
    aliases: [`openbao-${name}`],
    ...(variable === undefined ? {} : { env: [`BAO_${variable}`, `VAULT_${variable}`] }),
    group: 'The store',
  };
}

/** In the order in which the driver (v1.6.0) searches them. It keeps the first match until it restarts. */
const SOCKET_FOLDERS = ['/etc/kubernetes/secrets-store-csi-providers', '/var/run/secrets-store-csi-providers'];
export const DEFAULT_ENDPOINTS = SOCKET_FOLDERS.flatMap((folder) =>
  ['vault.sock', 'openbao.sock'].map((name) => join(folder, name)),
);

export const STATUS_SOCKET_NAME = 'status.sock';

export const FLAGS: readonly Flag[] = [
  {
    name: 'endpoint',
    kind: 'list',
    value: 'PATH',
    default: DEFAULT_ENDPOINTS.join(', '),
    help: 'Unix socket to serve; repeatable. The daemon waits for a folder that does not exist yet. It requests tokens of audience openbao if the name starts with openbao, otherwise of audience vault',
    group: 'Where it listens',
  },
  {
    name: 'http-addr',
    aliases: ['health-addr'],
    kind: 'text',
    value: 'HOST:PORT',
    default: ':8080',
    help: 'address of /healthz, /readyz, /health/ready and /metrics; off: none',
    group: 'Where it listens',
  },
  {
    name: 'status-socket',
    kind: 'text',
    value: 'PATH',
    help: `Unix socket that \`secretmount status\` reads; default: ${STATUS_SOCKET_NAME} in --state-dir, or none without --state-dir; off: none`,
    group: 'Where it listens',
  },
  storeFlag('addr', 'ADDR', {
    value: 'URL',
    default: 'https://127.0.0.1:8200',
    help: 'address for classes that name none; https, http or unix:///path',
  }),
  storeFlag('mount', undefined, {
    value: 'MOUNT',
    default: 'kubernetes',
    help: 'auth mount path for classes that name none',
  }),
  storeFlag('namespace', 'NAMESPACE', { help: "the store's own namespace (not Kubernetes')" }),
  storeFlag('tls-ca-cert', 'CACERT', { value: 'FILE', help: 'PEM file with the CA certificates to trust' }),
  storeFlag('tls-ca-directory', 'CAPATH', {
    value: 'FOLDER',
    help: 'folder of PEM files with CA certificates to trust',
  }),
  storeFlag('tls-server-name', 'TLS_SERVER_NAME', {
    value: 'NAME',
    help: "name to ask for and to expect in the store's certificate",
  }),
  storeFlag('tls-client-cert', 'CLIENT_CERT', { value: 'FILE', help: 'PEM certificate to show to the store' }),
  storeFlag('tls-client-key', 'CLIENT_KEY', { value: 'FILE', help: 'PEM key of the client certificate' }),
  storeFlag('tls-skip-verify', 'SKIP_VERIFY', {
    kind: 'switch',
    help: "do not check the store's certificate; for tests only",
  }),
  {
    name: 'store-concurrency',
    kind: 'text',
    value: 'N',
    default: '32',
    help: 'most requests under way to one store address',
    group: 'Sharing and time',
  },
  {
    name: 'request-timeout',
    kind: 'text',
    value: 'TIME',
    env: ['BAO_CLIENT_TIMEOUT', 'VAULT_CLIENT_TIMEOUT'],
    default: '10s',
    help: 'time limit of one request to the store',
    group: 'Sharing and time',
  },
  {
    name: 'max-retries',
    kind: 'text',
    value: 'N',
    env: ['BAO_MAX_RETRIES', 'VAULT_MAX_RETRIES'],
    default: '2',
    help: 'retries of a login or read after a transient error; a timeout is not retried',
    group: 'Sharing and time',
  },
  {
    name: 'mount-timeout',
    kind: 'text',
    value: 'TIME',
    default: '30s',
    help: 'time limit of one mount; the kubelet gives up after about two minutes',
    group: 'Sharing and time',
  },
  {
    name: 'coalesce-window',
    kind: 'text',
    value: 'TIME',
    default: '1s',
    help: 'greatest age of an answer that a first mount shares with another pod of the same login; 0: share nothing',
    group: 'Sharing and time',
  },
  {
    name: 'poll-window',
    kind: 'text',
    value: 'TIME',
    default: '30s',
    help: 'greatest age of an answer that a poll shares with another pod of the same login; 0: share nothing',
    group: 'Sharing and time',
  },
  {
    name: 'max-stale',
    kind: 'text',
    value: 'TIME',
    default: '1h',
    help: 'greatest age of an answer served to a poll while the store is down; 0: none',
    group: 'Sharing and time',
  },
  {
    name: 'lease-overlap',
    kind: 'text',
    value: 'TIME',
    default: '5m',
    help: 'how long a replaced credential stays valid after every pod that had it has the new one',
    group: 'Sharing and time',
  },
  {
    name: 'session-idle',
    kind: 'text',
    value: 'TIME',
    default: '10m',
    help: 'a login is revoked after this time without use',
    group: 'Sharing and time',
  },
  {
    name: 'min-renewal-interval',
    kind: 'text',
    value: 'TIME',
    default: '10s',
    help: 'a login or lease that needs renewal more often than this is not renewed; it is replaced when needed',
    group: 'Sharing and time',
  },
  {
    name: 'cache-size',
    kind: 'text',
    value: 'N',
    default: '1000',
    help: 'most logins kept at once; beyond it, one login of the account with the most is revoked',
    group: 'Sharing and time',
  },
  {
    name: 'session-scope',
    kind: 'text',
    value: 'auto|pod',
    default: 'auto',
    help: 'pod: no two pods share a login. auto: the pods of an account do if the login proves no more than the account',
    group: 'Sharing and time',
  },
  {
    name: 'addresses',
    kind: 'text',
    value: 'any|listed',
    default: 'any',
    help: 'which store addresses a class may name',
    group: 'Safety',
  },
  {
    name: 'allow-store-address',
    kind: 'list',
    value: 'URL',
    help: 'an address that a class may name even if the rules refuse it; repeatable',
    group: 'Safety',
  },
  {
    name: 'tls-dir',
    kind: 'list',
    value: 'FOLDER',
    help: 'folder or file that certificate paths of a class must be in; repeatable; default: any path',
    group: 'Safety',
  },
  {
    name: 'deny-skip-verify',
    kind: 'switch',
    help: "refuse a class that does not check its store's certificate (vaultSkipTLSVerify)",
    group: 'Safety',
  },
  {
    name: 'require-namespaces',
    kind: 'switch',
    help: 'refuse a class with vaultNamespace if the store has no namespaces (Vault Community); otherwise warn, and read from the root namespace',
    group: 'Safety',
  },
  {
    name: 'state-dir',
    kind: 'text',
    value: 'FOLDER',
    help: 'folder in memory (tmpfs) for what survives a restart: logins, credentials, last answers',
    group: 'What survives a restart',
  },
  {
    name: 'state-max-bytes',
    kind: 'text',
    value: 'N',
    default: '16777216',
    help: 'most bytes of the state folder',
    group: 'What survives a restart',
  },
  {
    name: 'require-state-dir',
    kind: 'switch',
    help: 'do not start if the folder cannot be used; otherwise warn, and keep nothing over a restart',
    group: 'What survives a restart',
  },
  {
    name: 'token-request',
    kind: 'text',
    value: 'auto|off',
    default: 'auto',
    help: 'auto: if the driver passes no token, ask the API server for one',
    group: 'Kubernetes',
  },
  {
    name: 'audience',
    kind: 'text',
    value: 'TEXT',
    help: 'audience of the service account token, for classes that name none; without it the socket decides, and a token of the API server has its own',
    group: 'Kubernetes',
  },
  {
    name: 'kubeconfig',
    kind: 'text',
    value: 'FILE',
    env: ['KUBECONFIG'],
    help: 'how to reach the API server from outside a cluster',
    group: 'Kubernetes',
  },
  {
    name: 'node-name',
    kind: 'text',
    value: 'NAME',
    env: ['NODE_NAME'],
    help: 'name of this node: its pods are then watched, and a leased secret is revoked as soon as its pod is gone',
    group: 'Kubernetes',
  },
  {
    name: 'hmac-secret-name',
    kind: 'text',
    value: 'NAME',
    default: 'vault-csi-provider-hmac-key',
    help: "Secret in the provider's namespace with the key that object versions are made with",
    group: 'Kubernetes',
  },
  {
    name: 'log-level',
    kind: 'text',
    value: 'debug|info|warn|error',
    default: 'info',
    help: 'minimum level',
    group: 'What it tells',
  },
  {
    name: 'log-format',
    kind: 'text',
    value: 'json|text',
    default: 'json',
    help: 'log line format',
    group: 'What it tells',
  },
  { name: 'debug', kind: 'switch', help: 'the same as --log-level=debug', group: 'What it tells' },
  { name: 'version', aliases: ['v'], kind: 'switch', help: 'print the version and exit', group: 'What it tells' },
  {
    name: 'output',
    aliases: ['o'],
    kind: 'text',
    value: 'text|json',
    default: 'text',
    help: 'form of the version',
    group: 'What it tells',
  },
  { name: 'help', aliases: ['h'], kind: 'switch', help: 'print this and exit', group: 'What it tells' },
];
