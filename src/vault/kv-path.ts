// How a path must look on the mount that serves it: KV version 2 has a part of its own behind the mount, version 1 has
// none. Where a mount ends only the store knows.

/** What a store says of the mount that serves a path. */
export interface Mount {
  /** With a slash at its end: `secret/`, `team/kv/`. */
  readonly path: string;
  /** Set for a KV mount; undefined for any other. */
  readonly kvVersion: 1 | 2 | undefined;
}

/** What follows a KV version 2 mount in a path that is one of its own. */
const KV2_PARTS = /^(data|metadata|subkeys|delete|undelete|destroy|config)(\/|$)/;
const LISTING: ReadonlySet<string> = new Set(['LIST', 'SCAN']);
const KV2_READ = /^(data|metadata|subkeys)\//;

/** @returns the path with the part that its mount of KV version 2 wants; undefined if nothing is missing. */
export function withKv2Part(path: string, mount: Mount, method: string): string | undefined {
  const rest = path.slice(mount.path.length);
  if (mount.kvVersion !== 2) return undefined;
  const isListing = LISTING.has(method);
  // What is below data/ is read; its names are listed below metadata/.
  if (isListing && rest.startsWith('data/')) return `${mount.path}metadata/${rest.slice('data/'.length)}`;
  if (KV2_PARTS.test(rest)) return undefined;
  return isListing ? `${mount.path}metadata/${rest}` : `${mount.path}data/${rest || '<name>'}`;
}

/** @returns the path without a part that only KV version 2 has; undefined if there is none, or it is version 2. */
export function withoutKv2Part(path: string, mount: Mount): string | undefined {
  const rest = path.slice(mount.path.length);
  return mount.kvVersion === 1 && KV2_READ.test(rest) ? `${mount.path}${rest.replace(KV2_READ, '')}` : undefined;
}
