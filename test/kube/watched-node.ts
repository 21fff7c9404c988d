// A node whose pods are watched: a stand-in API server with pods, a clock that stands still, the watch, and what it
// told. Each test makes one and ends it.
import assert from 'node:assert/strict';
import type { Fact } from '../../src/events.ts';
import { KubeClient } from '../../src/kube/client.ts';
import type { PodRef } from '../../src/kube/pod-metadata.ts';
import { PodWatch } from '../../src/kube/pod-watch.ts';
import { type Asked, type Reply, StandInApiServer } from './api-server.ts';
import { FakeClock } from './fake-clock.ts';
import { type StandInPod, StandInPods } from './stand-in-pods.ts';

const SILENCE_MS = 150_000;

/** Remembers the pauses that were begun, without the guard against silence. */
class PausesClock extends FakeClock {
  readonly pausesMs: number[] = [];

  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms !== SILENCE_MS) this.pausesMs.push(ms);
    return super.sleep(ms, signal);
  }
}

export class WatchedNode {
  readonly api: StandInApiServer;
  readonly pods = new StandInPods();
  readonly clock = new PausesClock();
  readonly life = new AbortController();
  readonly facts: Fact[] = [];
  /** The uids that were told as gone. */
  readonly gone: string[] = [];
  readonly cared: PodRef[] = [];
  readonly watch: PodWatch;
  /** Answers instead of the pods where it has something to say. */
  instead: (asked: Asked) => Reply | undefined = () => undefined;
  random = () => 0.5;
  readonly #client: KubeClient;

  private constructor(api: StandInApiServer, timeoutMs: number) {
    this.api = api;
    api.reply = (asked) => this.instead(asked) ?? this.pods.reply(asked);
    const { clock, facts } = this;
    this.#client = new KubeClient({ server: api.config, clock, timeoutMs });
    this.watch = new PodWatch({
      client: this.#client,
      nodeName: 'node-1',
      clock,
      emit: (fact) => facts.push(fact),
      random: () => this.random(),
    });
  }

  static async make(timeoutMs = 60_000): Promise<WatchedNode> {
    return new WatchedNode(await new StandInApiServer().start(), timeoutMs);
  }

  async end(): Promise<void> {
    this.life.abort();
    this.#client.close();
    await this.api.stop();
  }

  start(random = this.random, onGone = (ref: PodRef) => void this.gone.push(ref.uid)): void {
    this.random = random;
    this.watch.start(() => this.cared, onGone, this.life.signal);
  }

  async startWith(...running: StandInPod[]): Promise<void> {
    this.run(...running);
    this.start();
    await this.until(() => this.pods.watches === 1 && this.watch.isWatching && this.clock.sleepers === 1);
    // Long enough to count as a watch that came to something.
    this.clock.pass(10_000);
  }

  hold(...held: StandInPod[]): void {
    for (const { namespace, name, uid } of held) this.cared.push({ namespace, name, uid });
  }

  run(...running: StandInPod[]): void {
    for (const one of running) this.pods.put(one);
    this.hold(...running);
  }

  /** Until it is true, with our clock moving on by `stepMs` for each 2 ms. */
  async until(isTrue: () => boolean, stepMs = 0): Promise<void> {
    for (let tries = 0; !isTrue(); tries++) {
      assert.ok(tries < 15_000, 'waited in vain');
      this.clock.pass(stepMs);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  /** All that came before has been dealt with: a pod whose end is told after it. */
  async settle(): Promise<void> {
    const witness = pod(`witness-${this.pods.revision}`);
    this.run(witness);
    this.pods.delete(witness);
    await this.until(() => this.gone.at(-1) === witness.uid);
    this.gone.pop();
  }

  /** The watch ends and the pause before the next has passed. */
  async reopen(): Promise<void> {
    const before = this.count(isWatch);
    this.pods.endWatches();
    await this.until(() => this.count(isWatch) > before && this.pods.watches === 1, 100);
  }

  count(kind: (asked: Asked) => boolean): number {
    return this.api.asked.filter(kind).length;
  }

  /** The versions from which watches were asked for. */
  versions(): number[] {
    return this.api.asked.filter(isWatch).map((asked) => Number(query(asked).get('resourceVersion')));
  }

  isDegraded(): boolean | undefined {
    return this.facts.findLast((fact) => fact.type === 'degraded')?.isDegraded;
  }

  notices(): string[] {
    return this.facts.flatMap((fact) => (fact.type === 'notice' ? [`${fact.level}: ${fact.message}`] : []));
  }
}

export function pod(name: string, changes: Partial<StandInPod> = {}): StandInPod {
  return { namespace: 'shop', name, uid: `uid-of-${name}`, phase: 'Running', node: 'node-1', ...changes };
}

export const isList = ({ path }: Asked) => path.startsWith('/api/v1/pods?') && !path.includes('watch=true');
export const isWatch = ({ path }: Asked) => path.includes('watch=true');
export const isGet = ({ path }: Asked) => path.startsWith('/api/v1/namespaces/');
export const query = ({ path }: Asked) => new URL(path, 'https://api').searchParams;
