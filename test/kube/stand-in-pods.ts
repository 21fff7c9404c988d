// The pods of a stand-in API server: lists in pages, watches with a history that can be compacted, single pods,
// field selectors and metadata-only answers as the real one gives them.
import type { ServerResponse } from 'node:http';
import { type Asked, type Reply, status } from './api-server.ts';

export interface StandInPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly phase: string;
  readonly node: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly deletionTimestamp?: string;
}

interface Change {
  readonly revision: number;
  readonly before: StandInPod | undefined;
  readonly after: StandInPod | undefined;
}

interface Watcher {
  readonly node: string;
  readonly response: ServerResponse;
}

const ENDED = ['Succeeded', 'Failed'];

export class StandInPods {
  readonly #pods = new Map<string, StandInPod>();
  readonly #watchers = new Set<Watcher>();
  #history: Change[] = [];
  #revision = 100;
  #compactedAt = 100;
  /** Whatever a list's limit is. */
  mostInPage = 500;

  put(pod: StandInPod): void {
    this.#change(pod, pod);
  }

  delete(pod: StandInPod): void {
    this.#change(pod, undefined);
  }

  /** The API server forgets what led here: who goes on from an earlier version is told 410. */
  compact(): void {
    this.#revision += 1;
    this.#compactedAt = this.#revision;
    this.#history = [];
  }

  bookmark(): void {
    const metadata = { resourceVersion: String(this.#revision), creationTimestamp: null };
    this.sayLine(JSON.stringify({ type: 'BOOKMARK', object: { kind: 'PartialObjectMetadata', metadata } }));
  }

  /** To all who watch. */
  sayLine(line: string): void {
    this.writeRaw(`${line}\n`);
  }

  writeRaw(text: string): void {
    for (const { response } of this.#watchers) response.write(text);
  }

  endWatches(): void {
    for (const { response } of this.#watchers) response.end();
    this.#watchers.clear();
  }

  get watches(): number {
    return this.#watchers.size;
  }

  get revision(): number {
    return this.#revision;
  }

  reply({ path }: Asked): Reply {
    const url = new URL(path, 'https://api');
    const [, namespace, name] = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)$/.exec(url.pathname) ?? [];
    if (namespace !== undefined) return this.#get(`${namespace}/${name}`, name ?? '');
    if (url.pathname !== '/api/v1/pods') return status(404, 'the server could not find the requested resource');
    const node = /^spec\.nodeName=([^,]+),status\.phase!=Succeeded,status\.phase!=Failed$/.exec(
      url.searchParams.get('fieldSelector') ?? '',
    )?.[1];
    if (node === undefined) return status(400, 'unknown field selector');
    return url.searchParams.has('watch') ? this.#watch(node, url.searchParams) : this.#list(node, url.searchParams);
  }

  #get(key: string, name: string): Reply {
    const pod = this.#pods.get(key);
    return pod === undefined
      ? podNotFound(name)
      : [200, { kind: 'Pod', ...metadataOf(pod, this.#revision), status: { phase: pod.phase } }];
  }

  #list(node: string, query: URLSearchParams): Reply {
    if (query.has('continue') && query.has('resourceVersion')) return status(400, 'resourceVersion with continue');
    const [revision = this.#revision, start = 0] = (query.get('continue')?.split('.') ?? []).map(Number);
    if (revision < this.#compactedAt) return status(410, 'The provided continue parameter is too old');
    const items = [...this.#pods.values()].filter((pod) => isSelected(pod, node));
    const end = start + Math.min(this.mostInPage, Number(query.get('limit') ?? Number.POSITIVE_INFINITY));
    const more = end < items.length ? { continue: `${revision}.${end}` } : {};
    return [
      200,
      {
        kind: 'PartialObjectMetadataList',
        metadata: { resourceVersion: String(revision), ...more },
        items: items.slice(start, end).map((pod) => metadataOf(pod, revision)),
      },
    ];
  }

  #watch(node: string, query: URLSearchParams): Reply {
    const from = Number(query.get('resourceVersion'));
    if (from < this.#compactedAt) return status(410, `too old resource version: ${from} (${this.#compactedAt})`);
    return (response) => {
      response.writeHead(200, { 'content-type': 'application/json;stream=watch' });
      response.flushHeaders();
      const watcher = { node, response };
      this.#watchers.add(watcher);
      response.on('close', () => this.#watchers.delete(watcher));
      for (const change of this.#history) if (change.revision > from) send(watcher, change);
    };
  }

  #change(pod: StandInPod, after: StandInPod | undefined): void {
    const key = `${pod.namespace}/${pod.name}`;
    this.#revision += 1;
    const change = { revision: this.#revision, before: this.#pods.get(key), after };
    if (after === undefined) this.#pods.delete(key);
    else this.#pods.set(key, after);
    this.#history.push(change);
    for (const watcher of this.#watchers) send(watcher, change);
  }
}

/** A pod that no longer matches the selector is DELETED to the watcher, though it is there. */
function send({ node, response }: Watcher, { revision, before, after }: Change): void {
  const was = before !== undefined && isSelected(before, node);
  const is = after !== undefined && isSelected(after, node);
  const type = is ? (was ? 'MODIFIED' : 'ADDED') : was ? 'DELETED' : undefined;
  const pod = after ?? before;
  if (type === undefined || pod === undefined) return;
  response.write(`${JSON.stringify({ type, object: metadataOf(pod, revision) })}\n`);
}

function isSelected(pod: StandInPod, node: string): boolean {
  return pod.node === node && !ENDED.includes(pod.phase);
}

function metadataOf({ namespace, name, uid, annotations, deletionTimestamp }: StandInPod, revision: number) {
  return { metadata: { namespace, name, uid, annotations, deletionTimestamp, resourceVersion: String(revision) } };
}

/** As the API server says of a pod that is not there. */
export function podNotFound(name: string): Reply {
  const message = `pods "${name}" not found`;
  return [
    404,
    { kind: 'Status', status: 'Failure', message, reason: 'NotFound', details: { name, kind: 'pods' }, code: 404 },
  ];
}
