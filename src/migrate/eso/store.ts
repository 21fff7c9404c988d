// A SecretStore or ClusterSecretStore of External Secrets as a connection, or why it is none.
import { fieldOf, listAt, mapAt, textAt } from '../../manifest/nodes.ts';
import { quote } from '../../quote.ts';
import type { YamlField, YamlMap } from '../../yaml/node.ts';
import type { Connection } from '../connection.ts';
import type { Input } from '../input.ts';
import type { Obstacle } from '../movable.ts';

export interface EsoStore {
  readonly input: Input;
  readonly connection: Connection;
  /** The mount of the secrets; undefined: each key begins with it. */
  readonly path: string | undefined;
  readonly version: 'v1' | 'v2';
  readonly obstacles: readonly Obstacle[];
}

/** They go into commands. */
const PRINTABLE = /^[\x21-\x7e]{1,1000}$/;
const KINDS = ['SecretStore', 'ClusterSecretStore'];

export function isStore({ kind }: Input): boolean {
  return KINDS.includes(kind);
}

/** What becomes of each field of the provider; those that are in no table are none that a class knows. */
const FIELDS: ReadonlyMap<string, 'mapped' | 'dropped' | 'daemon'> = new Map([
  ['server', 'mapped'],
  ['path', 'mapped'],
  ['version', 'mapped'],
  ['namespace', 'mapped'],
  ['auth', 'mapped'],
  ['readYourWrites', 'dropped'],
  ['forwardInconsistent', 'dropped'],
  ['caBundle', 'daemon'],
  ['caProvider', 'daemon'],
]);

/** Reports each field. */
export function readStore(input: Input): EsoStore {
  const vault = mapAt(input.map, 'spec', 'provider', 'vault');
  const store = readProvider(input, vault);
  for (const [name, { at }] of mapAt(input.map, 'spec')?.fields ?? [])
    if (name !== 'provider') input.report('differs', at, `${name} is left out; the roles and the provider decide`);
  if (vault !== undefined) return store;
  const at = fieldOf(mapAt(input.map, 'spec'), 'provider')?.at ?? input.map.at;
  return { ...store, obstacles: [{ kind: 'store', at, why: 'its provider is not vault', input }] };
}

/** @param vault what a store and a generator have as their provider. */
export function readProvider(input: Input, vault: YamlMap | undefined): EsoStore {
  const obstacles: Obstacle[] = [];
  const refuse = (field: YamlField | undefined, why: string) =>
    obstacles.push({ kind: 'store', at: field?.at ?? input.map.at, why, input });
  for (const [name, field] of vault?.fields ?? []) {
    const end = FIELDS.get(name);
    if (end === 'mapped' && name !== 'auth') input.report('mapped', field.at, `${name}: ${MEANINGS.get(name) ?? ''}`);
    else if (end === 'dropped') input.report('differs', field.at, `${name} is left out; the provider decides`);
    else if (end === 'daemon')
      input.report(
        'differs',
        field.at,
        `${name}: give the CA certificate to the daemon (--vault-tls-ca-cert); a class names only files of its container`,
      );
    else if (end === undefined) refuse(field, `${quote(name)} of the store has no place in a class`);
  }
  const login: Login = vault === undefined ? NO_LOGIN : readLogin(vault, refuse, input);
  const connection = { address: textAt(vault, 'server'), namespace: textAt(vault, 'namespace'), ...login };
  const odd = Object.values(connection).find((text) => text !== undefined && !PRINTABLE.test(text));
  if (odd !== undefined)
    refuse(fieldOf(vault, 'server'), `the store is told ${quote(odd)}, which is no address or name`);
  return {
    input,
    connection,
    path: textAt(vault, 'path'),
    version: textAt(vault, 'version') === 'v1' ? 'v1' : 'v2',
    obstacles,
  };
}

const MEANINGS: ReadonlyMap<string, string> = new Map([
  ['server', 'vaultAddress'],
  ['path', 'the beginning of each secretPath'],
  ['version', 'whether data/ stands in each secretPath'],
  ['namespace', 'vaultNamespace'],
]);

type Login = Pick<Connection, 'authMount' | 'audience' | 'method'>;

/** A stand-in value, so that the other fields are read too. */
const NO_LOGIN: Login = { method: 'kubernetes', authMount: undefined, audience: undefined };

function readLogin(vault: YamlMap, refuse: (field: YamlField | undefined, why: string) => void, input: Input): Login {
  const auth = mapAt(vault, 'auth');
  const field = fieldOf(vault, 'auth');
  const namespace = textAt(auth, 'namespace');
  if (namespace !== undefined && namespace !== textAt(vault, 'namespace'))
    refuse(fieldOf(auth, 'namespace'), 'a login in another namespace than that of the secret has no place in a class');
  const kubernetes = mapAt(auth, 'kubernetes');
  const jwt = mapAt(auth, 'jwt');
  if (kubernetes !== undefined && fieldOf(kubernetes, 'secretRef') === undefined) {
    tellOfLogin(input, field);
    const audience = firstText(mapAt(kubernetes, 'serviceAccountRef'));
    return { method: 'kubernetes', authMount: textAt(kubernetes, 'mountPath') ?? 'kubernetes', audience };
  }
  const token = mapAt(jwt, 'kubernetesServiceAccountToken');
  if (token !== undefined) {
    tellOfLogin(input, field);
    return { method: 'jwt', authMount: textAt(jwt, 'path') ?? 'jwt', audience: firstText(token) };
  }
  const [name = 'none'] = [...(auth?.fields.keys() ?? [])];
  refuse(field, `a login by ${quote(name)} has no place in a class: a pod logs in by its service account`);
  return NO_LOGIN;
}

function tellOfLogin(input: Input, field: YamlField | undefined): void {
  const text = 'auth: the mount and audience of each class; the role and its account become those of each pod';
  input.report('mapped', field?.at ?? input.map.at, text);
}

function firstText(holder: YamlMap | undefined): string | undefined {
  const [first] = listAt(holder, 'audiences')?.items ?? [];
  return first?.kind === 'scalar' ? first.text : undefined;
}

/** Used for a missing provider, so that the other fields are read too. */
export function missingStore(input: Input, connection: Connection): EsoStore {
  return { input, connection, path: undefined, version: 'v2', obstacles: [] };
}

/** As External Secrets builds it (v0.20.4, providers/v1/vault/client_get.go). */
export function buildPath({ path, version }: Pick<EsoStore, 'path' | 'version'>, key: string): string {
  if (path === undefined) {
    if (version === 'v1' || key.includes('/data/')) return key;
    const [mount = '', ...rest] = key.split('/');
    return [mount, 'data', ...rest].join('/');
  }
  const afterMount = key.startsWith(`${path}/`) ? key.slice(path.length + 1) : key;
  if (version === 'v1') return `${path}/${afterMount}`;
  return `${path}/data/${afterMount.startsWith('data/') ? afterMount.slice('data/'.length) : afterMount}`;
}

/** The path at which a secret's labels are read, as External Secrets builds it; undefined: it refuses. */
export function buildMetadataPath(
  { path, version }: Pick<EsoStore, 'path' | 'version'>,
  key: string,
): string | undefined {
  if (version === 'v1') return undefined;
  if (path !== undefined) return `${path}/metadata/${key}`;
  return key.includes('/data/') ? key.replace('/data/', '/metadata/') : undefined;
}
