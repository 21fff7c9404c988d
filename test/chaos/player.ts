// Plays a run: steps drawn from the seed, one after the other, while calls of earlier ones may still be under way.
// What is drawn never depends on how long anything took, so a seed brings the same steps again.
import { setTimeout as sleep } from 'node:timers/promises';
import { CallFailed, type MountAnswer, type MountWish } from '../harness/driver.ts';
import { Random } from '../plan/random.ts';
import { FAULTS } from './chaos-proxy.ts';
import { ACCOUNTS, type Account, type ChaosClass, CLASS_COUNT, classOf, KV_PATHS, objectsOf } from './classes.ts';
import { damageRecord } from './damage.ts';
import { Observer, type SeenPod } from './observer.ts';
import { OUTAGES, type OutageKind } from './outages.ts';
import { type ChaosWorld, NODE_NAME } from './world.ts';

export interface ChaosPod extends SeenPod {
  readonly classIndex: number;
  /** A call for its volume is under way: the driver makes one at a time. */
  isBusy: boolean;
}

/** Codes on which the driver starts a pod with an empty volume (v1.6.0). */
const FORBIDDEN_CODES = [1, 4, 8, 10, 14];
const INTERNAL = 13;
/** Beyond --mount-timeout: no call may need it. */
const DEADLINE_MS = 60_000;
/** Bounds a hang and judges no speed. */
const LOGGED_WITHIN_MS = 30_000;
const MOST_PODS = 12;
/** Times of steps, at most. Faults may last longer than --max-stale and the lives of brief credentials. */
const LONGEST_FAULT_MS = 4_500;
/** Shorter than what is left of a lease that is to be renewed: a short outage must cost nobody anything. */
const LONGEST_OUTAGE_MS = 1_800;
const LONGEST_WAIT_MS = 400;
const LONGEST_BEFORE_KILL_MS = 60;

export class Player {
  readonly observer: Observer;
  readonly pods: ChaosPod[] = [];
  readonly random: Random;
  calls = 0;
  answers = 0;
  staleAnswers = 0;
  readonly #world: ChaosWorld;
  readonly #only: OutageKind | undefined;
  readonly #editedClasses = new Set<string>();
  readonly #underWay = new Set<Promise<void>>();
  #daemonLife = new AbortController();
  #podCount = 0;
  #faultEndsAt = 0;

  /** @param only where given, no other fault happens */
  constructor(world: ChaosWorld, seed: number, only?: OutageKind) {
    this.#world = world;
    this.#only = only;
    this.random = new Random(seed);
    this.observer = new Observer(world.ledger);
  }

  /** One step. @returns what it was */
  async step(): Promise<string> {
    if (this.#world.proxy.fault !== undefined && Date.now() > this.#faultEndsAt) this.#world.proxy.fault = undefined;
    const draw = this.random.below(100);
    if (draw < 18) return this.#come();
    if (draw < 51) return this.#poll(true);
    if (draw < 58) return this.#poll(false);
    if (draw < 65) return this.#go();
    if (draw < 74) return this.#write();
    if (draw < 77) return this.#edit();
    if (draw >= 77 && draw < 94 && this.#only !== undefined) return this.#outage();
    if (draw < 83) return this.#fault();
    if (draw < 88) return this.#outage();
    if (draw < 94) return this.#kill();
    if (draw < 96) return this.#disturbWatch();
    return this.#wait();
  }

  async endFaults(): Promise<void> {
    this.#world.proxy.fault = undefined;
    await this.#world.outages.untilBack();
  }

  async finishCalls(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  /** @returns the answer, or how it failed; undefined if the daemon was killed meanwhile */
  async call(pod: ChaosPod): Promise<MountAnswer | CallFailed | undefined> {
    const { driver, daemon } = this.#world;
    const { signal } = this.#daemonLife;
    const asked = this.classOf(pod);
    const sentAt = Date.now();
    const logAt = daemon.output.length;
    this.calls += 1;
    pod.isBusy = true;
    try {
      const answer = await driver.mount(this.#wish(pod, asked));
      const answeredAt = Date.now();
      const line = await this.#mountLine(pod, logAt, signal);
      const isStale = line?.['outcome'] === 'stale';
      // Killed after its answer and before its line: nothing was declared, so nothing is held against it.
      if (line === undefined && !signal.aborted) throw new Error(`the daemon logged no mount of ${pod.name}`);
      const isFirst = line?.['isFirst'] === true;
      const call = { pod, asked, sentAt, answeredAt, isStale: isStale || line === undefined, isFirst };
      this.observer.see(call, answer);
      this.answers += 1;
      if (isStale) this.staleAnswers += 1;
      return answer;
    } catch (thrown) {
      if (!(thrown instanceof CallFailed)) throw thrown;
      if (signal.aborted) return undefined;
      if (FORBIDDEN_CODES.includes(thrown.code)) this.#find(`${pod.name} was answered with code ${thrown.code}`);
      if (thrown.code === INTERNAL) this.#find(`${pod.name} met an internal failure`);
      return thrown;
    } finally {
      pod.isBusy = false;
    }
  }

  classOf({ account, classIndex }: ChaosPod): ChaosClass {
    return classOf(account, classIndex, this.#editedClasses.has(`${account}/${classIndex}`));
  }

  /** A pod is there; nothing was mounted for it yet. */
  admit(account: Account, classIndex: number): ChaosPod {
    this.#podCount += 1;
    // A StatefulSet's pod comes again under its name, with another uid.
    const names = Array.from(
      { length: 2 * MOST_PODS },
      (_, index) => `pod-${(this.#podCount + index) % (2 * MOST_PODS)}`,
    );
    const name = names.find((one) => this.pods.every((other) => other.name !== one)) ?? `pod-of-${this.#podCount}`;
    const uid = `uid-${this.#podCount}`;
    const pod = { name, uid, account, classIndex, isBusy: false, files: undefined, indexes: new Map() };
    this.pods.push(pod);
    this.#world.pods.put(inCluster(pod));
    return pod;
  }

  remove(pod: ChaosPod): void {
    this.pods.splice(this.pods.indexOf(pod), 1);
    this.#world.pods.delete(inCluster(pod));
  }

  async #come(): Promise<string> {
    const [account, classIndex] = [this.random.pick(ACCOUNTS), this.random.below(CLASS_COUNT)];
    if (this.pods.length >= MOST_PODS) return 'no room for another pod';
    const pod = this.admit(account, classIndex);
    await this.#start(pod);
    return `${pod.name} comes, of ${account}, class ${this.classOf(pod).name}`;
  }

  async #poll(isAwaited: boolean): Promise<string> {
    const count = 1 + this.random.below(this.pods.length + 1);
    const first = this.random.below(Math.max(1, this.pods.length));
    const asked = [...this.pods.slice(first), ...this.pods.slice(0, first)].slice(0, count);
    const calls = asked.map((pod) => this.#start(pod));
    if (isAwaited) await Promise.all(calls);
    else await sleep(5);
    return `${asked.length} pods are polled${isAwaited ? '' : ', meanwhile'}`;
  }

  #go(): string {
    if (this.pods.length === 0) return 'no pod to go';
    const pod = this.random.pick(this.pods);
    this.remove(pod);
    return `${pod.name} goes`;
  }

  async #write(): Promise<string> {
    const path = this.random.pick(KV_PATHS);
    if (this.#world.outages.isStoreAway) return `${path} stays, as the store is away`;
    await this.#world.write(path);
    return `${path} changes`;
  }

  #edit(): string {
    const key = `${this.random.pick(ACCOUNTS)}/${this.random.below(CLASS_COUNT)}`;
    if (!this.#editedClasses.delete(key)) this.#editedClasses.add(key);
    return `class ${key} is edited`;
  }

  #fault(): string {
    const kind = this.random.pick(FAULTS);
    const each = 1 + this.random.below(3);
    const delayMs = 100 + this.random.below(900);
    const lastsMs = 200 + this.random.below(LONGEST_FAULT_MS);
    this.#world.proxy.fault = { kind, each, delayMs };
    this.#faultEndsAt = Date.now() + lastsMs;
    return `the store: ${kind}, each ${each}, for ${lastsMs} ms`;
  }

  #outage(): Promise<string> {
    const drawn = this.random.pick(OUTAGES);
    const kind = this.#only ?? drawn;
    const lastsMs = 200 + this.random.below(LONGEST_OUTAGE_MS);
    return this.#world.outages.begin(kind, `for ${lastsMs} ms`, () => sleep(lastsMs));
  }

  async #kill(): Promise<string> {
    const calls = this.pods.slice(0, this.random.below(MOST_PODS)).map((pod) => this.#start(pod));
    await sleep(this.random.below(LONGEST_BEFORE_KILL_MS));
    this.#daemonLife.abort();
    await Promise.all([this.#world.killDaemon(), ...calls]);
    await this.finishCalls();
    const told = ['the daemon is killed'];
    if (this.random.oneIn(3)) told.push(damageRecord(this.#world.stateFolder, this.random, this.#world.ledger));
    this.#daemonLife = new AbortController();
    await this.#world.startDaemon();
    return told.join(', ');
  }

  #disturbWatch(): string {
    const { pods, api } = this.#world;
    const way = this.random.below(3);
    if (way === 0) api.dropConnections();
    else if (way === 1) pods.endWatches();
    else pods.compact();
    return `the pod watch is disturbed (${['dropped', 'ended', 'compacted'][way]})`;
  }

  async #wait(): Promise<string> {
    const ms = this.random.below(LONGEST_WAIT_MS);
    await sleep(ms);
    return `${ms} ms pass`;
  }

  async #start(pod: ChaosPod): Promise<void> {
    if (pod.isBusy) return;
    const call = this.call(pod).then(
      () => {},
      (thrown: Error) => this.#find(thrown.message),
    );
    this.#underWay.add(call);
    await call;
    this.#underWay.delete(call);
  }

  /** This call's: there is one at a time for a pod, and its line follows its answer. */
  async #mountLine(pod: ChaosPod, logAt: number, signal: AbortSignal): Promise<Record<string, unknown> | undefined> {
    const { daemon } = this.#world;
    for (const until = Date.now() + LOGGED_WITHIN_MS; Date.now() < until; await sleep(2)) {
      const line = daemon.output
        .slice(logAt)
        .split('\n')
        .slice(0, -1)
        .find((text) => text.includes('"msg":"mounted') && text.includes(`"pod":"${pod.name}"`));
      if (line !== undefined) return JSON.parse(line);
      if (signal.aborted) return undefined;
    }
    return undefined;
  }

  #wish({ name, uid, account }: ChaosPod, asked: ChaosClass): MountWish {
    const namespace = 'team';
    const { mount, role } = asked.login;
    const jwt = this.#world.methods[mount].mintJwt({ namespace, account, pod: name, podUid: uid });
    return {
      pod: name,
      namespace,
      account,
      className: `${account}-${asked.name}`,
      parameters: { roleName: role, vaultAuthMountPath: mount, objects: objectsOf(asked.wants) },
      tokens: { vault: jwt },
      targetPath: `/var/lib/kubelet/pods/${uid}/volumes/kubernetes.io~csi/secrets/mount`,
      attributes: { 'csi.storage.k8s.io/pod.uid': uid },
      deadlineMs: DEADLINE_MS,
    };
  }

  #find(what: string): void {
    this.observer.findings.push(what);
  }
}

function inCluster({ name, uid }: ChaosPod) {
  return { namespace: 'team', name, uid, phase: 'Running', node: NODE_NAME };
}
