// `dataFrom` of an ExternalSecret: keys that only the store can name.
import { fieldOf, mapAt, textAt } from '../../manifest/nodes.ts';
import { quote } from '../../quote.ts';
import type { YamlMap } from '../../yaml/node.ts';
import type { Position } from '../../yaml/position.ts';
import type { AllKeys, NotMapped } from '../movable.ts';
import { cleanPath } from '../paths.ts';
import { toEncoding } from './remote-ref.ts';
import { readRewrites } from './rewrite.ts';
import { buildPath, type EsoStore } from './store.ts';

const KNOWN = ['extract', 'find', 'rewrite', 'sourceRef'];

/** Reads one item with `extract`. */
export function readExtract(item: YamlMap, store: EsoStore): AllKeys | NotMapped {
  const extract = mapAt(item, 'extract');
  const odd = [...item.fields.keys()].find((name) => !KNOWN.includes(name));
  if (odd !== undefined) return refused(`dataFrom: ${quote(odd)} has no place in a class`);
  if (mapAt(item, 'find') !== undefined)
    return refused('find: a class makes files of the keys of each secret, and no JSON of it; name the secrets in data');
  if (mapAt(item, 'sourceRef') !== undefined)
    return { kind: 'store', why: 'dataFrom.sourceRef: a store of its own; make an ExternalSecret of it' };
  if (extract === undefined) return refused('dataFrom: it names no extract');
  for (const [name, { value }] of extract.fields) {
    const text = value.kind === 'scalar' ? value.text : '';
    if (name === 'property')
      return refused('extract.property: a class takes all keys of a secret, not those of a part of it');
    if (name === 'metadataPolicy' && text !== 'None')
      return refused('metadataPolicy: metadata of a secret has no place in a class');
    if (name === 'conversionStrategy' && text !== 'Default')
      return refused(`conversionStrategy ${quote(text)}: a class leaves names of keys as they are`);
    if (!['key', 'version', 'property', 'metadataPolicy', 'conversionStrategy', 'decodingStrategy'].includes(name))
      return refused(`extract.${name} has no place in a class`);
  }
  const encoding = toEncoding(extract);
  if (typeof encoding === 'object') return encoding;
  const renames = readRewrites(item);
  if ('kind' in renames) return renames;
  const version = textAt(extract, 'version');
  const path = cleanPath(buildPath(store, textAt(extract, 'key') ?? ''));
  if (path === undefined || (version !== undefined && (!/^\d{1,15}$/.test(version) || store.version === 'v1')))
    return { kind: 'path', why: 'a class and its policy cannot name this path or version' };
  const at: Position = fieldOf(item, 'extract')?.at ?? item.at;
  return { path: version === undefined ? path : `${path}?version=${version}`, at, encoding, renames };
}

function refused(why: string): NotMapped {
  return { kind: 'field', why };
}
