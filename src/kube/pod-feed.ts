// The pods of one node as the API server reports them: a list of their uids, and a watch of later changes. Each is one
// request, metadata only. Retries, and the meaning of a change, are up to the callers.
import { Buffer } from 'node:buffer';
import type { Clock } from '../clock.ts';
import { isJsonObject, JsonNumber, type JsonValue, parseJson } from '../json.ts';
import { withinTime } from '../waiting.ts';
import type { KubeClient } from './client.ts';
import { readLines } from './lines.ts';
import { readMember, readUids, readVersion } from './pod-metadata.ts';
import { statusMessage } from './status-message.ts';

/** Above what a node runs (110 by default, 250 as a rule at most): one page. */
const PAGE_PODS = 250;
/** Served from the API server's cache, a list comes in one answer whatever its limit: 1,000 pods with 16 KiB each. */
const LARGEST_PAGE_BYTES = 16 * 1024 * 1024;
/** Time for a whole list: its pages take milliseconds each, and an endless list must end. */
const LIST_MS = 60_000;
/** Annotations are 256 KiB at most, twice that if every character is escaped. */
const LONGEST_LINE_BYTES = 1024 * 1024;
/** What client-go's reflector asks for: 5 to 10 min, so that not all nodes come back at once. */
const SHORTEST_WATCH_SECONDS = 300;
const WATCH_SPREAD_SECONDS = 300;
/** Bookmarks come each minute: after this silence the connection counts as dead. */
const LONGEST_SILENCE_MS = 150_000;

const LIST_TYPE = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
const ITEM_TYPE = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';

export interface PodList {
  readonly uids: readonly string[];
  readonly version: string;
}

export type PodEvent =
  /** The first event, and only once: the API server has accepted the watch. */
  | { readonly type: 'opened' }
  | { readonly type: 'seen' | 'deleted'; readonly uids: readonly string[]; readonly version: string }
  | { readonly type: 'bookmark'; readonly version: string };

export interface PodFeedOptions {
  readonly client: KubeClient;
  readonly nodeName: string;
  readonly clock: Clock;
  readonly random: () => number;
}

export class PodFeed {
  readonly #client: KubeClient;
  readonly #path: string;
  readonly #clock: Clock;
  readonly #random: () => number;

  constructor({ client, nodeName, clock, random }: PodFeedOptions) {
    this.#client = client;
    const selector = `spec.nodeName=${nodeName},status.phase!=Succeeded,status.phase!=Failed`;
    this.#path = `/api/v1/pods?fieldSelector=${encodeURIComponent(selector)}`;
    this.#clock = clock;
    this.#random = random;
  }

  /**
   * Complete, or an error.
   * @param isCached accept the API server's cache: cheap for the server, and perhaps a little old.
   * @throws FeedRefused, FeedMalformed, or as KubeClient.stream
   */
  async list(isCached: boolean, signal: AbortSignal): Promise<PodList> {
    return withinTime(LIST_MS, async (timeout) => {
      const bounded = AbortSignal.any([signal, timeout]);
      const uids: string[] = [];
      const first = `&limit=${PAGE_PODS}`;
      let query = isCached ? `${first}&resourceVersion=0&resourceVersionMatch=NotOlderThan` : first;
      for (;;) {
        const page = await this.#readPage(query, bounded);
        const items = readMember(page, 'items');
        if (items !== null && !Array.isArray(items)) throw new FeedMalformed('a list of pods has no items');
        for (const item of (items ?? []) as readonly JsonValue[]) {
          const known = readUids(item);
          if (known.length === 0) throw new FeedMalformed('a list of pods has an item without a uid');
          uids.push(...known);
        }
        const next = readMember(readMember(page, 'metadata'), 'continue');
        const version = readVersion(page);
        if (version === undefined) throw new FeedMalformed('a list of pods has no resourceVersion');
        if (typeof next !== 'string' || next === '') return { uids, version };
        query = `${first}&continue=${encodeURIComponent(next)}`;
      }
    });
  }

  /**
   * Yields the changes after `version`, until the API server ends the watch or falls silent.
   * @throws as list
   */
  async *watch(version: string, signal: AbortSignal): AsyncGenerator<PodEvent> {
    const seconds = SHORTEST_WATCH_SECONDS + Math.floor(this.#random() * WATCH_SPREAD_SECONDS);
    const from = `&resourceVersion=${encodeURIComponent(version)}`;
    const query = `&watch=true&allowWatchBookmarks=true&timeoutSeconds=${seconds}${from}`;
    const end = new AbortController();
    const silence = new Silence(this.#clock, end);
    try {
      const body = await this.#open(query, ITEM_TYPE, AbortSignal.any([signal, end.signal]));
      yield { type: 'opened' };
      for await (const line of readLines(silence.heardIn(body), LONGEST_LINE_BYTES)) {
        if (line.trim() !== '') yield readEvent(line);
      }
    } catch (thrown) {
      if (!silence.isOver || signal.aborted) throw thrown;
    } finally {
      end.abort();
    }
  }

  async #readPage(query: string, signal: AbortSignal): Promise<JsonValue> {
    const body = await this.#open(query, LIST_TYPE, signal);
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    for await (const chunk of body) {
      sizeBytes += chunk.length;
      if (sizeBytes > LARGEST_PAGE_BYTES) throw new FeedMalformed('a list of pods has more than 16 MiB');
      chunks.push(chunk);
    }
    return parse(Buffer.concat(chunks).toString());
  }

  async #open(query: string, type: string, signal: AbortSignal): Promise<AsyncIterable<Buffer>> {
    const { status, message, body } = await this.#client.stream(this.#path + query, type, signal);
    if (body === undefined) throw new FeedRefused(status, message);
    return body;
  }
}

/** Ends a watch that has gone silent. One timer, however many events. */
class Silence {
  readonly #clock: Clock;
  readonly #end: AbortController;
  #heardAt: number;
  isOver = false;

  constructor(clock: Clock, end: AbortController) {
    this.#clock = clock;
    this.#end = end;
    this.#heardAt = clock.now();
  }

  async *heardIn(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    this.#heardAt = this.#clock.now();
    void this.#guard();
    for await (const chunk of chunks) {
      this.#heardAt = this.#clock.now();
      yield chunk;
    }
  }

  async #guard(): Promise<void> {
    const { signal } = this.#end;
    for (let leftMs = LONGEST_SILENCE_MS; leftMs > 0 && !signal.aborted; ) {
      await this.#clock.sleep(leftMs, signal).catch(() => {});
      leftMs = this.#heardAt + LONGEST_SILENCE_MS - this.#clock.now();
    }
    if (signal.aborted) return;
    this.isOver = true;
    this.#end.abort();
  }
}

/** The API server refused a list or watch, at its start or later. */
export class FeedRefused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message === '' ? `the API server answered ${status}` : `the API server answered ${status}: ${message}`);
    this.name = 'FeedRefused';
    this.status = status;
  }
}

/** The answer is malformed, so its content is lost. */
export class FeedMalformed extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FeedMalformed';
  }
}

const TYPES: Readonly<Record<string, 'seen' | 'deleted'>> = { ADDED: 'seen', MODIFIED: 'seen', DELETED: 'deleted' };

function readEvent(line: string): PodEvent {
  const event = parse(line);
  const object = readMember(event, 'object');
  const word = readMember(event, 'type');
  if (word === 'ERROR') throw readError(object);
  const version = readVersion(object);
  if (typeof word === 'string' && version !== undefined) {
    if (word === 'BOOKMARK') return { type: 'bookmark', version };
    const type = Object.hasOwn(TYPES, word) ? TYPES[word] : undefined;
    const uids = readUids(object);
    if (type !== undefined && uids.length > 0) return { type, uids, version };
  }
  throw new FeedMalformed('the watch of pods brought something that is not an event');
}

/** A Status object: how a watch is refused after it was accepted with 200. */
function readError(status: JsonValue | undefined): Error {
  const code = readMember(status, 'code');
  if (!isJsonObject(status) || !(code instanceof JsonNumber))
    return new FeedMalformed('the watch of pods brought an error without a code');
  return new FeedRefused(code.toNumber(), statusMessage(status, undefined));
}

function parse(text: string): JsonValue {
  try {
    return parseJson(text);
  } catch {
    throw new FeedMalformed('the API server answered with something that is not JSON');
  }
}
