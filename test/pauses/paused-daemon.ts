// The built daemon with the image's own flags and the probe in it, and a store that answers as it is told.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Daemon } from '../harness/daemon.ts';
import { CallFailed, type Driver, type MountWish } from '../harness/driver.ts';
import { answer, type Behaviour, type FaultyStore, startFaultyStore } from '../harness/faulty-store.ts';
import { createTokenMint } from '../harness/jwt.ts';

/** Dockerfile, ENTRYPOINT. */
const IMAGE_FLAGS = [
  '--disable-sigusr1',
  '--disallow-code-generation-from-strings',
  '--expose-gc',
  '--max-semi-space-size=2',
  '--max-old-space-size=64',
  '--no-concurrent-recompilation',
];
const PROBE = fileURLToPath(new URL('./probe.ts', import.meta.url));
const REPORT_WITHIN_MS = 60_000;

export interface Pause {
  readonly pauseMs: number;
  readonly workMs: number;
}

export class PausedDaemon {
  readonly daemon: Daemon;
  readonly store: FaultyStore;
  readonly driver: Driver;
  readonly #folder: string;
  readonly #jwt = createTokenMint().mintJwt({ namespace: 'team', account: 'app', pod: null });
  #reports = 0;

  private constructor(daemon: Daemon, store: FaultyStore, folder: string) {
    this.daemon = daemon;
    this.store = store;
    this.driver = daemon.driver();
    this.#folder = folder;
  }

  static async start(): Promise<PausedDaemon> {
    const folder = mkdtempSync(join(tmpdir(), 'secretmount-pauses-'));
    const store = await startFaultyStore();
    const daemon = new Daemon({
      nodeArgs: [...IMAGE_FLAGS, '--import', PROBE],
      args: [`--vault-addr=${store.address}`, '--token-request=off', '--max-retries=0', '--request-timeout=60s'],
      env: { PAUSES: join(folder, 'pauses'), MALLOC_ARENA_MAX: '1' },
    });
    await daemon.untilStarted();
    return new PausedDaemon(daemon, store, folder);
  }

  /** What the driver is told, in short; the login succeeds and `behaviour` answers everything else. */
  async mount(wish: MountWish, behaviour: Behaviour): Promise<string> {
    this.store.behaviour = (request, response) => {
      const isLogin = request.url.endsWith('/login');
      (isLogin ? LOGIN : behaviour)(request, response);
    };
    const tokens = { vault: this.#jwt };
    try {
      const { files } = await this.driver.mount({
        tokens,
        ...wish,
        parameters: { roleName: 'app', ...wish.parameters },
      });
      return `${files.length} files`;
    } catch (thrown) {
      if (thrown instanceof CallFailed) return thrown.message;
      throw thrown;
    }
  }

  /** Since the last time. */
  pause(): Promise<Pause> {
    return this.#report('SIGUSR2');
  }

  /** The time of ten times the probe's work. */
  async pauseOfTenWorks(): Promise<Pause> {
    await this.pause();
    return this.#report('SIGWINCH');
  }

  async #report(signal: NodeJS.Signals): Promise<Pause> {
    this.#reports += 1;
    this.daemon.signal(signal);
    const until = Date.now() + REPORT_WITHIN_MS;
    while (Date.now() < until) {
      const line = this.#lines()[this.#reports - 1];
      if (line !== undefined) return JSON.parse(line) as Pause;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error('the probe did not report');
  }

  async stop(): Promise<void> {
    await this.daemon.stop('SIGKILL');
    await this.store.stop();
    rmSync(this.#folder, { recursive: true });
  }

  #lines(): readonly string[] {
    try {
      return readFileSync(join(this.#folder, 'pauses'), 'utf8').split('\n').slice(0, -1);
    } catch {
      return [];
    }
  }
}

const LOGIN = answer(200, {
  auth: { client_token: 's.token-of-the-pauses-suite', lease_duration: 3_600, renewable: true, metadata: {} },
});
