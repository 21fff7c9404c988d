// Flags and environment become one frozen object, once, at the start. A flag takes precedence over the environment,
// BAO_X over VAULT_X. VAULT_TOKEN is not among them: the provider acts only as the pod.

import { join } from 'node:path';
import type { HttpAddress } from '../observe/http.ts';
import type { Level } from '../observe/log-line.ts';
import { cleanMount } from '../plan/parameters.ts';
import type { PlanDefaults } from '../plan/plan.ts';
import { type ProxySettings, readProxySettings } from '../vault/proxy.ts';
import { type GivenFlags, UsageError } from './args.ts';
import { type Environment, FlagSource } from './flag-source.ts';
import { DEFAULT_ENDPOINTS, FLAGS, STATUS_SOCKET_NAME } from './flags.ts';
import { refuseVerboseLibraries } from './refused-environment.ts';

export type { Environment } from './flag-source.ts';

export interface ServeOptions {
  readonly endpoints: readonly string[];
  readonly httpAddress: HttpAddress;
  /** undefined: status is not served. */
  readonly statusSocket: string | undefined;
  readonly logLevel: Level;
  readonly logFormat: 'json' | 'text';
  readonly defaults: Omit<PlanDefaults, 'audience'>;
  readonly requestTimeoutMs: number;
  readonly mountTimeoutMs: number;
  readonly storeConcurrency: number;
  readonly maxRetries: number;
  readonly coalesceWindowMs: number;
  readonly pollWindowMs: number;
  readonly maxStaleMs: number;
  readonly leaseOverlapMs: number;
  readonly sessionIdleMs: number;
  readonly minRenewalMs: number;
  readonly sessionCapacity: number;
  readonly isPodOnly: boolean;
  readonly addresses: 'any' | 'listed';
  readonly allowedAddresses: readonly string[];
  readonly isNamespaceRequired: boolean;
  readonly tokenRequest: 'auto' | 'off';
  readonly kubeconfig: string | undefined;
  /** undefined: nothing outlives the process. */
  readonly stateDir: string | undefined;
  readonly stateMaxBytes: number;
  readonly isStateRequired: boolean;
  /** undefined: pods are not watched. */
  readonly nodeName: string | undefined;
  readonly hmacSecretName: string;
  readonly proxy: ProxySettings;
}

/** @throws UsageError naming the flag or variable, what it was given and what it takes */
export function readOptions(given: GivenFlags, env: Environment): ServeOptions {
  refuseVerboseLibraries(env);
  const source = new FlagSource(given, env, FLAGS);
  const options: ServeOptions = {
    endpoints: (source.list('endpoint') ?? DEFAULT_ENDPOINTS).map(socketPath),
    httpAddress: source.httpAddress(),
    statusSocket: statusSocket(source),
    logLevel: source.isOn('debug') ? 'debug' : source.logLevel(),
    logFormat: source.oneOf('log-format', ['json', 'text']),
    defaults: {
      store: storeDefaults(source),
      mount: cleanMount(source.text('vault-mount') ?? ''),
      classAudience: source.text('audience'),
      tlsDirs: source.list('tls-dir'),
      deniesSkipVerify: source.isOn('deny-skip-verify'),
    },
    requestTimeoutMs: source.time('request-timeout', 1),
    mountTimeoutMs: source.time('mount-timeout', 1),
    storeConcurrency: source.count('store-concurrency', 1),
    maxRetries: source.count('max-retries', 0),
    coalesceWindowMs: source.time('coalesce-window', 0),
    pollWindowMs: source.time('poll-window', 0),
    maxStaleMs: source.time('max-stale', 0),
    leaseOverlapMs: source.time('lease-overlap', 0),
    sessionIdleMs: source.time('session-idle', 1),
    minRenewalMs: source.time('min-renewal-interval', 0),
    sessionCapacity: source.count('cache-size', 1),
    isPodOnly: source.oneOf('session-scope', ['auto', 'pod']) === 'pod',
    addresses: source.oneOf('addresses', ['any', 'listed']),
    allowedAddresses: source.storeAddresses('allow-store-address'),
    isNamespaceRequired: source.isOn('require-namespaces'),
    tokenRequest: source.oneOf('token-request', ['auto', 'off']),
    kubeconfig: source.text('kubeconfig'),
    stateDir: source.text('state-dir'),
    stateMaxBytes: source.count('state-max-bytes', 1),
    isStateRequired: source.isOn('require-state-dir'),
    nodeName: source.text('node-name'),
    hmacSecretName: source.text('hmac-secret-name') ?? '',
    proxy: readProxySettings(env),
  };
  assertAgreeing(options.defaults);
  return Object.freeze(options);
}

/** @throws UsageError */
function assertAgreeing({ store, deniesSkipVerify }: ServeOptions['defaults']): void {
  if (deniesSkipVerify && store.tls.skipVerify)
    throw new UsageError(
      '--deny-skip-verify and --vault-tls-skip-verify (or VAULT_SKIP_VERIFY) contradict each other; remove one',
    );
}

/** Options of the commands that reach a store. @throws UsageError */
export function storeDefaults(source: FlagSource): PlanDefaults['store'] {
  return {
    address: source.storeAddress('vault-addr'),
    namespace: source.text('vault-namespace') ?? '',
    tls: {
      caCertPath: source.text('vault-tls-ca-cert'),
      caDirectory: source.text('vault-tls-ca-directory'),
      caPem: source.env('BAO_CACERT_BYTES', 'VAULT_CACERT_BYTES'),
      serverName: source.text('vault-tls-server-name'),
      clientCertPath: source.text('vault-tls-client-cert'),
      clientKeyPath: source.text('vault-tls-client-key'),
      skipVerify: source.isOn('vault-tls-skip-verify'),
      names: {
        caCertPath: source.where('vault-tls-ca-cert'),
        caDirectory: source.where('vault-tls-ca-directory'),
        caPem: source.env('BAO_CACERT_BYTES') === undefined ? 'VAULT_CACERT_BYTES' : 'BAO_CACERT_BYTES',
        clientCertPath: source.where('vault-tls-client-cert'),
        clientKeyPath: source.where('vault-tls-client-key'),
      },
    },
  };
}

/** In the state folder, the one that the container may write to. */
function statusSocket(source: FlagSource): string | undefined {
  const given = source.text('status-socket');
  if (given !== undefined) return given === 'off' ? undefined : socketPath(given);
  const stateDir = source.text('state-dir');
  return stateDir === undefined ? undefined : join(stateDir, STATUS_SOCKET_NAME);
}

function socketPath(endpoint: string): string {
  return endpoint.replace(/^unix:(\/\/)?/, '');
}
