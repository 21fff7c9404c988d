// The time of the process, by namespace. One thread serves every pod of a node, so all others wait while a mount keeps it
// busy. A namespace that has used up what it may use at once gets a small share of the time while pods of other namespaces
// are served: its mounts wait, go on one after the other, and are refused if they would wait for too long: a mount that went
// on all the same would take the time of others, and somebody who sends many mounts at once would take most of it. If no
// others are served, none waits.
import { MountError } from '../errors.ts';
import type { Emit } from '../events.ts';
import { BusyTime } from './busy-time.ts';

/** What a namespace gets back of each second: many times what polls take of a node full of pods. */
const SHARE = 0.03;
/** More than the pods of one namespace take when a node starts: 250 mounts of ten objects, as measured. */
const AT_ONCE_MS = 2_000;
/** A longer piece of work counts for more than its time: whoever comes meanwhile waits for all of it. */
const LONG_PIECE_MS = 5;
/** Others are served while one of them came within this time: pods are polled one after the other, all the time. */
const OTHERS_WITHIN_MS = 1_000;
/** One mount of each namespace that waits continues then. */
const LOOK_EVERY_MS = 250;
/** More than a node has pods. */
const MOST_NAMESPACES = 1_000;

interface Waiter {
  readonly until: number;
  readonly grant: () => void;
  readonly refuse: (error: MountError) => void;
}

interface Usage {
  usedMs: number;
  /** performance.now() at which `usedMs` was right. */
  at: number;
  cameAt: number;
  readonly waiting: Set<Waiter>;
}

export class TimeShares {
  readonly #emit: Emit;
  readonly #waitMs: number;
  /** The one that came last at the end. */
  readonly #usages = new Map<string, Usage>();
  #waiting = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param waitMs a mount is refused after it: what is left of its time would be too short for its reads */
  constructor(emit: Emit, waitMs: number) {
    this.#emit = emit;
    this.#waitMs = waitMs;
  }

  /** A piece of work, whose namespace may be known only later, begins. */
  start(): BusyTime {
    return new BusyTime();
  }

  /** @param ms for which a mount of the namespace keeps the process busy, now and then a little of it */
  spend(namespace: string, ms: number): void {
    const usage = this.#usageOf(namespace, performance.now());
    usage.usedMs += ms;
  }

  /** @param ms for which it kept the process busy in one go */
  spendAtOnce(namespace: string, ms: number): void {
    this.spend(namespace, ms * Math.max(1, ms / LONG_PIECE_MS));
  }

  /**
   * Before the reads of a mount.
   * @returns undefined if it may go on at once; else rejects with the signal's reason if that comes first
   * @throws MountError time-share (as a rejection)
   */
  enter(namespace: string, signal: AbortSignal): Promise<void> | undefined {
    const now = performance.now();
    const usage = this.#usageOf(namespace, now);
    this.#usages.delete(namespace);
    this.#usages.set(namespace, usage);
    usage.cameAt = now;
    if (usage.waiting.size === 0 && !this.#mustWait(usage, now)) return undefined;
    this.#report(namespace);
    return this.#wait(usage, now + this.#waitMs, signal);
  }

  /** Whether its mounts wait. */
  isHeldBack(namespace: string): boolean {
    const usage = this.#usages.get(namespace);
    if (usage === undefined) return false;
    const now = performance.now();
    pay(usage, now);
    return this.#mustWait(usage, now);
  }

  #wait(usage: Usage, until: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = () => {
        signal.removeEventListener('abort', onAbort);
        if (usage.waiting.delete(waiter)) this.#count(-1);
      };
      const onAbort = () => {
        end();
        reject(signal.reason);
      };
      const grant = () => {
        end();
        resolve();
      };
      const refuse = (error: MountError) => {
        end();
        reject(error);
      };
      const waiter = { until, grant, refuse };
      usage.waiting.add(waiter);
      this.#count(1);
      if (signal.aborted) onAbort();
      else signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  #count(change: 1 | -1): void {
    this.#waiting += change;
    this.#emit({ type: 'mount-time', waiting: this.#waiting });
    if (this.#waiting === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    } else this.#timer ??= setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  #look(): void {
    const now = performance.now();
    for (const usage of this.#usages.values()) {
      pay(usage, now);
      for (const { until, grant, refuse } of usage.waiting) {
        if (this.#mustWait(usage, now)) {
          if (now < until) break;
          refuse(this.refusal());
          continue;
        }
        grant();
        // What it takes is known once it has begun.
        if (this.#isServingOthers(usage, now)) break;
      }
    }
  }

  #mustWait(usage: Usage, now: number): boolean {
    return usage.usedMs > AT_ONCE_MS && this.#isServingOthers(usage, now);
  }

  /** Others that have used more do not count. */
  #isServingOthers(usage: Usage, now: number): boolean {
    for (const other of this.#usages.values()) {
      if (other !== usage && now - other.cameAt < OTHERS_WITHIN_MS && other.usedMs < usage.usedMs) return true;
    }
    return false;
  }

  #usageOf(namespace: string, now: number): Usage {
    let usage = this.#usages.get(namespace);
    if (usage === undefined) {
      usage = { usedMs: 0, at: now, cameAt: Number.NEGATIVE_INFINITY, waiting: new Set() };
      this.#usages.set(namespace, usage);
      this.#forgetOldest();
    }
    pay(usage, now);
    return usage;
  }

  #forgetOldest(): void {
    if (this.#usages.size <= MOST_NAMESPACES) return;
    for (const [namespace, { waiting }] of this.#usages) {
      if (waiting.size > 0) continue;
      this.#usages.delete(namespace);
      return;
    }
  }

  #report(namespace: string): void {
    this.#emit({
      type: 'notice',
      level: 'warn',
      once: `mount-time ${namespace}`,
      message: `the mounts of this namespace keep the provider busy: beside those of others they wait, up to ${this.#waitText} each, and are refused then`,
      fields: { namespace },
    });
  }

  /** What a mount fails on that was held back for too long. */
  refusal(): MountError {
    return new MountError(
      'time-share',
      `the mounts of its namespace have used up their time of this node's provider, and those of others went first for ${this.#waitText}; the mount will be tried again; split the classes of the namespace if they are large`,
    );
  }

  get #waitText(): string {
    return `${Math.round(this.#waitMs / 1000)} s`;
  }
}

function pay(usage: Usage, now: number): void {
  usage.usedMs = Math.max(0, usage.usedMs - SHARE * (now - usage.at));
  usage.at = now;
}
