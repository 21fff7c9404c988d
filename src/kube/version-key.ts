// The key under which versions are computed: the same for all providers of a cluster, from an immutable Secret
// that the first of them creates. Mounts never wait for it; until it is had, a key of this node serves.
import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { asMountError } from '../errors.ts';
import type { Emit } from '../events.ts';
import { getOwn, isJsonObject, type JsonObject } from '../json.ts';
import { Secret } from '../secret.ts';
import type { ApiAnswer, KubeClient } from './client.ts';
import { KEY_BYTES, type KeptKey } from './kept-key.ts';

/** A daemon that starts waits this long for it, so that the first mounts have their lasting versions as a rule. */
const FIRST_TRY_MS = 3_000;
/** Doubled after each failure: soon after a short outage, and hardly a request in a long one. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 300_000;

export interface VersionKeyOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly secretName: string;
  /** What serves, and is replaced by the cluster's. */
  readonly kept: KeptKey;
  /** Whether `kept` outlives the process. */
  readonly isKept: boolean;
  readonly clock: Clock;
  readonly emit: Emit;
}

export class VersionKey {
  readonly #client: KubeClient;
  readonly #path: string;
  readonly #namespace: string;
  readonly #secretName: string;
  /** For messages. */
  readonly #name: string;
  readonly #none: string;
  readonly #clock: Clock;
  readonly #emit: Emit;
  #warned: string | undefined;
  readonly #kept: KeptKey;

  constructor({ client, namespace, secretName, kept, isKept, clock, emit }: VersionKeyOptions) {
    this.#client = client;
    this.#path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets`;
    this.#namespace = namespace;
    this.#secretName = secretName;
    this.#name = `Secret ${namespace}/${secretName}`;
    const until = isKept ? 'are of a key of this node alone' : 'change when the provider restarts';
    this.#none = `no version key from ${this.#name}, so versions ${until}`;
    this.#kept = kept;
    this.#clock = clock;
    this.#emit = emit;
  }

  /**
   * Resolves after the first try or FIRST_TRY_MS, whichever is sooner, and never rejects; goes on trying behind
   * the caller's back until it has the key, may not have it, or `signal` (the daemon's life) aborts.
   */
  async load(signal: AbortSignal): Promise<void> {
    const firstTry = this.#tryOnce(signal);
    void this.#retry(firstTry, signal);
    await Promise.race([firstTry, this.#clock.sleep(FIRST_TRY_MS, signal).catch(() => {})]);
  }

  async #retry(firstTry: Promise<boolean>, signal: AbortSignal): Promise<void> {
    let isSettled = await firstTry;
    for (
      let pauseMs = FIRST_PAUSE_MS;
      !isSettled && !signal.aborted;
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
    ) {
      // Full jitter: the providers of all nodes may have started together.
      await this.#clock.sleep(Math.random() * pauseMs, signal).catch(() => {});
      if (!signal.aborted) isSettled = await this.#tryOnce(signal);
    }
  }

  /** True where trying again would change nothing. */
  async #tryOnce(signal: AbortSignal): Promise<boolean> {
    try {
      return this.#take(await this.#readOrCreate(signal));
    } catch (thrown) {
      if (!signal.aborted) this.#warn(`${this.#none}: ${asMountError(thrown).message}; trying again`);
      return false;
    }
  }

  async #readOrCreate(signal: AbortSignal): Promise<ApiAnswer> {
    const one = `${this.#path}/${encodeURIComponent(this.#secretName)}`;
    const found = await this.#client.request('GET', one, undefined, signal);
    if (found.status !== 404) return found;
    const created = await this.#client.request('POST', this.#path, this.#newSecret(), signal);
    // Another provider was faster.
    return created.status === 409 ? this.#client.request('GET', one, undefined, signal) : created;
  }

  #newSecret(): Secret<JsonObject> {
    return new Secret({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: this.#secretName, namespace: this.#namespace },
      type: 'Opaque',
      immutable: true,
      data: { key: randomBytes(KEY_BYTES).toString('base64') },
    });
  }

  #take({ status, body, message }: ApiAnswer): boolean {
    if (status >= 300) {
      const isFinal = status === 403;
      this.#warn(`${this.#none}: ${message || `status ${status}`}${isFinal ? '' : '; trying again'}`);
      return isFinal;
    }
    const data = getOwn(body.reveal(), 'data');
    const text = isJsonObject(data) ? getOwn(data, 'key') : undefined;
    const key = Buffer.from(typeof text === 'string' ? text : '', 'base64');
    const cure = 'delete the Secret and restart the providers to have a new one made';
    if (key.length === 0) {
      this.#warn(`${this.#none}: it has no data key "key"; ${cure}`);
      return true;
    }
    // Any key that all providers share gives equal versions, so a short one is used and complained about.
    if (key.length !== KEY_BYTES)
      this.#warn(`the version key in ${this.#name} has ${key.length} bytes, not ${KEY_BYTES}; ${cure}`);
    this.#kept.keep(new Secret<Uint8Array>(key));
    return true;
  }

  /** Once per text: an API server that is down for an hour is one line. */
  #warn(message: string): void {
    if (message === this.#warned) return;
    this.#warned = message;
    this.#emit({ type: 'notice', level: 'warn', message });
  }
}
