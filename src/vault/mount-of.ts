// Reads the mount that serves a path from the store's answer (`sys/internal/ui/mounts/PATH`).
import type { JsonText } from '../json-text/json-text.ts';
import type { Mount } from './kv-path.ts';

const PREFIX = 'sys/internal/ui/mounts/';

/** The path that asks for the mount of another path. */
export function mountPath(path: string): string {
  return `${PREFIX}${path}`;
}

/** The path whose mount is asked for; undefined for any other read. */
export function mountAskedFor(path: string): string | undefined {
  return path.startsWith(PREFIX) ? path.slice(PREFIX.length) : undefined;
}

/** undefined if the answer cannot belong to this path. */
export function mountOf(path: string, data: JsonText | undefined): Mount | undefined {
  const mount = data?.get('path')?.text;
  if (mount === undefined || !/.\/$/.test(mount) || !`${path}/`.startsWith(mount)) return undefined;
  const version = data?.get('options')?.get('version')?.text;
  const isKv = data?.get('type')?.text === 'kv';
  return { path: mount, kvVersion: isKv ? (version === '2' ? 2 : 1) : undefined };
}
