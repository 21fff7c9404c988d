// A secret named as people do, without what KV version 2 adds: its part behind the mount, and the map around what is written.
import type { OpenAnswer, ShortRequest, SpelledRequest } from '../fetch/ports.ts';
import { withKv2Part } from './kv-path.ts';
import { mountOf } from './mount-of.ts';

/** In a path of KV version 2. Another engine's path may hold it too, and is sent as it is in any case. */
const KV2_PART = /\/(?:data|metadata)\//;

export function isSpelledOut({ path, fields }: ShortRequest): boolean {
  return fields === undefined && KV2_PART.test(`/${path}/`);
}

export function spellOut({ method, path, fields }: ShortRequest, told: OpenAnswer | undefined): SpelledRequest {
  const mount = told && mountOf(path, told.secretData(path));
  const body = fields === undefined ? undefined : toJson(fields);
  // The engine as a whole can be listed only.
  if (mount?.kvVersion !== 2 || (`${path}/` === mount.path && method !== 'LIST')) return { path, body };
  const full = withKv2Part(path, mount, method) ?? path;
  return { path: full.replace(/\/$/, ''), body: body && `{"data":${body}}` };
}

/** Equal fields make equal bodies, in whatever order they are written. */
function toJson(fields: ReadonlyMap<string, string>): string {
  const sorted = [...fields].sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`;
}
