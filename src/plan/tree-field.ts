// `tree`: the secrets of a folder, and of the folders in it.
import type { YamlMap } from '../yaml/node.ts';
import type { Entry } from './entry.ts';
import type { GivenEngine, TreeSource } from './plan.ts';
import { countIn, mapOf, refuseOthers, textIn } from './sub-fields.ts';

export type TreeFields = Pick<TreeSource, 'depth' | 'limit' | 'engine'>;

export const TREE_FIELDS = ['depth', 'limit', 'mount', 'version'];
const FORM = 'write "all", or a map with depth and limit';
/** Each level costs one more sequential round of requests. */
export const DEEPEST = 10;
/** As many as a class has objects. */
export const MOST_SECRETS = 1_000;
const DEFAULTS: TreeFields = Object.freeze({ depth: 3, limit: 100, engine: undefined });

export function readTree(entry: Entry): TreeFields {
  const map = mapOf(entry, 'tree', FORM, 'all');
  if (map === undefined || map === 'all') return DEFAULTS;
  refuseOthers(map, TREE_FIELDS, 'tree', entry);
  return readFolder(map, 'tree', entry);
}

/** @param map undefined: the field gives no details. @param where prefix for messages */
export function readFolder(map: YamlMap | undefined, where: string, entry: Entry): TreeFields {
  if (map === undefined) return DEFAULTS;
  return {
    depth: countIn(map, 'depth', DEEPEST, where, entry) ?? DEFAULTS.depth,
    limit: countIn(map, 'limit', MOST_SECRETS, where, entry) ?? DEFAULTS.limit,
    engine: readEngine(map, where, entry),
  };
}

function readEngine(map: YamlMap, where: string, entry: Entry): GivenEngine | undefined {
  const mount = textIn(map, 'mount', where, entry);
  const version = countIn(map, 'version', 2, where, entry);
  if (mount === undefined && version === undefined) return undefined;
  if (mount !== undefined && version !== undefined)
    return Object.freeze({ mount: withoutOuterSlashes(mount), version: version === 2 ? 2 : 1 });
  // A problem with one of them was reported.
  if (map.fields.has('mount') && map.fields.has('version')) return undefined;
  entry.reportAt(map.at, `${where}: mount and version of the KV engine belong together; write both or neither`);
  return undefined;
}

function withoutOuterSlashes(path: string): string {
  return path
    .split('/')
    .filter((segment) => segment !== '')
    .join('/');
}
