// Reports when a pod of this node is gone. It keeps a list and watch alive through any failure of the API server, and
// suspects pods that were deleted or are missing; pod-checks.ts verifies each before it is reported.
import type { Clock } from '../clock.ts';
import { MountError } from '../errors.ts';
import type { Emit } from '../events.ts';
import type { PodsStatus } from '../status.ts';
import { backOffMs } from './back-off.ts';
import type { KubeClient } from './client.ts';
import { LineTooLong } from './lines.ts';
import { PodChecks } from './pod-checks.ts';
import { FeedMalformed, FeedRefused, PodFeed } from './pod-feed.ts';
import type { PodRef } from './pod-metadata.ts';

/** Only a person can grant the right, and each refusal costs a line in both logs. */
const FORBIDDEN_PAUSE_MS = 300_000;
/** One attempt may fail while an API server restarts behind its load balancer: not worth a line. */
const LOST_AFTER_FAILURES = 2;
/** A shorter watch without events counts as failed: a server that only says 200 must not be asked in a loop. */
const FRUITFUL_MS = 5_000;
/** Above what any node runs. A uid that was dropped costs one request when a watch begins. */
const MOST_UIDS = 10_000;
/**
 * The version to resume from is not understood, too old (history is compacted), or of a future that a restored server does
 * not know.
 */
const BAD_VERSION: ReadonlySet<number> = new Set([400, 410, 504]);

export interface PodWatchOptions {
  readonly client: KubeClient;
  readonly nodeName: string;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly random: () => number;
}

export class PodWatch {
  readonly #options: PodWatchOptions;
  readonly #feed: PodFeed;
  /** The uids of this node's pods, as last told. */
  #seen = new Set<string>();
  /** The version to resume from; undefined: start with a list. */
  #version: string | undefined;
  /** Whether a list may come from the API server's cache. After a refused version it must not: the cache could repeat it. */
  #isCacheGood = true;
  #isWatching = false;
  #reported: 'lost' | 'forbidden' | undefined;
  #checks: PodChecks | undefined;

  constructor(options: PodWatchOptions) {
    this.#options = options;
    this.#feed = new PodFeed(options);
  }

  /** True from the first watch after a complete list until the API server can no longer be followed. */
  get isWatching(): boolean {
    return this.#isWatching;
  }

  describe(): PodsStatus {
    return { node: this.#options.nodeName, isWatching: this.#isWatching };
  }

  /**
   * Until `signal` aborts. Call it once.
   * @param care the pods that hold something, asked for whenever one is suspected.
   * @param onGone once for each of them that is confirmed to be gone.
   */
  start(care: () => Iterable<PodRef>, onGone: (pod: PodRef) => void, signal: AbortSignal): void {
    const { client, clock, emit, random } = this.#options;
    this.#checks = new PodChecks({ client, clock, emit, random, care, onGone, signal });
    void this.#run(this.#checks, signal);
  }

  /**
   * The pod is cared for from now on. It may have been reported as deleted before its mount ended, when it was not cared
   * for. Without a watch nothing is missed: the next watch begins with all that are cared for.
   */
  nowHolds(pod: PodRef): void {
    if (this.#isWatching && !this.#seen.has(pod.uid)) this.#checks?.suspect(pod);
  }

  async #run(checks: PodChecks, signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#options;
    for (let failures = 0; !signal.aborted; ) {
      const end = await this.#follow(checks, signal);
      if (signal.aborted) break;
      failures = end.isFruitful ? 0 : failures + 1;
      const isForbidden = end.thrown instanceof FeedRefused && end.thrown.status === 403;
      if (isForbidden || failures >= LOST_AFTER_FAILURES) this.#lose(isForbidden, end.thrown);
      const pauseMs = isForbidden ? FORBIDDEN_PAUSE_MS : backOffMs(failures, random);
      await clock.sleep(pauseMs, signal).catch(() => {});
    }
    this.#isWatching = false;
  }

  /** One list if needed, and one watch until it ends. */
  async #follow(checks: PodChecks, signal: AbortSignal): Promise<{ isFruitful: boolean; thrown: unknown }> {
    const { clock } = this.#options;
    let openedAt: number | undefined;
    let hasEvents = false;
    let thrown: unknown;
    try {
      const version = this.#version ?? (await this.#list(signal));
      for await (const event of this.#feed.watch(version, signal)) {
        if (event.type === 'opened') {
          openedAt = clock.now();
          this.#isWatching = true;
          checks.suspectMissing(this.#seen);
          continue;
        }
        hasEvents = true;
        this.#regain();
        if (event.type === 'seen') this.#remember(event.uids);
        if (event.type === 'deleted') {
          for (const uid of event.uids) this.#seen.delete(uid);
          checks.suspectDeleted(event.uids);
        }
        this.#version = event.version;
      }
    } catch (error) {
      thrown = error;
      if (isVersionLost(error)) [this.#version, this.#isCacheGood] = [undefined, false];
    }
    const isFruitful = hasEvents || (openedAt !== undefined && clock.now() - openedAt >= FRUITFUL_MS);
    if (isFruitful) this.#regain();
    return { isFruitful, thrown };
  }

  async #list(signal: AbortSignal): Promise<string> {
    const { uids, version } = await this.#feed.list(this.#isCacheGood, signal);
    this.#seen = new Set();
    this.#remember(uids);
    this.#version = version;
    this.#options.emit({ type: 'debug', message: 'pods of this node listed', fields: { count: uids.length } });
    return version;
  }

  #remember(uids: readonly string[]): void {
    for (const uid of uids) if (this.#seen.size < MOST_UIDS) this.#seen.add(uid);
  }

  #lose(isForbidden: boolean, thrown: unknown): void {
    this.#isWatching = false;
    const outage = isForbidden ? 'forbidden' : 'lost';
    if (outage === this.#reported) return;
    this.#reported = outage;
    this.#options.emit({ type: 'degraded', part: 'pod-watch', isDegraded: true });
    const fix = isForbidden
      ? `allow the provider's service account to get, list and watch pods in all namespaces`
      : 'trying again';
    this.#notice(
      'warn',
      `pods of node ${this.#options.nodeName} are not watched, so leases of deleted pods end late: ${describe(thrown)}; ${fix}`,
    );
  }

  #regain(): void {
    if (this.#reported === undefined) return;
    this.#reported = undefined;
    this.#options.emit({ type: 'degraded', part: 'pod-watch', isDegraded: false });
    this.#notice('info', `pods of node ${this.#options.nodeName} are watched again`);
  }

  #notice(level: 'info' | 'warn', message: string): void {
    this.#options.emit({ type: 'notice', level, message });
  }
}

/** True if resuming from the same version would fail again, or would miss the malformed event. */
function isVersionLost(thrown: unknown): boolean {
  if (thrown instanceof FeedRefused) return BAD_VERSION.has(thrown.status);
  return thrown instanceof FeedMalformed || thrown instanceof LineTooLong;
}

function describe(thrown: unknown): string {
  if (thrown === undefined) return 'the API server ends each watch at once';
  const isOurs = [MountError, FeedRefused, FeedMalformed, LineTooLong].some((type) => thrown instanceof type);
  return isOurs ? (thrown as Error).message : 'the connection to the API server broke';
}
