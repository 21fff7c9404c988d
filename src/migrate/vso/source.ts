// Where the values of a secret of Vault Secrets Operator come from: which request to the store, and which keys its answer
// has (v0.10.0, vault/requests.go and the controllers).
import { listAt, mapAt, textAt } from '../../manifest/nodes.ts';
import { quote } from '../../quote.ts';
import type { Value } from '../../yaml/emit.ts';
import type { YamlMap } from '../../yaml/node.ts';
import type { NotMapped, StoreRequest } from '../movable.ts';
import { cleanPath } from '../paths.ts';

export interface Source {
  readonly path: string;
  readonly request: StoreRequest;
  /** The path of its metadata, of KV version 2. */
  readonly metadataPath: string | undefined;
  readonly engine: 'kv-v1' | 'kv-v2' | 'dynamic' | 'pki';
}

const DURATION = /^(?:\d{1,9}(?:\.\d{1,9})?(?:ms|s|m|h))+$/;

export function sourceOf(kind: string, spec: YamlMap | undefined): Source | NotMapped {
  if (kind === 'VaultStaticSecret') return staticSource(spec);
  return kind === 'VaultDynamicSecret' ? dynamicSource(spec) : pkiSource(spec);
}

function staticSource(spec: YamlMap | undefined): Source | NotMapped {
  const type = textAt(spec, 'type');
  if (type !== 'kv-v1' && type !== 'kv-v2') return { kind: 'path', why: `there is no type ${quote(type ?? '')}` };
  const version = textAt(spec, 'version') ?? '0';
  if (!/^\d{1,15}$/.test(version)) return { kind: 'path', why: `the version ${quote(version)} is no number` };
  const isTwo = type === 'kv-v2';
  const path = joined(spec, isTwo ? 'data/' : '');
  if (typeof path !== 'string') return path;
  const query = isTwo && Number(version) > 0 ? `?version=${Number(version)}` : '';
  const metadataPath = isTwo ? joined(spec, 'metadata/') : undefined;
  return {
    path: path + query,
    request: {},
    metadataPath: typeof metadataPath === 'string' ? metadataPath : undefined,
    engine: type,
  };
}

/** With parameters the operator writes, whatever the method. */
function dynamicSource(spec: YamlMap | undefined): Source | NotMapped {
  const path = joined(spec, '');
  if (typeof path !== 'string') return path;
  const method = textAt(spec, 'requestHTTPMethod') ?? 'GET';
  const params = [...(mapAt(spec, 'params')?.fields ?? [])].map(
    ([name, { value }]) => [name, value.kind === 'scalar' ? value.text : ''] as const,
  );
  const isWrite = params.length > 0 || method !== 'GET';
  const refreshAfter = textAt(spec, 'refreshAfter');
  if (isWrite && refreshAfter !== undefined && !DURATION.test(refreshAfter))
    return { kind: 'field', why: `refreshAfter: ${quote(refreshAfter)} is no duration` };
  return {
    path,
    request: {
      ...(isWrite ? { method: 'PUT' } : {}),
      ...(params.length > 0 ? { args: Object.fromEntries(params) } : {}),
      // What is read without a lease is read at each poll.
      ...(isWrite && refreshAfter !== undefined ? { refreshAfter } : {}),
      ...revokeOf(spec),
    },
    metadataPath: undefined,
    engine: 'dynamic',
  };
}

/** The operator's path of an issuer is none that the engine has: `issue/` is missing in it. */
function pkiSource(spec: YamlMap | undefined): Source | NotMapped {
  const issuer = textAt(spec, 'issuerRef');
  const way = issuer === undefined ? 'issue' : `issuer/${issuer}/issue`;
  const path = cleanPath(`${textAt(spec, 'mount') ?? ''}/${way}/${textAt(spec, 'role') ?? ''}`);
  if (path === undefined || textAt(spec, 'mount') === undefined || textAt(spec, 'role') === undefined) return UNNAMED;
  return {
    path,
    request: { method: 'PUT', args: pkiArgs(spec), ...revokeOf(spec) },
    metadataPath: undefined,
    engine: 'pki',
  };
}

const UNNAMED: NotMapped = { kind: 'path', why: 'a class and its policy cannot name this path' };

function joined(spec: YamlMap | undefined, between: string): string | NotMapped {
  const [mount, path] = [textAt(spec, 'mount'), textAt(spec, 'path')];
  if (mount === undefined || path === undefined) return UNNAMED;
  return cleanPath(`${mount}/${between}${path}`) ?? UNNAMED;
}

/** The operator leaves a lease to expire unless told otherwise; a pod's end is sooner, so only what is said counts. */
function revokeOf(spec: YamlMap | undefined): Pick<StoreRequest, 'revoke'> {
  return textAt(spec, 'revoke') === 'false' ? { revoke: false } : {};
}

const TEXTS: ReadonlyMap<string, string> = new Map([
  ['commonName', 'common_name'],
  ['ttl', 'ttl'],
  ['notAfter', 'not_after'],
  ['format', 'format'],
  ['privateKeyFormat', 'private_key_format'],
]);
const LISTS: ReadonlyMap<string, string> = new Map([
  ['altNames', 'alt_names'],
  ['ipSans', 'ip_sans'],
  ['uriSans', 'uri_sans'],
  ['otherSans', 'other_sans'],
  ['userIDs', 'user_ids'],
]);

function pkiArgs(spec: YamlMap | undefined): { readonly [name: string]: Value } {
  const texts = [...TEXTS].flatMap(([field, name]) => {
    const text = textAt(spec, field);
    return text === undefined ? [] : [[name, text] as const];
  });
  const lists = [...LISTS].flatMap(([field, name]) => {
    const items = (listAt(spec, field)?.items ?? []).map((item) => (item.kind === 'scalar' ? item.text : ''));
    return items.length === 0 ? [] : [[name, items.join(',')] as const];
  });
  return {
    ...Object.fromEntries([...texts, ...lists]),
    ...(textAt(spec, 'excludeCNFromSans') === 'true' ? { exclude_cn_from_sans: true } : {}),
    remove_roots_from_chain: true,
  };
}
