// Looks for values in all that Argo CD keeps and says: Redis, key by key and unpacked; the manifests that its repo-server
// renders; the logs of all its processes, at debug; its folder with checkouts; the objects of Git; and its own
// resources with their events. Its processes' memory is not looked at.
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import type { Json, Node } from '../node/node.ts';
import { findIn, type Search } from '../node/search.ts';
import { ARGOCD_NAMESPACE, type Installation } from './installation.ts';
import { dumpRedis } from './redis.ts';

const OWN_KINDS = 'applications,applicationsets,appprojects,configmaps,events';
/** Its compression is always this one, 8. */
const GZIP = Buffer.from([0x1f, 0x8b, 8]);
/** An archive in an archive in an archive. */
const MAX_DEPTH = 3;

export interface Traces {
  /** Each `value in place`, sorted. */
  readonly found: readonly string[];
  /** How much was looked at, for a person. */
  readonly looked: string;
}

export async function findTraces(node: Node, argoCd: Installation, values: Search['values']): Promise<Traces> {
  const found = new Set<string>();
  const look = (place: string, bytes: Buffer) => {
    for (const layer of unpack(bytes)) for (const value of findIn(layer, values)) found.add(`${value} in ${place}`);
  };
  const redis = await dumpRedis(argoCd.redisSocket);
  for (const [key, bytes] of redis) look(`Redis, ${key.split('|').slice(0, 2).join('|')}`, bytes);

  const { items: applications } = await node.get('applications', '-n', ARGOCD_NAMESPACE);
  let manifests = 0;
  for (const application of applications.filter(hasOwnSource)) {
    const rendered = await argoCd.render(application);
    manifests += rendered.length;
    look(`the manifests of ${application.metadata.name}`, Buffer.from(rendered.join('\n')));
  }
  for (const file of argoCd.logFiles) look(basename(file), await readFile(file));
  const files = await filesBelow(argoCd.folder);
  for (const file of files) look(relative(argoCd.folder, file), await readFile(file).catch(() => Buffer.alloc(0)));
  look('Git', await argoCd.repository.content());
  const own = await node.kubectl(['get', OWN_KINDS, '-n', ARGOCD_NAMESPACE, '-o', 'json']);
  look('the resources of Argo CD', Buffer.from(own));
  const looked = `${redis.size} keys of Redis, ${manifests} manifests, ${argoCd.logFiles.length} logs, ${files.length} files`;
  return { found: [...found].sort(), looked };
}

/** The driver's chart repository is not to be had here. */
function hasOwnSource({ spec }: Json): boolean {
  return spec.source.chart === undefined;
}

/** The bytes, and what is packed in them. */
export function unpack(bytes: Buffer, depth = 0): readonly Buffer[] {
  if (depth === MAX_DEPTH) return [bytes];
  const inner: Buffer[] = [];
  for (let at = bytes.indexOf(GZIP); at >= 0 && inner.length < 100; at = bytes.indexOf(GZIP, at + 1)) {
    try {
      inner.push(...unpack(inflateRawSync(bytes.subarray(startOfBody(bytes, at))), depth + 1));
    } catch {
      // Three bytes that only look like the start of one.
    }
  }
  return [bytes, ...inner];
}

/** Behind the header of RFC 1952: whatever follows the body is no error then, as it is to zlib's own reader of gzip. */
function startOfBody(bytes: Buffer, at: number): number {
  const flags = bytes[at + 3] ?? 0;
  let body = at + 10;
  if (flags & 4) body += 2 + bytes.readUInt16LE(body);
  for (const flag of [8, 16]) if (flags & flag) body = bytes.indexOf(0, body) + 1;
  return flags & 2 ? body + 2 : body;
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
