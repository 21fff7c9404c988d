// A node whose clock is ours: the whole daemon in this process, from its socket to its metrics, before a real store that
// can be cut off, and pods that are polled each at its own moment of the minute.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from '../../src/cli/args.ts';
import { type DaemonServices, makeServices } from '../../src/cli/composition.ts';
import { readOptions } from '../../src/cli/options.ts';
import { gatherStatus } from '../../src/cli/status/gather-status.ts';
import { createLog } from '../../src/observe/log.ts';
import { createMetrics } from '../../src/observe/metrics.ts';
import { createObserver } from '../../src/observe/observer.ts';
import { Calls } from '../../src/server/calls.ts';
import { ProviderServer } from '../../src/server/provider-server.ts';
import { noRecordStores } from '../../src/state/record-stores.ts';
import type { Status } from '../../src/status.ts';
import { Driver, type MountAnswer, type MountWish } from '../harness/driver.ts';
import { FakeClock } from '../harness/fake-clock.ts';
import { type CountingProxy, startProxy } from '../harness/faulty-store.ts';
import { type LoginMethod, type OpenBao, startOpenBao } from '../harness/openbao.ts';

export const PODS = 250;
export const ACCOUNTS = 10;
export const OBJECTS = 10;
/** Polled at the same moment. */
export const GROUP = 5;
const ROUND_MS = 60_000;
const GROUP_MS = (ROUND_MS * GROUP) / PODS;
/** The clock goes on by so much for each real millisecond in which calls are under way. */
const STEP_MS = 5;

export class OutageWorld {
  readonly clock = new FakeClock();
  readonly proxy: CountingProxy;
  /** Its log, line by line. */
  readonly log: Record<string, unknown>[] = [];
  /** Requests that came to the proxy for each group of the last round. */
  requestsByGroup: number[] = [];
  readonly #bao: OpenBao;
  readonly #metrics = createMetrics({ version: 'test' });
  readonly #folder = mkdtempSync(join(tmpdir(), 'secretmount-outage-'));
  readonly #stop = new AbortController();
  readonly #services: DaemonServices;
  readonly #server: ProviderServer;
  readonly #driver: Driver;
  readonly #pods: readonly MountWish[];

  private constructor(bao: OpenBao, login: LoginMethod, proxy: CountingProxy) {
    this.#bao = bao;
    this.proxy = proxy;
    const socket = join(this.#folder, 'vault.sock');
    const options = readOptions(parseArgs([`--vault-addr=${proxy.address}`, `--endpoint=${socket}`]).flags, {});
    const write = (line: string) => void this.log.push(JSON.parse(line));
    const emit = createObserver(createLog({ format: 'json', level: 'info', write }), this.#metrics.emit);
    this.#services = makeServices(options, {
      ...{ clock: this.clock, emit, records: noRecordStores(), stopping: this.#stop.signal },
      tokenSource: { requestToken: () => Promise.reject(new Error('each call brings its token along')) },
      versionKey: () => Buffer.alloc(32, 7),
      isWatching: () => false,
      onKept: () => {},
      ownPorts: [],
    });
    const { defaults, endpoints, mountTimeoutMs } = options;
    const calls = new Calls();
    const services = this.#services;
    this.#server = new ProviderServer({ services, endpoints, defaults, mountTimeoutMs, calls, version: 'test' });
    this.#driver = new Driver(socket);
    this.#pods = Array.from({ length: PODS }, (_, index) => wishOf(index, login));
  }

  static async start(): Promise<OutageWorld> {
    const bao = await startOpenBao();
    const login = await bao.enableKubernetes();
    await bao.addPolicy('app', 'path "secret/data/outage/*" { capabilities = ["read"] }');
    await login.addRole('app', { policies: ['app'] });
    const world = new OutageWorld(bao, login, await startProxy({ target: bao.address }));
    await world.#server.start();
    return world;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#driver.close();
    await this.#server.stop();
    await this.proxy.stop();
    await this.#bao.stop();
    rmSync(this.#folder, { recursive: true });
  }

  /** Past the proxy, so that it may be done while the store is cut off. */
  async write(value: string): Promise<void> {
    for (let index = 0; index < OBJECTS; index += 1) {
      await this.#bao.request('POST', `secret/data/outage/${index}`, { data: { password: `${value} ${index}` } });
    }
  }

  /** A minute: each pod is polled once. @returns their answers, in the order of the polls. @throws where one fails */
  async round(): Promise<readonly MountAnswer[]> {
    const answers: MountAnswer[] = [];
    this.requestsByGroup = [];
    for (let first = 0; first < PODS; first += GROUP) {
      const before = this.proxy.total;
      const calls = this.#pods.slice(first, first + GROUP).map((pod) => this.#driver.mount(pod));
      answers.push(...(await this.#inTime(Promise.all(calls))));
      this.requestsByGroup.push(this.proxy.total - before);
    }
    return answers;
  }

  status(): Status {
    return gatherStatus(this.#services, noRecordStores(), undefined);
  }

  async metric(name: string): Promise<number> {
    const line = (await this.#metrics.text()).split('\n').find((text) => text.startsWith(`${name} `));
    return Number(line?.split(' ')[1]);
  }

  /** The work takes real time, in which the clock goes on, over the group's own where repeats wait; what is left is skipped. */
  async #inTime<T>(work: Promise<T>): Promise<T> {
    let isOver = false;
    const end = () => {
      isOver = true;
    };
    work.then(end, end);
    const until = this.clock.now() + GROUP_MS;
    while (!isOver) {
      await sleep(1);
      await this.clock.advance(STEP_MS);
    }
    await this.clock.advance(Math.max(0, until - this.clock.now()));
    return work;
  }
}

function wishOf(index: number, login: LoginMethod): MountWish {
  const of = { namespace: 'team', account: `app-${index % ACCOUNTS}`, pod: `pod-${index}` };
  const objects = Array.from(
    { length: OBJECTS },
    (_, object) => `- objectName: o${object}\n  secretPath: secret/data/outage/${object}\n  secretKey: password\n`,
  );
  return { ...of, parameters: { roleName: 'app', objects: objects.join('') }, tokens: { vault: login.mintJwt(of) } };
}
