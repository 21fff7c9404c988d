// The form of a path on the mount that serves it: KV version 2 needs its own part after the mount, version 1 has none. Only
// the store knows where the mount ends.

/** The mount that serves a path, as the store tells. */
export interface Mount {
  /** With a slash at its end: `secret/`, `team/kv/`. */
  readonly path: string;
  /** Set for a KV mount; undefined for any other. */
  readonly kvVersion: 1 | 2 | undefined;
}

/** The first part after the mount in KV version 2's own paths. */
const KV2_PARTS = /^(data|metadata|subkeys|delete|undelete|destroy|config)(\/|$)/;
const LISTING: ReadonlySet<string> = new Set(['LIST', 'SCAN']);
const KV2_READ = /^(data|metadata|subkeys)\//;

/** @returns the path with the part that KV version 2 requires; undefined if nothing is missing. */
export function withKv2Part(path: string, mount: Mount, method: string): string | undefined {
  const rest = path.slice(mount.path.length);
  if (mount.kvVersion !== 2) return undefined;
  const isListing = LISTING.has(method);
  // Secrets are read below data/ and listed below metadata/.
  if (isListing && rest.startsWith('data/')) return `${mount.path}metadata/${rest.slice('data/'.length)}`;
  if (KV2_PARTS.test(rest)) return undefined;
  return isListing ? `${mount.path}metadata/${rest}` : `${mount.path}data/${rest || '<name>'}`;
}

/** @returns the path without the part that only KV version 2 has; undefined if there is none, or the mount is version 2. */
export function withoutKv2Part(path: string, mount: Mount): string | undefined {
  const rest = path.slice(mount.path.length);
  return mount.kvVersion === 1 && KV2_READ.test(rest) ? `${mount.path}${rest.replace(KV2_READ, '')}` : undefined;
}
