// Shares the time of the process among namespaces. One thread serves every pod of a node, so all other mounts wait while
// one keeps it busy. A namespace may use a burst of time. After that it gets a small share while pods of other namespaces
// are served: its mounts wait, continue one by one, and are refused if they waited too long. If they continued instead,
// whoever sends many mounts at once would take most of the time. If no other namespace is served, no mount waits.
import { MountError } from '../errors.ts';
import type { Emit } from '../events.ts';
import { BusyTime } from './busy-time.ts';

/** Fraction of elapsed time that each namespace gets back: many times what the polls of a full node take. */
const SHARE = 0.03;
/** The burst. More than one namespace needs when a node starts: 250 mounts of ten objects, as measured. */
const AT_ONCE_MS = 2_000;
/** Work longer than this counts for more than its time, because every other mount waits until all of it is done. */
const LONG_PIECE_MS = 5;
/** Others count as served if one of them called within this time. Pods are polled one after the other, all the time. */
const OTHERS_WITHIN_MS = 1_000;
/** How often one waiting mount of each namespace may continue. */
const LOOK_EVERY_MS = 250;
/** More than the pods of a node. */
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
  /** The namespace that called last is at the end. */
  readonly #usages = new Map<string, Usage>();
  #waiting = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param waitMs a mount is refused after this wait, because too little of its time would be left for its reads */
  constructor(emit: Emit, waitMs: number) {
    this.#emit = emit;
    this.#waitMs = waitMs;
  }

  /** Starts to measure work whose namespace may be known only later. */
  start(): BusyTime {
    return new BusyTime();
  }

  /** @param ms time that a mount of the namespace keeps the process busy in many short pieces */
  spend(namespace: string, ms: number): void {
    const usage = this.#usageOf(namespace, performance.now());
    usage.usedMs += ms;
  }

  /** @param ms time that it kept the process busy without a break */
  spendAtOnce(namespace: string, ms: number): void {
    this.spend(namespace, ms * Math.max(1, ms / LONG_PIECE_MS));
  }

  /**
   * Call before the reads of a mount.
   * @returns undefined if it may continue at once; else a promise, which rejects with the signal's reason if it aborts first
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
        // Grant only one: how much it uses is known only once it has begun.
        if (this.#isServingOthers(usage, now)) break;
      }
    }
  }

  #mustWait(usage: Usage, now: number): boolean {
    return usage.usedMs > AT_ONCE_MS && this.#isServingOthers(usage, now);
  }

  /** Whether others that have used less time called recently. */
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

  /** The error of a mount that was held back for too long. */
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
