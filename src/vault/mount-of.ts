// What a store says of the mount that serves a path (`sys/internal/ui/mounts/PATH`).
import type { JsonText } from '../json-text/json-text.ts';
import type { Mount } from './kv-path.ts';

/** undefined if what it says cannot be of this path. */
export function mountOf(path: string, data: JsonText | undefined): Mount | undefined {
  const mount = data?.get('path')?.text;
  if (mount === undefined || !/.\/$/.test(mount) || !`${path}/`.startsWith(mount)) return undefined;
  const version = data?.get('options')?.get('version')?.text;
  const isKv = data?.get('type')?.text === 'kv';
  return { path: mount, kvVersion: isKv ? (version === '2' ? 2 : 1) : undefined };
}
