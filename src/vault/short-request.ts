// Adds KV version 2's own parts to a request without them: the segment after the mount, the map around a written value.
import type { OpenAnswer, ShortRequest, SpelledRequest } from '../fetch/ports.ts';
import { withKv2Part } from './kv-path.ts';
import { mountOf } from './mount-of.ts';

/** Parts of KV version 2 paths. Another engine's path may contain one too; it is sent unchanged in any case. */
const KV2_PART = /\/(?:data|metadata)\//;

export function isSpelledOut({ path, fields }: ShortRequest): boolean {
  return fields === undefined && KV2_PART.test(`/${path}/`);
}

export function spellOut({ method, path, fields }: ShortRequest, told: OpenAnswer | undefined): SpelledRequest {
  const mount = told && mountOf(path, told.secretData(path));
  const body = fields === undefined ? undefined : toJson(fields);
  // The root of an engine can only be listed.
  if (mount?.kvVersion !== 2 || (`${path}/` === mount.path && method !== 'LIST')) return { path, body };
  const full = withKv2Part(path, mount, method) ?? path;
  return { path: full.replace(/\/$/, ''), body: body && `{"data":${body}}` };
}

/** Equal fields make equal bodies, in whatever order they were written. */
function toJson(fields: ReadonlyMap<string, string>): string {
  const sorted = [...fields].sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`;
}
