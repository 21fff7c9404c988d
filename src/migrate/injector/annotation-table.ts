// Every annotation of the Vault Agent injector (vault-k8s), and what becomes of it: in one table, so that the report and
// docs/migrate.md say the same.

export const PREFIX = 'vault.hashicorp.com/';

/** `field` and `store` are not mapped. */
export type End = 'mapped' | 'differs' | 'field' | 'store';

export interface AnnotationText {
  readonly end: End;
  readonly help: string;
  /** A name follows: that of a file, or of a parameter. */
  readonly hasSuffix?: true;
  /** Any other value says what holds without it, and is mapped. */
  readonly onlyIf?: boolean;
}

const OF_AGENT: AnnotationText = { end: 'mapped', help: "the agent's containers are gone" };
const HOW_OFTEN = 'the driver polls, all classes alike';
const CA = 'give the CA certificate to the daemon (`--vault-tls-ca-cert`)';
const CLIENT_CERTIFICATE = 'a class names only certificates in its own container';
const DAEMON = "the daemon's flags and environment decide";

export const ANNOTATIONS: Readonly<Record<string, AnnotationText>> = {
  'agent-inject': { end: 'mapped', help: 'the class and its volume' },
  'agent-inject-secret': { end: 'mapped', hasSuffix: true, help: 'an object of the class' },
  'agent-inject-template': {
    end: 'mapped',
    hasSuffix: true,
    help: '`template`; `secretPath` and `secretKey` if it is one value',
  },
  'agent-inject-file': { end: 'mapped', hasSuffix: true, help: '`objectName`' },
  'agent-inject-perms': { end: 'mapped', hasSuffix: true, help: '`filePermission`' },
  'agent-template-left-delim': { end: 'mapped', hasSuffix: true, help: '`templateDelimiters`' },
  'agent-template-right-delim': { end: 'mapped', hasSuffix: true, help: '`templateDelimiters`' },
  'error-on-missing-key': { end: 'mapped', hasSuffix: true, help: '`errorOnMissingKey`' },
  'agent-inject-default-template': {
    end: 'mapped',
    help: 'the text of `template` if a file has none, that of `map` or `json`',
  },
  'preserve-secret-case': { end: 'mapped', help: '`objectName`' },
  'preserve-secret-case-': { end: 'mapped', hasSuffix: true, help: '`objectName`' },
  'secret-volume-path': { end: 'mapped', help: '`mountPath` of the volume' },
  'secret-volume-path-': { end: 'mapped', hasSuffix: true, help: '`mountPath` of a volume and a class of its own' },
  'agent-inject-containers': { end: 'mapped', help: 'the containers that mount the volumes' },
  'agent-init-first': { end: 'mapped', help: 'the init containers mount the volumes too' },
  role: { end: 'mapped', help: '`roleName`; the role stays as it is' },
  service: { end: 'mapped', help: '`vaultAddress`' },
  namespace: { end: 'mapped', help: '`vaultNamespace`' },
  'auth-path': { end: 'mapped', help: '`vaultAuthMountPath`' },
  'auth-type': { end: 'mapped', help: '`kubernetes` and `jwt`; any other is not mapped' },
  'auth-config-role': { end: 'mapped', help: '`roleName`' },
  'auth-config-path': { end: 'differs', help: 'the class has a token of its own; see its audience' },
  'auth-config-token-path': { end: 'differs', help: 'the class has a token of its own; see its audience' },
  'auth-config': { end: 'store', hasSuffix: true, help: 'a pod logs in by its service account and nothing else' },
  'agent-service-account-token-volume-name': { end: 'mapped', help: '`audience`, as the volume has it' },
  'tls-server-name': { end: 'mapped', help: '`vaultTLSServerName`' },
  'tls-skip-verify': { end: 'mapped', help: '`vaultSkipTLSVerify`' },
  'agent-revoke-on-shutdown': { end: 'mapped', help: 'leases are revoked when the pod is gone' },
  'agent-revoke-grace': { end: 'mapped', help: 'leases are revoked when the pod is gone' },

  'tls-secret': { end: 'differs', help: CA },
  'ca-cert': { end: 'differs', help: CA },
  'ca-key': { end: 'differs', help: CA },
  'proxy-address': { end: 'differs', help: DAEMON },
  'client-timeout': { end: 'differs', help: DAEMON },
  'client-max-retries': { end: 'differs', help: DAEMON },
  'template-static-secret-render-interval': { end: 'differs', help: HOW_OFTEN },
  'template-lease-renewal-threshold': { end: 'differs', help: 'the daemon renews leases, all alike' },
  'template-config-exit-on-retry-failure': {
    end: 'differs',
    help: 'a first mount that fails keeps the pod waiting, a later one its last files',
  },
  'agent-pre-populate': { end: 'differs', onlyIf: false, help: 'the files are there before the containers start' },
  'agent-pre-populate-only': {
    end: 'differs',
    onlyIf: true,
    help: 'the files follow the store as long as the pod runs',
  },
  'agent-enable-quit': { end: 'differs', onlyIf: true, help: 'no agent has to be told to quit; remove the call' },
  'agent-share-process-namespace': {
    end: 'differs',
    onlyIf: true,
    help: "write shareProcessNamespace into the pod's spec if the application needs it",
  },

  'agent-inject-command': { end: 'field', hasSuffix: true, help: 'nothing in the pod runs commands; watch the file' },
  'agent-inject-template-file': {
    end: 'field',
    hasSuffix: true,
    help: 'the template lies in an image or a volume; write it as agent-inject-template',
  },
  'agent-configmap': { end: 'field', help: 'its configuration is not read; write it as annotations' },
  'agent-extra-secret': { end: 'field', help: 'no agent is there to take the Secret' },
  'agent-inject-token': { end: 'field', onlyIf: true, help: 'no token of the store is given to a pod' },
  'agent-cache-enable': { end: 'field', onlyIf: true, help: 'no proxy listens in the pod' },
  'client-cert': { end: 'store', help: CLIENT_CERTIFICATE },
  'client-key': { end: 'store', help: CLIENT_CERTIFICATE },

  'agent-cache-use-auto-auth-token': { ...OF_AGENT },
  'agent-cache-listener-port': { ...OF_AGENT },
  'agent-cache-exit-on-err': { ...OF_AGENT },
  'agent-inject-status': { ...OF_AGENT },
  'agent-image': { ...OF_AGENT },
  'agent-request-namespace': { ...OF_AGENT },
  'agent-limits-cpu': { ...OF_AGENT },
  'agent-limits-mem': { ...OF_AGENT },
  'agent-limits-ephemeral': { ...OF_AGENT },
  'agent-requests-cpu': { ...OF_AGENT },
  'agent-requests-mem': { ...OF_AGENT },
  'agent-requests-ephemeral': { ...OF_AGENT },
  'agent-run-as-user': { ...OF_AGENT },
  'agent-run-as-group': { ...OF_AGENT },
  'agent-run-as-same-user': { ...OF_AGENT },
  'agent-set-security-context': { ...OF_AGENT },
  'agent-copy-volume-mounts': { ...OF_AGENT },
  'agent-json-patch': { ...OF_AGENT },
  'agent-init-json-patch': { ...OF_AGENT },
  'agent-metrics-listener-port': { ...OF_AGENT },
  'agent-telemetry': { ...OF_AGENT, hasSuffix: true },
  'agent-auto-auth-exit-on-err': { ...OF_AGENT },
  'agent-disable-idle-connections': { ...OF_AGENT },
  'agent-disable-keep-alives': { ...OF_AGENT },
  'auth-min-backoff': { ...OF_AGENT },
  'auth-max-backoff': { ...OF_AGENT },
  'go-max-procs': { ...OF_AGENT },
  'log-level': { ...OF_AGENT },
  'log-format': { ...OF_AGENT },
  'template-max-connections-per-host': { ...OF_AGENT },
};
