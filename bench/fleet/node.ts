// One node's provider and its kubelet, as far as a store can tell: who logs in, what is read, what is shared, how much is
// under way, and what happens when answers come too late. Circuit and recovery are the daemon's own.
import { MountError } from '../../src/errors.ts';
import { Circuit } from '../../src/fetch/circuit.ts';
import { Recovery } from '../../src/fetch/recovery.ts';
import { Connections } from './connections.ts';
import {
  FLIGHT_REQUESTS,
  kubeletPauseMs,
  PROBE_PATIENCE_MS,
  RECOVERY_STEP_MS,
  ROUND_TRIP_MS,
  type Settings,
} from './settings.ts';
import type { FleetStore, RequestKind } from './store.ts';
import type { Timeline } from './timeline.ts';

export interface NodeShape {
  readonly pods: number;
  readonly objects: number;
  /** Pods are dealt over so many logins; as many as pods: each has its own. */
  readonly logins: number;
}

/** What the whole fleet counts. */
export interface Tally {
  mounted: number;
  failedCalls: number;
  timedOut: number;
}

interface Flight {
  readonly key: string;
  readonly account: number;
  readonly kind: RequestKind;
  readonly waiters: Set<Call>;
  isProbe: boolean;
  sentAt: number | undefined;
  isOver: boolean;
}

/** One call of the driver, until its answer. */
interface Call {
  readonly pod: number;
  readonly account: number;
  readonly isPoll: boolean;
  readonly calledAt: number;
  waiting: number;
  isOver: boolean;
}

const TIMEOUT = new MountError('store-timeout', 'no answer in time');
const STORE = 'store';

export class FleetNode {
  readonly connections = new Connections();
  readonly #timeline: Timeline;
  readonly #store: FleetStore;
  readonly #shape: NodeShape;
  readonly #settings: Settings;
  readonly #tally: Tally;
  readonly #circuit = new Circuit(STORE);
  readonly #recovery: Recovery;
  readonly #tokens = new Set<number>();
  readonly #flights = new Map<string, Flight>();
  /** When the newest answer of a read was asked for. */
  readonly #answers = new Map<string, number>();
  /** What waits for a slot, by account; the account that was served goes to the end. */
  readonly #queue = new Map<number, Flight[]>();
  readonly #probing = new Set<number>();
  /** Reads of a call whose first request probes. */
  readonly #behindProbe = new Map<number, Flight[]>();
  readonly #failures: number[];
  readonly #isMounted: boolean[];
  #inUse = 0;

  constructor(timeline: Timeline, store: FleetStore, shape: NodeShape, settings: Settings, tally: Tally) {
    this.#timeline = timeline;
    this.#store = store;
    this.#shape = shape;
    this.#settings = settings;
    this.#tally = tally;
    const clock = { now: () => timeline.now(), wall: () => timeline.now(), sleep: () => Promise.resolve() };
    this.#recovery = new Recovery(clock, settings.storeConcurrency);
    this.#failures = new Array<number>(shape.pods).fill(0);
    this.#isMounted = new Array<boolean>(shape.pods).fill(false);
  }

  /** Its provider was replaced; only a state folder tells the new one what the old one had. */
  replaced(keepsState: boolean): void {
    this.connections.closeFree();
    if (keepsState) return;
    this.#tokens.clear();
    this.#answers.clear();
  }

  /** It knew its pods and their logins before. */
  resume(): void {
    for (let login = 0; login < this.#shape.logins; login += 1) this.#tokens.add(login);
    this.#isMounted.fill(true);
  }

  call(pod: number, isPoll: boolean): void {
    const now = this.#timeline.now();
    const call = { pod, account: pod % this.#shape.logins, isPoll, calledAt: now, waiting: 0, isOver: false };
    this.#timeline.at(now + this.#settings.mountTimeoutMs, () => this.#fail(call));
    if (this.#tokens.has(call.account)) this.#read(call);
    else this.#ask(call, 'login', `login ${call.account}`, now);
  }

  #read(call: Call): void {
    const { coalesceWindowMs, pollWindowMs } = this.#settings;
    const notBefore = call.calledAt - (call.isPoll ? pollWindowMs : coalesceWindowMs);
    // All are counted before any is sent: one that fails at once must not end the call as answered.
    const keys = Array.from({ length: this.#shape.objects }, (_, object) => `${call.account} ${object}`);
    const missing = keys.filter((key) => (this.#answers.get(key) ?? Number.NEGATIVE_INFINITY) < notBefore);
    if (missing.length === 0) this.#answered(call);
    for (const key of missing) if (!call.isOver) this.#ask(call, 'read', key, notBefore);
  }

  /** Joins a request on its way that is new enough, or makes one. */
  #ask(call: Call, kind: RequestKind, key: string, notBefore: number): void {
    call.waiting += 1;
    const known = this.#flights.get(key);
    if (known !== undefined && (kind === 'login' || (known.sentAt ?? Number.POSITIVE_INFINITY) >= notBefore)) {
      known.waiters.add(call);
      return;
    }
    const now = this.#timeline.now();
    const { account } = call;
    const waiters = new Set([call]);
    const flight: Flight = { key, account, kind, waiters, isProbe: false, sentAt: undefined, isOver: false };
    this.#flights.set(key, flight);
    this.#timeline.at(now + FLIGHT_REQUESTS * this.#settings.requestTimeoutMs, () => this.#end(flight, false));
    const isClosed = this.#circuit.isClosedFor(String(account), now);
    if (isClosed || !this.#probing.has(account)) {
      flight.isProbe = !isClosed;
      if (flight.isProbe) this.#probing.add(account);
      this.#enqueue(flight);
    } else this.#waitBehindProbe(flight, now);
  }

  #waitBehindProbe(flight: Flight, now: number): void {
    const { account } = flight;
    const behind = this.#behindProbe.get(account) ?? [];
    this.#behindProbe.set(account, [...behind, flight]);
    this.#timeline.at(now + PROBE_PATIENCE_MS, () => {
      if (flight.sentAt === undefined && this.#behindProbe.get(account)?.includes(flight)) this.#end(flight, false);
    });
  }

  #enqueue(flight: Flight): void {
    const { account } = flight;
    const queue = this.#queue.get(account);
    if (queue === undefined) this.#queue.set(account, [flight]);
    else queue.push(flight);
    this.#serve();
  }

  #serve(): void {
    const limit = this.#recovery.allowed(STORE);
    while (this.#inUse < limit) {
      const [first] = this.#queue;
      if (first === undefined) return;
      const [account, flights] = first;
      const flight = flights.shift();
      this.#queue.delete(account);
      if (flights.length > 0) this.#queue.set(account, flights);
      if (flight !== undefined && !flight.isOver) this.#send(flight);
    }
    if (limit < this.#settings.storeConcurrency && this.#queue.size > 0)
      this.#timeline.at(this.#timeline.now() + RECOVERY_STEP_MS, () => this.#serve());
  }

  #send(flight: Flight): void {
    const now = this.#timeline.now();
    flight.sentAt = now;
    this.#inUse += 1;
    const timeoutAt = now + this.#settings.requestTimeoutMs;
    const isDoneAt = this.#store.ask(flight.kind, this.connections.take(now), timeoutAt) + ROUND_TRIP_MS;
    if (isDoneAt <= timeoutAt) this.#timeline.at(isDoneAt, () => this.#returned(flight, true));
    else this.#timeline.at(timeoutAt, () => this.#returned(flight, false));
  }

  #returned(flight: Flight, isAnswered: boolean): void {
    const now = this.#timeline.now();
    this.#inUse -= 1;
    if (isAnswered) this.connections.release(now);
    else {
      this.connections.close();
      this.#tally.timedOut += 1;
    }
    const wasOpen = this.#circuit.isOpen;
    const { sentAt, account } = flight;
    const passed = { account: String(account), evidence: 'account', probe: undefined, sentAt } as const;
    this.#circuit.leave(passed, isAnswered ? undefined : TIMEOUT, now);
    if (wasOpen && !this.#circuit.isOpen) this.#recovery.begin(STORE);
    this.#end(flight, isAnswered);
    this.#serve();
  }

  /** Its answer is there, or it failed, or its time is over. */
  #end(flight: Flight, isAnswered: boolean): void {
    if (flight.isOver) return;
    flight.isOver = true;
    if (this.#flights.get(flight.key) === flight) this.#flights.delete(flight.key);
    if (isAnswered) {
      if (flight.kind === 'login') this.#tokens.add(flight.account);
      else this.#answers.set(flight.key, flight.sentAt ?? 0);
    }
    if (flight.isProbe) this.#probeEnded(flight.account, isAnswered);
    for (const call of flight.waiters) {
      if (call.isOver) continue;
      if (!isAnswered) this.#fail(call);
      else {
        call.waiting -= 1;
        if (flight.kind === 'login') this.#read(call);
        else if (call.waiting === 0) this.#answered(call);
      }
    }
  }

  #probeEnded(account: number, isBack: boolean): void {
    this.#probing.delete(account);
    const behind = this.#behindProbe.get(account) ?? [];
    this.#behindProbe.delete(account);
    for (const flight of behind) {
      if (flight.isOver) continue;
      if (isBack) this.#enqueue(flight);
      else this.#end(flight, false);
    }
  }

  #answered(call: Call): void {
    call.isOver = true;
    this.#failures[call.pod] = 0;
    if (this.#isMounted[call.pod]) return;
    this.#isMounted[call.pod] = true;
    this.#tally.mounted += 1;
  }

  /** The kubelet comes again with a first mount; a poll comes with its next interval. */
  #fail(call: Call): void {
    if (call.isOver) return;
    call.isOver = true;
    this.#tally.failedCalls += 1;
    if (call.isPoll && this.#isMounted[call.pod]) return;
    const failures = (this.#failures[call.pod] ?? 0) + 1;
    this.#failures[call.pod] = failures;
    const again = this.#timeline.now() + kubeletPauseMs(failures);
    this.#timeline.at(again, () => this.call(call.pod, call.isPoll));
  }
}
