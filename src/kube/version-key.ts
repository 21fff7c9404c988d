// The key for computing versions, shared by all providers of a cluster in an immutable Secret that the first of them
// creates. Mounts never wait for it; until it is known, a key of this node is used. The Secret is checked for the life of
// the process: if it was deleted, it is created again with the key in use.
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
/** Half to one and a half times this lies between two looks, so that nodes do not ask together. */
const LOOK_EVERY_MS = 300_000;

/** `settled`: nothing is expected to change soon. `forbidden`: asking again would change nothing. */
type Outcome = 'settled' | 'failed' | 'forbidden';

export interface VersionKeyOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly secretName: string;
  /** The key in use, later replaced by the cluster's. */
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
  /** The key in use is the Secret's. */
  #hasKey = false;
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
   * Resolves after the first attempt or FIRST_TRY_MS, whichever is sooner, and never rejects. Keeps trying and checking in
   * the background until `signal` (the daemon's life) aborts, or access is forbidden while it still has no key.
   */
  async load(signal: AbortSignal): Promise<void> {
    const firstTry = this.#tryOnce(signal);
    void this.#goOn(firstTry, signal);
    await Promise.race([firstTry, this.#clock.sleep(FIRST_TRY_MS, signal).catch(() => {})]);
  }

  async #goOn(firstTry: Promise<Outcome>, signal: AbortSignal): Promise<void> {
    let outcome = await firstTry;
    for (let pauseMs = FIRST_PAUSE_MS; outcome !== 'forbidden' && !signal.aborted; ) {
      const isSettled = outcome === 'settled';
      // Full jitter: the providers of all nodes may have started together.
      const waitMs = isSettled ? LOOK_EVERY_MS * (0.5 + Math.random()) : Math.random() * pauseMs;
      pauseMs = isSettled ? FIRST_PAUSE_MS : Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      await this.#clock.sleep(waitMs, signal).catch(() => {});
      if (!signal.aborted) outcome = await this.#tryOnce(signal);
    }
  }

  async #tryOnce(signal: AbortSignal): Promise<Outcome> {
    try {
      return this.#take(await this.#readOrCreate(signal));
    } catch (thrown) {
      // The key in use needs no API server.
      if (this.#hasKey) return 'settled';
      if (!signal.aborted) this.#warn(`${this.#none}: ${asMountError(thrown).message}; trying again`);
      return 'failed';
    }
  }

  async #readOrCreate(signal: AbortSignal): Promise<ApiAnswer> {
    const one = `${this.#path}/${encodeURIComponent(this.#secretName)}`;
    const found = await this.#client.request('GET', one, undefined, signal);
    if (found.status !== 404) return found;
    const created = await this.#client.request('POST', this.#path, this.#newSecret(), signal);
    // Another provider created it first.
    if (created.status === 409) return this.#client.request('GET', one, undefined, signal);
    if (created.status < 300 && this.#hasKey)
      this.#emit({ type: 'notice', level: 'info', message: `${this.#name} was gone; it is made again` });
    return created;
  }

  /** With the key in use, so that no version changes; unless its length is why the Secret was deleted. */
  #newSecret(): Secret<JsonObject> {
    const inUse = this.#kept.current();
    const key = inUse.length === KEY_BYTES ? inUse : randomBytes(KEY_BYTES);
    return new Secret({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: this.#secretName, namespace: this.#namespace },
      type: 'Opaque',
      immutable: true,
      data: { key: Buffer.from(key).toString('base64') },
    });
  }

  #take({ status, body, message }: ApiAnswer): Outcome {
    if (status >= 300) return this.#refused(status, message);
    const data = getOwn(body.reveal(), 'data');
    const text = isJsonObject(data) ? getOwn(data, 'key') : undefined;
    const key = Buffer.from(typeof text === 'string' ? text : '', 'base64');
    const fix = 'delete the Secret, and the providers make a new one within minutes';
    if (key.length === 0) {
      this.#warn(`${this.#none}: it has no data key "key"; ${fix}`);
      return 'settled';
    }
    this.#hasKey = true;
    this.#emit({ type: 'degraded', part: 'version-key', isDegraded: false });
    // Any key that all providers share gives equal versions, so a short one is used and complained about.
    if (key.length !== KEY_BYTES) {
      const message = `the version key in ${this.#name} has ${key.length} bytes, not ${KEY_BYTES}; ${fix}`;
      this.#notice(message);
    } else this.#warned = undefined;
    if (Buffer.compare(key, this.#kept.current()) !== 0) this.#kept.keep(new Secret<Uint8Array>(key));
    return 'settled';
  }

  #refused(status: number, message: string): Outcome {
    const why = message || `status ${status}`;
    if (this.#hasKey) {
      this.#warn(`${this.#name} can no longer be read or made: ${why}; its key stays in use`);
      return 'settled';
    }
    const isFinal = status === 403;
    this.#warn(`${this.#none}: ${why}${isFinal ? '' : '; trying again'}`);
    return isFinal ? 'forbidden' : 'failed';
  }

  #warn(message: string): void {
    this.#emit({ type: 'degraded', part: 'version-key', isDegraded: true });
    this.#notice(message);
  }

  /** Once per text: an API server that is down for an hour is one line. */
  #notice(message: string): void {
    if (message === this.#warned) return;
    this.#warned = message;
    this.#emit({ type: 'notice', level: 'warn', message });
  }
}
