// What becomes of each field of each resource of Vault Secrets Operator (v0.10.0): in one place, so that reports and
// docs/migrate.md say the same.
import { differs, type FieldTable, mapped, refused, told } from '../fields.ts';

const OF_PODS = 'the mount and audience of each class; the role and its account become those of each pod';
const ROLES_DECIDE = differs('left out; the roles decide');
const NO_HEADERS = refused('a class cannot add headers to its requests');
const NO_CREDENTIAL = refused('a pod logs in by its service account');

const CONNECTION: FieldTable = {
  address: mapped('vaultAddress'),
  tlsServerName: mapped('vaultTLSServerName'),
  skipTLSVerify: mapped('vaultSkipTLSVerify'),
  caCertSecretRef: differs(
    'give the CA certificate to the daemon (--vault-tls-ca-cert); a class names only files of its container',
  ),
  timeout: differs('left out; the daemon has one for all (--request-timeout)'),
  headers: NO_HEADERS,
};

const AUTH: FieldTable = {
  vaultConnectionRef: mapped('the connection of each class'),
  vaultAuthGlobalRef: mapped('what the VaultAuth leaves open comes from there'),
  namespace: mapped('vaultNamespace; if it is not that of the secret, it is not mapped'),
  method: mapped('kubernetes and jwt, with a serviceAccount'),
  mount: mapped('vaultAuthMountPath'),
  kubernetes: mapped(OF_PODS),
  jwt: mapped(OF_PODS),
  appRole: NO_CREDENTIAL,
  aws: NO_CREDENTIAL,
  gcp: NO_CREDENTIAL,
  params: refused('a class cannot add parameters to its login'),
  headers: NO_HEADERS,
  allowedNamespaces: ROLES_DECIDE,
  storageEncryption: differs("left out; it is for the operator's own cache"),
};

const IF_OPEN = 'if the VaultAuth leaves it open';
const IF_MERGED = told('counts if mergeStrategy takes it: then as that of a VaultAuth');

const GLOBAL: FieldTable = {
  vaultConnectionRef: mapped(`the connection, ${IF_OPEN}`),
  defaultVaultNamespace: mapped(`vaultNamespace, ${IF_OPEN}`),
  defaultAuthMethod: mapped(`the method, ${IF_OPEN}`),
  defaultMount: mapped(`vaultAuthMountPath, ${IF_OPEN}`),
  kubernetes: mapped(`its mount, namespace and audience, ${IF_OPEN}`),
  jwt: mapped(`its mount, namespace and audience, ${IF_OPEN}`),
  appRole: told('counts if the method is this: not mapped then'),
  aws: told('counts if the method is this: not mapped then'),
  gcp: told('counts if the method is this: not mapped then'),
  params: IF_MERGED,
  headers: IF_MERGED,
  allowedNamespaces: ROLES_DECIDE,
};

const OF_EACH: FieldTable = {
  vaultAuthRef: mapped('the login and connection of each class'),
  namespace: mapped('vaultNamespace'),
  mount: mapped('the beginning of each secretPath'),
  destination: told('by its own fields'),
  rolloutRestartTargets: differs('left out: files change in place, and nothing restarts a pod for its variables'),
};

const EACH_ITS_OWN = 'each pod has a credential of its own, for its life';
const REVOKE = mapped('whether a lease is revoked when its pod is gone');

const STATIC: FieldTable = {
  path: mapped('the secretPath'),
  type: mapped('whether data/ stands in the secretPath'),
  version: mapped('?version= of KV version 2'),
  refreshAfter: differs('left out: the driver polls, all classes alike'),
  hmacSecretData: differs('left out: nothing compares the Secret with what was written'),
  syncConfig: differs('left out: a change comes with the next poll'),
};

const DYNAMIC: FieldTable = {
  path: differs(`the secretPath; ${EACH_ITS_OWN}`),
  requestHTTPMethod: mapped('method: PUT for anything but GET, and with params'),
  params: mapped('secretArgs'),
  renewalPercent: differs('left out: a lease is renewed at 60 to 80 % of its life'),
  revoke: REVOKE,
  allowStaticCreds: mapped('what has no lease is read at each poll'),
  refreshAfter: mapped('refreshAfter of what is written; what is read without a lease is read at each poll'),
};

const PKI: FieldTable = {
  role: differs(`the end of the secretPath; ${EACH_ITS_OWN}`),
  issuerRef: differs("in the secretPath, with issue/ behind it, which the operator's own path has not"),
  ...Object.fromEntries(
    [
      ...['commonName', 'altNames', 'ipSans', 'uriSans', 'otherSans', 'userIDs', 'ttl', 'notAfter', 'format'],
      ...['privateKeyFormat', 'excludeCNFromSans'],
    ].map((name) => [name, mapped('in secretArgs')]),
  ),
  expiryOffset: differs('left out: a certificate is replaced at 60 to 80 % of its life'),
  revoke: REVOKE,
  clear: differs('left out: a synced Secret goes with its last pod'),
};

const DESTINATION: FieldTable = {
  name: mapped('the name by which pods take it'),
  create: mapped('the driver makes the Secret, while a pod mounts the class; without it, it is not mapped'),
  overwrite: differs('the driver writes into a Secret of this name, whoever made it'),
  labels: mapped('of the synced Secret'),
  annotations: mapped('of the synced Secret'),
  type: mapped('the type of the synced Secret'),
  transformation: told('by its own fields'),
};

const FILTERS: FieldTable = { includes: mapped('keys.include'), excludes: mapped('keys.exclude') };

const TRANSFORMATION: FieldTable = {
  ...FILTERS,
  excludeRaw: mapped('no object for _raw'),
  templates: mapped('each an object with a template of the syntax sprig'),
  transformationRefs: mapped('what they name stands in the objects'),
};

const SHARED_TRANSFORMATION: FieldTable = {
  ...FILTERS,
  templates: mapped('in the objects that they make'),
  sourceTemplates: mapped('in the objects that call them'),
};

/** By kind, or by a field of one; `each secret` also applies to the three tables after it. */
export const FIELD_TABLES = {
  VaultConnection: CONNECTION,
  VaultAuth: AUTH,
  VaultAuthGlobal: GLOBAL,
  'each secret': OF_EACH,
  VaultStaticSecret: STATIC,
  VaultDynamicSecret: DYNAMIC,
  VaultPKISecret: PKI,
  destination: DESTINATION,
  transformation: TRANSFORMATION,
  SecretTransformation: SHARED_TRANSFORMATION,
} as const;
