// 50 pods on one node that run and are polled, and pods that come; a writer that changes what they read. It judges each
// answer by what was written, and knows nothing of the provider but its socket.
import { setTimeout as sleep } from 'node:timers/promises';
import { CallFailed, type Driver, type MountAnswer, type MountWish } from '../harness/driver.ts';
import type { LoginMethod } from '../harness/openbao.ts';
import type { RaftCluster } from './raft-cluster.ts';

export const RUNNING = 50;
const ACCOUNTS = 5;
const POLL_EVERY_MS = 2_000;
const NEW_EVERY_MS = 250;
const WRITE_EVERY_MS = 1_000;
/** It bounds a hang and judges no speed. */
const CALL_MS = 60_000;

export interface Call {
  readonly isNew: boolean;
  /** Not that of its account, which an earlier pod made. */
  readonly hasOwnLogin: boolean;
  readonly pod: string;
  readonly at: number;
  readonly endAt: number;
  /** undefined: it was answered. */
  readonly failure: string | undefined;
}

export interface PodsOptions {
  readonly cluster: RaftCluster;
  readonly driver: Driver;
  readonly jwt: LoginMethod;
  readonly kubernetes: LoginMethod;
  /** The store's address for a class that names it; the others leave it to the provider. */
  readonly namedAddress: string;
}

export class Pods {
  readonly calls: Call[] = [];
  /** Files that are not what was written, and pairs that do not match. */
  readonly wrong: string[] = [];
  readonly #options: PodsOptions;
  readonly #stop = new AbortController();
  readonly #under = new Set<Promise<void>>();
  readonly #waiting = new Map<string, MountWish>();
  /** The last generation that the writer sent, and the last that the store said it has, of all paths. */
  #sent = 0;
  #written = 0;
  /** The lowest generation that each running pod has. */
  readonly #has = new Map<string, number>();
  #loops: Promise<unknown> = Promise.resolve();

  constructor(options: PodsOptions) {
    this.#options = options;
  }

  /** Writes, mounts the 50, and continues with all of it until `stop`. @throws where one of them does not mount */
  async start(): Promise<void> {
    await this.#write();
    const running = Array.from({ length: RUNNING }, (_, index) => this.#wish(index, `runs-${index}`));
    for (const wish of running) await this.#call(wish, false);
    const failed = this.calls.find(({ failure }) => failure !== undefined);
    if (failed !== undefined) throw new Error(`before any fault: ${failed.failure}`);
    this.#loops = Promise.all([this.#poll(running), this.#comeAndGo(), this.#keepWriting()]);
  }

  /** Pods that came and could not mount: they are tried again, as the kubelet does. @returns those that still cannot */
  async mountWaiting(withinMs: number): Promise<readonly string[]> {
    const waiting = [...this.#waiting.keys()];
    const end = performance.now() + withinMs;
    const left = () => waiting.flatMap((pod) => this.#waiting.get(pod) ?? []);
    while (left().length > 0 && performance.now() < end) for (const wish of left()) await this.#call(wish, true);
    return left().map(({ pod = '' }) => pod);
  }

  /** Whether every running pod has what was written last at the time of this call. */
  async untilFresh(withinMs: number): Promise<boolean> {
    const { cluster } = this.#options;
    await cluster.untilWhole();
    const before = this.#written;
    const end = performance.now() + withinMs;
    while (performance.now() < end) {
      const isFresh = this.#has.size === RUNNING && this.#has.values().every((generation) => generation > before);
      if (isFresh) return true;
      await sleep(100);
    }
    return false;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loops;
    await Promise.all(this.#under);
  }

  #wish(index: number, pod: string): MountWish {
    const { jwt, kubernetes, namedAddress } = this.#options;
    const method = index % 2 === 0 ? kubernetes : jwt;
    const account = `app-${index % ACCOUNTS}`;
    const of = { namespace: 'team', account, pod };
    const object = (name: string, path: string, key: string) =>
      `- {objectName: ${name}, secretPath: secret/data/${path}, secretKey: ${key}}\n`;
    const objects = [
      object('user', account, 'user'),
      object('password', account, 'password'),
      object('all', 'all', 'a'),
    ];
    const named = index % 3 === 0 ? { vaultAddress: namedAddress } : {};
    const parameters = { roleName: 'app', vaultAuthMountPath: method.mount, objects: objects.join(''), ...named };
    return { ...of, parameters, tokens: { vault: method.mintJwt(of) }, deadlineMs: CALL_MS };
  }

  async #poll(running: readonly MountWish[]): Promise<void> {
    for (let turn = 0; !this.#stop.signal.aborted; turn += 1) {
      const wish = running[turn % running.length];
      if (wish !== undefined) this.#begin(this.#call(wish, false));
      await this.#pause(POLL_EVERY_MS / running.length);
    }
  }

  async #comeAndGo(): Promise<void> {
    for (let index = 0; !this.#stop.signal.aborted; index += 1) {
      this.#begin(this.#call(this.#wish(index, `new-${index}`), true));
      await this.#pause(NEW_EVERY_MS);
    }
  }

  async #keepWriting(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.#write().catch(() => undefined);
      await this.#pause(WRITE_EVERY_MS);
    }
  }

  async #write(): Promise<void> {
    const { cluster } = this.#options;
    this.#sent += 1;
    const generation = this.#sent;
    const text = String(generation);
    for (let index = 0; index < ACCOUNTS; index += 1)
      await cluster.request('POST', `secret/data/app-${index}`, { data: { user: text, password: text } });
    await cluster.request('POST', 'secret/data/all', { data: { a: text } });
    this.#written = generation;
  }

  #begin(call: Promise<void>): void {
    this.#under.add(call);
    void call.finally(() => this.#under.delete(call));
  }

  async #call(wish: MountWish, isNew: boolean): Promise<void> {
    const { pod = '' } = wish;
    const at = performance.now();
    let failure: string | undefined;
    try {
      this.#judge(pod, isNew, await this.#options.driver.mount(wish));
      this.#waiting.delete(pod);
    } catch (thrown) {
      if (!(thrown instanceof CallFailed)) throw thrown;
      failure = thrown.details;
      if (isNew) this.#waiting.set(pod, wish);
    }
    const hasOwnLogin = wish.parameters['vaultAuthMountPath'] === this.#options.jwt.mount;
    this.calls.push({ isNew, hasOwnLogin, pod, at, endAt: performance.now(), failure });
  }

  #judge(pod: string, isNew: boolean, { files }: MountAnswer): void {
    const texts = new Map(files.map(({ path, contents }) => [path, contents.toString()]));
    const [user, password, all] = ['user', 'password', 'all'].map((name) => texts.get(name) ?? '');
    const generations = [Number(user), Number(all)];
    const isWritten = generations.every((one) => Number.isInteger(one) && one >= 1 && one <= this.#sent);
    if (files.length !== 3 || user !== password || !isWritten)
      this.wrong.push(`${pod}: ${[...texts].map(([name, text]) => `${name}=${JSON.stringify(text)}`).join(' ')}`);
    if (!isNew) this.#has.set(pod, Math.min(...generations));
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }
}
