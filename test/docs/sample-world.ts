// The outside of the samples: the real OpenBao of the socket suite with a role and secrets of its own, an API server
// that answers as the sample says, and one daemon with short times.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Daemon, startDaemon } from '../harness/daemon.ts';
import type { Driver, MountWish } from '../harness/driver.ts';
import { type Behaviour, type FaultyStoreOptions, hang, startFaultyStore } from '../harness/faulty-store.ts';
import type { TokenClaims } from '../harness/jwt.ts';
import { kubeconfigOf, StandInApiServer } from '../kube/api-server.ts';
import { objects, type SocketWorld, socketWorld } from '../socket/world.ts';

const POD = { namespace: 'shop', pod: 'web-1', account: 'web' };
const OBJECTS = objects('db-password secret/data/app password');
const OTHERS_EVERY_MS = 200;
/** Many times what its share allows. */
const MOST_CROWDS = 20;
const READABLE = [
  'secret/data/app',
  'secret/data/mail',
  'secret/app',
  'secret/data/gone',
  'secret/data/deleted',
  'limited/app',
];

export class SampleWorld {
  readonly api: StandInApiServer;
  readonly #socket: SocketWorld;
  readonly #daemon: Daemon;
  readonly #driver: Driver;
  readonly #dir: string;

  private constructor(socket: SocketWorld, api: StandInApiServer, daemon: Daemon, dir: string) {
    this.api = api;
    this.#socket = socket;
    this.#daemon = daemon;
    this.#driver = daemon.driver();
    this.#dir = dir;
  }

  static async start(): Promise<SampleWorld> {
    const [socket, api] = await Promise.all([socketWorld(), new StandInApiServer().start()]);
    await fill(socket);
    const dir = mkdtempSync(join(tmpdir(), 'samples-'));
    writeFileSync(join(dir, 'kubeconfig'), kubeconfigOf(api));
    const args = [
      '--request-timeout=3s',
      '--mount-timeout=9s',
      '--max-retries=0',
      '--require-namespaces',
      `--kubeconfig=${join(dir, 'kubeconfig')}`,
    ];
    const daemon = await startDaemon({ args: [`--vault-addr=${socket.bao.address}`, ...args] });
    return new SampleWorld(socket, api, daemon, dir);
  }

  async stop(): Promise<void> {
    await this.#daemon.stop('SIGKILL');
    await this.api.stop();
    rmSync(this.#dir, { recursive: true });
  }

  /** The log line of a mount that succeeds, of a pod of its own. */
  async lineOfMount(): Promise<string> {
    await this.#driver.mount(this.#wish(OBJECTS, {}, { pod: 'web-7' }));
    const line = await this.#daemon.untilLogged(({ pod }) => pod === 'web-7');
    const version = String(line['versions']).replace(/=\d+\.[0-9a-f]{12}$/, '=3.616189b13fc1');
    return JSON.stringify({ ...line, time: '2026-11-24T03:12:45.209Z', ms: 16.6, versions: [version] });
  }

  mintJwt(claims: TokenClaims = {}): string {
    return this.#socket.jwt.mintJwt({ ...POD, ...claims });
  }

  /** The refusal of one of many classes that weigh as much as a class may, while their store hangs. */
  async crowdedRefusal(): Promise<string> {
    const store = await startFaultyStore({ behaviour: hang });
    const args = `&a {x: "${'y'.repeat(30_000)}"}`;
    const object = (turn: number, i: number) =>
      `- {objectName: f${i}, secretPath: a/${turn}-${i}, method: PUT, secretArgs: ${i === 0 ? args : '*a'}}`;
    const texts = Array.from({ length: 12 }, (_, turn) =>
      Array.from({ length: 30 }, (_, i) => object(turn, i)).join('\n'),
    );
    const parameters = { vaultAddress: store.address };
    const refusals = await Promise.all(texts.map((text) => this.refusal(text, parameters)));
    await store.stop();
    return refusals.find((text) => text.endsWith('[memory-budget]')) ?? refusals.join('\n');
  }

  /** The refusal of a mount whose namespace keeps the provider busy, while another pod is served. */
  async refusalOfBusy(behaviour: Behaviour): Promise<string> {
    const store = await startFaultyStore({ behaviour });
    const stop = new AbortController();
    const others = (async () => {
      while (!stop.signal.aborted) {
        await this.mount(OBJECTS);
        await sleep(OTHERS_EVERY_MS);
      }
    })();
    try {
      const busy = { namespace: 'busy', pod: 'report-1', account: 'report' };
      const wish = { ...busy, tokens: { vault: this.mintJwt(busy) } };
      const mountOne = async () => {
        const request = this.#wish(OBJECTS, { vaultAddress: store.address }, wish);
        return this.#driver.mount(request).then(
          () => undefined,
          ({ details }) => asOnThePage(String(details)),
        );
      };
      // However quick the machine is: in the end one of them waits for too long.
      for (let crowds = 0; crowds < MOST_CROWDS; crowds += 1) {
        const refusals = await Promise.all(Array.from({ length: 8 }, mountOne));
        const refusal = refusals.find((text) => text?.endsWith('[time-share]'));
        if (refusal !== undefined) return refusal;
      }
      return 'it was never refused';
    } finally {
      stop.abort();
      await others;
      await store.stop();
    }
  }

  mount(objectsText: string): Promise<unknown> {
    return this.#driver.mount(this.#wish(objectsText));
  }

  /** What the pod's event would say. */
  async refusal(
    objectsText: string,
    parameters: Readonly<Record<string, string>> = {},
    wish: Partial<MountWish> = {},
  ): Promise<string> {
    const { details } = await this.#driver.refusal(this.#wish(objectsText, parameters, wish));
    return asOnThePage(details);
  }

  /** The same with a store that behaves in this way. */
  async withStore(
    behaviour: Behaviour,
    objectsText = OBJECTS,
    wish: Partial<MountWish> = {},
    { parameters = {}, ...options }: FaultyStoreOptions & { parameters?: Readonly<Record<string, string>> } = {},
  ): Promise<string> {
    const store = await startFaultyStore({ behaviour, ...options });
    try {
      const vaultAddress = store.address.replace('127.0.0.1', 'localhost');
      return await this.refusal(objectsText, { vaultAddress, ...parameters }, wish);
    } finally {
      await store.stop();
    }
  }

  #wish(
    objectsText: string,
    parameters: Readonly<Record<string, string>> = {},
    wish: Partial<MountWish> = {},
  ): MountWish {
    const method = parameters['vaultAuthMountPath'] === 'kubernetes' ? this.#socket.kubernetes : this.#socket.jwt;
    return {
      ...POD,
      className: 'app',
      parameters: { roleName: 'web', vaultAuthMountPath: method.mount, objects: objectsText, ...parameters },
      tokens: { vault: method.mintJwt({ ...POD, pod: wish.pod ?? POD.pod }) },
      ...wish,
    };
  }
}

async function fill({ bao, jwt, kubernetes }: SocketWorld): Promise<void> {
  const rules = READABLE.map((path) => `path "${path}" { capabilities = ["read"] }`);
  await bao.addPolicy('web', [...rules, 'path "secret/data/ticket" { capabilities = ["create"] }'].join('\n'));
  await jwt.addRole('web', { policies: ['web'] });
  await kubernetes.addRole('payroll', { fields: { bound_service_account_names: ['payroll'] } });
  await bao.request('POST', 'secret/data/deleted', { data: { password: 'was-here' } });
  await bao.request('DELETE', 'secret/data/deleted');
  await bao.request('POST', 'secret/data/mail', { data: { 'smtp-password': 's3cret' } });
  await bao.enableKv('limited', 1);
  await bao.request('POST', 'limited/app', { password: 'once-an-hour' });
  await bao.request('POST', 'sys/quotas/rate-limit/limited', { path: 'limited', rate: 1, interval: '1h' });
}

/** Addresses, times of day and the daemon's short time, which the page gives as a reader's would be. */
function asOnThePage(details: string): string {
  return details
    .replaceAll(/https?:\/\/(?:localhost|127\.0\.0\.1):\d+/g, 'https://vault.example.com:8200')
    .replaceAll(/127\.0\.0\.1:\d+/g, '10.96.0.1:443')
    .replaceAll(/\blocalhost\b/g, 'vault.example.com')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '2026-11-24T03:12:45Z')
    .replaceAll('within 3 s', 'within 10 s')
    .replaceAll('first for 6 s', 'first for 20 s');
}
