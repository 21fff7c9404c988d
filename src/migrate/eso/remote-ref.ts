// What a `remoteRef` of External Secrets means in a class.
import { textAt } from '../../manifest/nodes.ts';
import { quote } from '../../quote.ts';
import type { YamlMap } from '../../yaml/node.ts';
import type { MovableValue, NotMapped } from '../movable.ts';
import { cleanPath, isKey } from '../paths.ts';
import { PLAIN, type StoreRead } from '../store-value.ts';
import { buildMetadataPath, buildPath, type EsoStore } from './store.ts';

/** With one of them a property is looked up by gjson, unless a key has that very name. */
const GJSON = /[.#@*?|\\[\]{}!:]/;
const ENCODINGS: Readonly<Record<string, 'base64' | 'base64url' | undefined>> = {
  None: undefined,
  Base64: 'base64',
  Base64URL: 'base64url',
};

/** By its decodingStrategy. */
export function toEncoding(reference: YamlMap | undefined): 'base64' | 'base64url' | undefined | NotMapped {
  const strategy = textAt(reference, 'decodingStrategy') ?? 'None';
  if (Object.hasOwn(ENCODINGS, strategy)) return ENCODINGS[strategy];
  const why = `decodingStrategy ${quote(strategy)} guesses, and a class does not; name the encoding`;
  return { kind: 'field', why };
}

export function remoteValue(reference: YamlMap | undefined, store: EsoStore): Omit<MovableValue, 'at'> | NotMapped {
  const encoding = toEncoding(reference);
  if (typeof encoding === 'object') return encoding;
  if ((textAt(reference, 'metadataPolicy') ?? 'None') !== 'None') return metadataValue(reference, store, encoding);
  const version = textAt(reference, 'version');
  if (version !== undefined && (store.version === 'v1' || !/^\d{1,15}$/.test(version)))
    return { kind: 'path', why: `the version ${quote(version)} is none of KV version 2` };
  const key = textAt(reference, 'key') ?? '';
  const path = cleanPath(buildPath(store, key));
  if (path === undefined) return { kind: 'path', why: `a class and its policy cannot name the path ${quote(key)}` };
  const property = textAt(reference, 'property');
  const value = {
    ...PLAIN,
    path: version === undefined ? path : `${path}?version=${version}`,
    key: undefined,
    encoding,
  };
  if (property === undefined) {
    if (encoding !== undefined) return { kind: 'field', why: 'decodingStrategy without property: JSON is no base64' };
    return { value: { ...value, format: 'json' }, warnings: [] };
  }
  if (!isKey(property)) return { kind: 'path', why: `a class cannot name the key ${quote(property)}` };
  if (!GJSON.test(property)) return { value: { ...value, key: property }, warnings: [] };
  const warning = `read as gjson; External Secrets takes a key that is named ${quote(property)} first, if there is one`;
  return { value: { ...value, gjson: property }, warnings: [warning] };
}

/** A label of the secret, which is custom metadata of KV version 2. */
function metadataValue(
  reference: YamlMap | undefined,
  store: EsoStore,
  encoding: StoreRead['encoding'],
): Omit<MovableValue, 'at'> | NotMapped {
  const property = textAt(reference, 'property');
  if (property === undefined)
    return { kind: 'field', why: 'metadataPolicy: a class has single labels of a secret; name one by property' };
  const key = textAt(reference, 'key') ?? '';
  const given = buildMetadataPath(store, key);
  const path = given === undefined ? undefined : cleanPath(given);
  if (path === undefined) return { kind: 'path', why: `${quote(key)} is no path of KV version 2 that has metadata` };
  if (!isKey(property)) return { kind: 'path', why: `a class cannot name the label ${quote(property)}` };
  const gjson = `custom_metadata.${property.replace(/[^\w-]/g, '\\$&')}`;
  const warning = 'a secret without any label made an empty value, and now stops the mount';
  return { value: { ...PLAIN, path, key: undefined, encoding, gjson }, warnings: [warning] };
}
