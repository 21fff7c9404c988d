// Combines the parameters of a class with the node's defaults into store settings and login settings. The rules are
// those of the table in docs/parameters.md. parameter-source.ts handles the spellings.
import { posix } from 'node:path';
import { describeDifference, describeInvisible } from '../invisible.ts';
import { quote } from '../quote.ts';
import type { Parameter, ParameterSource } from './parameter-source.ts';
import { BOOLEANS, ROLE_SPELLINGS } from './parameter-table.ts';
import type { LoginSettings, PlanDefaults, StoreSettings, TlsSettings } from './plan.ts';

/** Printable ASCII, the only text that an HTTP header carries without an agreed encoding. */
const HEADER_TEXT = /^[\x20-\x7e]*$/;

export function readStore(source: ParameterSource, defaults: PlanDefaults): StoreSettings {
  const address = toAddress(source);
  return Object.freeze({
    address: address ?? defaults.store.address,
    isFromClass: address !== undefined,
    namespace: toNamespace(source) ?? defaults.store.namespace,
    tls: readTls(source, defaults),
  });
}

export function readLogin(
  source: ParameterSource,
  defaults: PlanDefaults,
  tokens: LoginSettings['tokens'],
): LoginSettings {
  const audience = source.plain('audience')?.value ?? defaults.classAudience;
  return Object.freeze({
    mount: toMount(source) ?? defaults.mount,
    role: toRole(source),
    audience: audience ?? defaults.audience,
    requestAudience: audience,
    tokens,
    scope: toScope(source),
  });
}

function toAddress(source: ParameterSource): string | undefined {
  const parameter = source.connection('Address');
  if (parameter === undefined) return undefined;
  const problem = findAddressProblem(parameter.value);
  if (problem !== undefined) source.report(parameter, problem);
  return parameter.value.replace(/(?<!\/)\/+$/, '');
}

/** The address is never shown: it may hold credentials. */
function findAddressProblem(address: string): string | undefined {
  const invisible = describeInvisible(address);
  if (invisible !== undefined) return `${invisible}; remove it`;
  if (/^unix:\/\/\/[^/?#]/.test(address)) return undefined;
  const url = /^https?:\/\/[^/\\]/i.test(address) && !/[\s\\]/.test(address) ? URL.parse(address) : null;
  if (url === null) return 'not an address; write https://host:port, http://host:port or unix:///path';
  if (url.username !== '' || url.password !== '')
    return 'holds a user name or password; write the address without them';
  if (/[?#]/.test(address)) return 'holds a "?" or "#"; write the address without what follows it';
  return undefined;
}

function toNamespace(source: ParameterSource): string | undefined {
  const parameter = source.connection('Namespace');
  if (parameter !== undefined && !HEADER_TEXT.test(parameter.value))
    source.report(parameter, 'holds characters beyond ASCII, which its header cannot carry');
  return parameter?.value;
}

/**
 * Without slashes at its ends. Some people write the path of the login itself, as the store's API has it:
 * `auth/kubernetes`, `/v1/auth/kubernetes/login`.
 */
export function cleanMount(text: string): string {
  const path = text.replace(/^\/+|(?<!\/)\/+$/g, '');
  const below = /^(?:v1\/)?auth\/+(.+)$/.exec(path)?.[1];
  return below === undefined ? path : below.replace(/(?<!\/)\/+login$/, '');
}

function toMount(source: ParameterSource): string | undefined {
  const current = source.connection('AuthMountPath');
  const older = source.connection('KubernetesMountPath');
  if (current !== undefined && older !== undefined)
    source.report(older, `set together with ${current.name}, of which it is the older name; remove one`);
  const parameter = current ?? older;
  if (parameter === undefined) return undefined;
  const mount = cleanMount(parameter.value);
  const isSafe =
    mount !== '' &&
    !/[?#%\\]/.test(mount) &&
    mount.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
  if (!isSafe)
    source.report(
      parameter,
      'not a mount path; write it as in "auth/<path>/login", for example kubernetes or team/jwt',
    );
  return mount;
}

function toRole(source: ParameterSource): string {
  const role = source.role();
  if (role !== undefined) return role.value;
  if (source.isReported(ROLE_SPELLINGS)) return '';
  const near = source.lookalike('roleName');
  source.report(
    { name: 'roleName' },
    near === undefined
      ? "missing; write the name of the login method's role"
      : `missing; rename ${quote(near)}${describeDifference(near, 'roleName')} to it`,
    near,
  );
  return '';
}

function toScope(source: ParameterSource): 'serviceAccount' | undefined {
  const parameter = source.plain('sessionScope');
  if (parameter === undefined) return undefined;
  if (parameter.value !== 'serviceAccount')
    source.report(parameter, `unknown scope ${quote(parameter.value)}; write "serviceAccount" or leave it out`);
  return 'serviceAccount';
}

/** CA settings come as a whole from the class or from the defaults, never mixed; so do client certificate and key. */
function readTls(source: ParameterSource, defaults: PlanDefaults): TlsSettings {
  const toPath = (parameter: Parameter | undefined) => toCertificatePath(source, parameter, defaults.tlsDirs);
  const caCert = source.connection('CACertPath');
  const caFolder = source.connection('CADirectory');
  const caCertPath = toPath(caCert);
  const caDirectory = toPath(caFolder);
  const cert = source.connection('TLSClientCertPath');
  const key = source.connection('TLSClientKeyPath');
  if (cert !== undefined && key === undefined)
    source.report(cert, 'a client certificate needs its key; add vaultTLSClientKeyPath');
  if (key !== undefined && cert === undefined)
    source.report(key, 'a client key needs its certificate; add vaultTLSClientCertPath');
  const { tls } = defaults.store;
  const names = Object.freeze({
    ...tls.names,
    ...(caCert && { caCertPath: caCert.name }),
    ...(caFolder && { caDirectory: caFolder.name }),
    ...(cert && { clientCertPath: cert.name }),
    ...(key && { clientKeyPath: key.name }),
  });
  return Object.freeze({
    ...tls,
    names,
    ...(caCertPath === undefined && caDirectory === undefined ? {} : { caCertPath, caDirectory, caPem: undefined }),
    ...(cert === undefined && key === undefined ? {} : { clientCertPath: toPath(cert), clientKeyPath: toPath(key) }),
    serverName: toServerName(source) ?? tls.serverName,
    skipVerify: toSkipVerify(source, defaults.deniesSkipVerify) ?? tls.skipVerify,
  });
}

function toCertificatePath(
  source: ParameterSource,
  found: Parameter | undefined,
  tlsDirs: readonly string[] | undefined,
) {
  if (found === undefined) return undefined;
  if (!found.value.startsWith('/')) source.report(found, 'not an absolute path; write it from "/"');
  else if (tlsDirs !== undefined && !tlsDirs.some((folder) => isBelow(folder, found.value))) {
    const only = tlsDirs.map(quote).join(' and ');
    const what = tlsDirs.length === 1 ? 'folder' : 'places';
    source.report(found, `outside ${only}, the only ${what} this node takes certificates from (--tls-dir)`);
  }
  return posix.normalize(found.value);
}

function isBelow(folder: string, path: string): boolean {
  const root = posix.resolve('/', folder);
  const inner = posix.resolve('/', path);
  return root === '/' || inner === root || inner.startsWith(`${root}/`);
}

function toServerName(source: ParameterSource): string | undefined {
  const found: Parameter | undefined = source.connection('TLSServerName');
  if (found !== undefined && !/^[\x21-\x7e]+$/.test(found.value))
    source.report(found, "not a host name; write the name in the store's certificate");
  return found?.value;
}

function toSkipVerify(source: ParameterSource, isDenied: boolean): boolean | undefined {
  const found = source.connection('SkipTLSVerify');
  if (found === undefined) return undefined;
  const isOn = BOOLEANS.get(found.value);
  if (isOn === undefined) source.report(found, `${quote(found.value)} is not a boolean; write "true" or "false"`);
  if (isOn === true && isDenied)
    source.report(
      found,
      "this node checks every store's certificate (--deny-skip-verify); remove it and name the store's CA",
    );
  return isOn ?? false;
}
