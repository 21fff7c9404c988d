// Parameter and field names from other providers, from early versions of vault-csi-provider, and from memory. Maps each
// to the name to write here, or to a fix if there is no equivalent. Only names that are unknown here are looked up.

import { quote } from '../quote.ts';
import { CONNECTION_PARAMETERS, PREFIXES, ROLE_SPELLINGS } from './parameter-table.ts';

/** The name to write here; or, if another name is not enough, what to do. */
type Elsewhere = { readonly to: string } | { readonly instead: string };

/** In any letter case. */
type Names = ReadonlyMap<string, Elsewhere>;

const to = (name: string, ...names: readonly string[]): Names => toNames({ to: name }, names);
const instead = (fix: string, ...names: readonly string[]): Names => toNames({ instead: fix }, names);

function toNames(elsewhere: Elsewhere, names: readonly string[]): Names {
  return new Map(names.map((name) => [name.toLowerCase(), elsewhere]));
}

const PARAMETERS: Names = new Map([
  ...to('roleName', 'role', 'vaultRole', 'baoRole', 'authRole', 'kubernetesRole'),
  ...to('vaultAddress', 'address', 'addr', 'url', 'vaultAddr', 'vaultUrl', 'vaultServer', 'vaultHost'),
  ...to('vaultAuthMountPath', 'mount', 'mountPath', 'authPath', 'authMount', 'authMountPath', 'vaultMount'),
  ...to('vaultAuthMountPath', 'vaultMountPath', 'vaultAuthPath', 'vaultAuthMount', 'kubernetesMountPath'),
  ...to('vaultCACertPath', 'caCert', 'caCertPath', 'vaultCACert', 'vaultCAPath'),
  ...to('vaultSkipTLSVerify', 'skipVerify', 'tlsSkipVerify', 'insecure', 'vaultSkipVerify', 'vaultTLSSkipVerify'),
  ...instead('write vaultNamespace for a namespace of the store, or remove it', 'namespace'),
  ...instead('write the PEM to a file on the node and name that in vaultCACertPath', 'vaultCAPem', 'caPem', 'caBundle'),
  ...instead('remove it, the provider logs in as the pod', 'token', 'vaultToken', 'kubernetesServiceAccountPath'),
  ...instead('move it out of parameters, to spec.secretObjects', 'secretObjects'),
  ...instead('write the list in "objects", with objectName and secretPath', 'secrets', 'object', 'vaultObjects'),
  ...instead('remove it, it is of another provider', 'keyvaultName', 'tenantId', 'usePodIdentity', 'clientID'),
  ...instead(
    'remove it, it is of another provider',
    'useVMManagedIdentity',
    'region',
    'failoverRegion',
    'pathTranslation',
  ),
]);

const FIELDS: Names = new Map([
  ...to('objectName', 'name', 'file', 'fileName'),
  ...to('secretPath', 'path', 'objectPath', 'vaultPath'),
  ...to('secretKey', 'key', 'objectKey', 'field'),
  ...to('filePermission', 'permission', 'permissions', 'mode', 'fileMode', 'defaultMode'),
  ...to('encoding', 'content', 'contentType', 'content-type', 'objectEncoding'),
  ...to('secretArgs', 'args', 'arguments', 'data', 'body'),
  ...to('method', 'httpMethod', 'verb'),
  ...instead(
    'remove it; for one version of a KV version 2 secret end secretPath with "?version=" and its number',
    'version',
    'objectVersion',
    'secretVersion',
  ),
  ...instead('remove it, objectName is the name of the file', 'objectAlias', 'alias'),
  ...to('gjson', 'property', 'gjsonPath'),
  ...to('jmesPath', 'jmesPath', 'jmes'),
  ...to('jsonPath', 'jsonPath'),
  ...instead('remove it, it is of another provider', 'objectType', 'objectFormat', 'objectVersionHistory'),
]);

/** @param has whether the class has a parameter of that name. @returns undefined for a name that is not known. */
export function fixOfParameter(name: string, has: (name: string) => boolean): string | undefined {
  return fixOf(PARAMETERS.get(name.toLowerCase()), (wanted) => spellingsOf(wanted).find(has));
}

/** @param has whether the object has a field of that name. @returns undefined for a name that is not known. */
export function fixOfField(name: string, has: (name: string) => boolean): string | undefined {
  return fixOf(FIELDS.get(name.toLowerCase()), (wanted) => (has(wanted) ? wanted : undefined));
}

/** The first of `names` that other providers use for the parameter or field `wanted`. */
export function meaning(wanted: string, names: readonly string[]): string | undefined {
  return names.find((name) =>
    [PARAMETERS, FIELDS].some((known) => {
      const found = known.get(name.toLowerCase());
      return found !== undefined && 'to' in found && found.to === wanted;
    }),
  );
}

function fixOf(found: Elsewhere | undefined, present: (name: string) => string | undefined): string | undefined {
  if (found === undefined) return undefined;
  if ('instead' in found) return found.instead;
  const there = present(found.to);
  return there === undefined ? `rename it to ${quote(found.to)}` : `remove it, ${quote(there)} is there`;
}

/** All spellings of the same parameter. */
function spellingsOf(name: string): readonly string[] {
  if (name === 'roleName') return ROLE_SPELLINGS;
  const parameter = name.replace(/^vault/, '');
  // The auth mount path has two names, and a class may use only one of them.
  const both = parameter === 'AuthMountPath' ? ['AuthMountPath', 'KubernetesMountPath'] : [parameter];
  return parameter in CONNECTION_PARAMETERS
    ? both.flatMap((one) => PREFIXES.map((prefix) => `${prefix}${one}`))
    : [name];
}
