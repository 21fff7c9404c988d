// One long run of hostile mounts against a daemon, a victim's pods beside them. What must hold: the process lives, the
// victim is served, memory stays inside the limit, nothing of another account and no forbidden code comes back, and no
// value or token is in the log.
import { setTimeout as sleep } from 'node:timers/promises';
import { v1alpha1 } from '../../src/server/wire/messages.js';
import { CallFailed, type Driver, type MountWish, toRequest } from '../harness/driver.ts';
import { frame, RawConnection } from '../harness/raw-call.ts';
import { Random } from '../plan/random.ts';
import { LimitedDaemon } from './daemon.ts';
import { hostileBytes, hostileMount, JWT_MARK, type Tenant } from './hostile-mounts.ts';
import { type HostileStore, startHostileStore, TOKEN_MARK } from './hostile-store.ts';
import { CANARY, type Service, Victim } from './victim.ts';

export interface FuzzOptions {
  readonly seed: number;
  /** Whichever comes first. */
  readonly seconds: number;
  readonly mounts: number;
  readonly log?: (line: string) => void;
}

export interface Fuzzed {
  readonly mounts: number;
  readonly frames: number;
  readonly answers: number;
  readonly succeeded: number;
  readonly victim: Service;
  readonly peakMiB: number;
  /** What must not be. */
  readonly findings: readonly string[];
}

const TENANTS = 64;
const AT_ONCE = 12;
const TELL_EVERY_MS = 10_000;
/** grpc codes that start a pod with an empty volume. */
const FORBIDDEN = new Set([1, 4, 8, 10, 14]);
/** What no error and no log line may hold. */
const SECRETS = ['value-of-', TOKEN_MARK, JWT_MARK];
/** A value of this store carries its account's name. */
const OWNED = /value-of-(e\d+x)/g;
const ARGS = [
  '--request-timeout=1s',
  '--mount-timeout=5s',
  '--max-retries=0',
  '--poll-window=0s',
  '--coalesce-window=0s',
];

export async function fuzz(options: FuzzOptions): Promise<Fuzzed> {
  const findings = new Set<string>();
  const victim = await Victim.make();
  const store = await startHostileStore(TENANTS);
  const onLine = (line: string) => {
    if (SECRETS.some((mark) => line.includes(mark))) findings.add(`in the log: ${line.slice(0, 500)}`);
  };
  const daemon = await LimitedDaemon.start({ args: [`--vault-addr=${victim.bao.address}`, ...ARGS], onLine });
  const run = new Run(options, daemon, store, findings);
  try {
    const attack = run.all();
    let isOver = false;
    const serving = victim.serve(daemon.driver(), () => isOver || !daemon.isAlive);
    await attack;
    isOver = true;
    const service = await serving;
    if (!daemon.isAlive) findings.add(`the daemon ${await daemon.exit}`);
    return { ...run.counts, answers: store.answers, victim: service, peakMiB: daemon.peakMiB, findings: [...findings] };
  } finally {
    await daemon.stop();
    await store.stop();
    await victim.stop();
  }
}

class Run {
  readonly counts = { mounts: 0, frames: 0, succeeded: 0 };
  readonly #options: FuzzOptions;
  readonly #daemon: LimitedDaemon;
  readonly #store: HostileStore;
  readonly #findings: Set<string>;
  readonly #endsAt: number;

  constructor(options: FuzzOptions, daemon: LimitedDaemon, store: HostileStore, findings: Set<string>) {
    this.#options = options;
    this.#daemon = daemon;
    this.#store = store;
    this.#findings = findings;
    this.#endsAt = performance.now() + options.seconds * 1000;
  }

  async all(): Promise<void> {
    const driver = this.#daemon.driver();
    const telling = setInterval(() => this.#tell(), TELL_EVERY_MS);
    await Promise.all(Array.from({ length: AT_ONCE }, () => this.#mountInTurn(driver)));
    clearInterval(telling);
  }

  get #isOver(): boolean {
    return this.counts.mounts >= this.#options.mounts || performance.now() >= this.#endsAt || !this.#daemon.isAlive;
  }

  async #mountInTurn(driver: Driver): Promise<void> {
    while (!this.#isOver) {
      const number = this.counts.mounts;
      this.counts.mounts += 1;
      const random = new Random(this.#options.seed + number * 104_729);
      const at = random.below(TENANTS);
      const tenant: Tenant = { account: `e${at}x`, address: this.#store.addresses[at] ?? '' };
      const wish = hostileMount(random, tenant);
      if (random.oneIn(25)) await this.#sendFrame(random, wish);
      else await this.#mount(driver, wish, number);
    }
  }

  async #mount(driver: Driver, wish: MountWish, number: number): Promise<void> {
    try {
      const { files } = await driver.mount(wish);
      this.counts.succeeded += 1;
      for (const { contents } of files) this.#check(contents.toString('latin1'), wish, number);
    } catch (thrown) {
      if (!this.#daemon.isAlive) return;
      this.#check(String(thrown), wish, number);
      if (thrown instanceof CallFailed && FORBIDDEN.has(thrown.code))
        this.#findings.add(`mount ${number}: ${thrown.message.slice(0, 300)}`);
      if (thrown instanceof CallFailed && SECRETS.some((mark) => thrown.details.includes(mark)))
        this.#findings.add(`mount ${number}: a token in ${thrown.details}`);
    }
  }

  #check(text: string, { account }: MountWish, number: number): void {
    if (text.includes(CANARY)) this.#findings.add(`mount ${number}: the victim's value`);
    for (const [, owner] of text.matchAll(OWNED)) {
      if (owner !== account) this.#findings.add(`mount ${number} of ${account}: a value of ${owner}`);
    }
  }

  async #sendFrame(random: Random, wish: MountWish): Promise<void> {
    this.counts.frames += 1;
    const connection = new RawConnection(this.#daemon.socketPath);
    const message = Buffer.from(v1alpha1.MountRequest.encode(toRequest(wish)).finish());
    const path = random.oneIn(10) ? '/v1alpha1.CSIDriverProvider/Version' : '/v1alpha1.CSIDriverProvider/Mount';
    const { answer, stream } = connection.call(path, frame(hostileBytes(random, message), random.oneIn(10)));
    const { status } = (await Promise.race([answer, sleep(20_000)])) ?? { status: undefined };
    if (status !== undefined && FORBIDDEN.has(status)) this.#findings.add(`a frame was answered with ${status}`);
    stream.destroy();
    connection.close();
  }

  #tell(): void {
    const { mounts, frames, succeeded } = this.counts;
    this.#options.log?.(
      `${mounts} mounts (${succeeded} succeeded), ${frames} of them frames; ${this.#store.answers} answers; peak ${this.#daemon.peakMiB} MiB`,
    );
  }
}
