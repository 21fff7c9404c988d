// The outside of the table of fixes: the real OpenBao of the socket suite, built daemons, and a front before that store
// for what it does not do on request.
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Daemon, DaemonOptions } from '../harness/daemon.ts';
import type { MountWish } from '../harness/driver.ts';
import {
  type Behaviour,
  type FaultyStore,
  type FaultyStoreOptions,
  startFaultyStore,
} from '../harness/faulty-store.ts';
import type { TokenClaims } from '../harness/jwt.ts';
import type { OpenBao } from '../harness/openbao.ts';
import { type Asked, kubeconfigOf, type Reply, StandInApiServer } from '../kube/api-server.ts';
import { objects, type SocketWorld, socketWorld } from '../socket/world.ts';

/** What a pod mounts; all of it has a default that mounts well. */
export interface Wish {
  /** One object per line, `name path key`; or a list in YAML. */
  readonly objects?: string | readonly string[];
  /** The role of the jwt login. `wide` may do everything, `least` read what the table's classes mean to read. */
  readonly role?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  /** For which the driver brings tokens of the pod; default: `vault`. */
  readonly audiences?: readonly string[];
  readonly tokens?: Readonly<Record<string, string>>;
  readonly call?: Partial<MountWish>;
  readonly claims?: TokenClaims;
  /** By the kubernetes login, which pods of an account share; default: jwt. */
  readonly isShared?: boolean;
  /** A daemon of its own, started so; or one that runs (Bench.start). */
  readonly daemon?: DaemonOptions | Daemon;
}

/** One way into a reason. */
export interface Way {
  readonly name: string;
  readonly wrong: (bench: Bench) => Wish | Promise<Wish>;
  /** The whole text of the pod's event; STORE stands for the address of the store that was asked. */
  readonly says: string;
  /** Where Vault's own words are others; null: Vault has no such way. */
  readonly saysVault?: string | null;
  /** Does what the text says. @returns what mounts then; nothing: the same as before */
  readonly fix: (bench: Bench) => Wish | undefined | Promise<Wish | undefined>;
  /** What the first file then holds; default: the password. */
  readonly gives?: RegExp;
}

/** No retries, little patience, and no answer of a moment ago: the fix counts at the next mount. */
const ARGS = ['--max-retries=0', '--request-timeout=3s', '--coalesce-window=0', '--poll-window=0'];

export class Bench {
  readonly world: SocketWorld;
  readonly dir: string;
  /** From a row's problem to its fix. */
  readonly notes = new Map<string, string>();
  standby: FaultyStore | undefined;
  /** Mounts that take memory from a row's. */
  crowd: Promise<unknown> = Promise.resolve();
  readonly #stores: FaultyStore[] = [];
  #api: StandInApiServer | undefined;
  #daemon: Daemon;

  private constructor(world: SocketWorld, dir: string, daemon: Daemon) {
    this.world = world;
    this.dir = dir;
    this.#daemon = daemon;
  }

  static async open(): Promise<Bench> {
    const world = await socketWorld();
    const dir = await mkdtemp(join(tmpdir(), 'fixes-'));
    await fill(world);
    const bench = new Bench(world, dir, await world.daemon({ args: ARGS }));
    return bench;
  }

  get bao(): OpenBao {
    return this.world.bao;
  }

  /** The shared daemon's. */
  get daemon(): Daemon {
    return this.#daemon;
  }

  async close(): Promise<void> {
    await this.world.endDaemons();
    await Promise.all(this.#stores.map((store) => store.stop()));
    await this.#api?.stop();
    await rm(this.dir, { recursive: true });
  }

  /** A file, as an operator would mount it into the provider. */
  write(name: string, text: string): string {
    const path = join(this.dir, name);
    writeFileSync(path, text);
    return path;
  }

  /** A store before the real one: it passes on what it is not told to do otherwise. */
  async front(behaviour: Behaviour = this.passOn, options: FaultyStoreOptions = {}): Promise<FaultyStore> {
    const store = await startFaultyStore({ behaviour, ...options });
    this.#stores.push(store);
    return store;
  }

  /** An API server that gives tokens, for a daemon that is started with `kubeconfig`. */
  async api(): Promise<StandInApiServer> {
    if (this.#api === undefined) {
      this.#api = await new StandInApiServer().start();
      this.write('kubeconfig', kubeconfigOf(this.#api));
    }
    this.#api.reply = (asked) => this.grantToken(asked);
    return this.#api;
  }

  /** The flags that lead to it. */
  get kubeconfig(): DaemonOptions {
    return { args: [`--vault-addr=${this.bao.address}`, `--kubeconfig=${this.dir}/kubeconfig`] };
  }

  grantToken({ body }: Asked): Reply {
    const pod = JSON.parse(body).spec.boundObjectRef.name;
    return [
      201,
      { spec: { expirationSeconds: 900 }, status: { token: this.world.jwt.mintJwt({ namespace: 'team', pod }) } },
    ];
  }

  /** To the real store and back. */
  readonly passOn: Behaviour = (request, response) => {
    const { method, url, headers, body } = request;
    const sent = Object.fromEntries(Object.entries(headers).filter(([name]) => /^(x-|content-type)/.test(name)));
    fetch(`${this.bao.address}${url}`, {
      method,
      headers: sent as Record<string, string>,
      body: body === '' ? null : body,
      redirect: 'manual',
    })
      .then(async (answer) => {
        response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
        response.end(Buffer.from(await answer.arrayBuffer()));
      })
      .catch(() => response.destroy());
  };

  /** Logs everybody in at the real store; what is read ends in the fault. */
  onRead(fault: Behaviour): Behaviour {
    return (request, response) => (request.url.includes('/login') ? this.passOn : fault)(request, response);
  }

  /** The text of the event. */
  async refusal(wish: Wish, pod: string): Promise<string> {
    const daemon = await this.#daemonOf(wish);
    const { details } = await daemon.driver().refusal(this.#toCall(wish, pod));
    return details
      .replaceAll(this.bao.address, 'STORE')
      .replaceAll(/https?:\/\/(?:localhost|127\.0\.0\.1):\d+/g, 'STORE')
      .replaceAll(/(?<=API server )127\.0\.0\.1:\d+/g, 'API')
      .replaceAll(this.dir, '/dir')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME');
  }

  /** The first file. */
  async mount(wish: Wish, pod: string): Promise<string> {
    const daemon = await this.#daemonOf(wish);
    const { files } = await daemon.driver().mount(this.#toCall(wish, pod));
    return files[0]?.contents.toString() ?? '';
  }

  async #daemonOf({ daemon }: Wish): Promise<Daemon> {
    if (daemon === undefined) return this.#daemon;
    return 'driver' in daemon ? daemon : this.start(daemon);
  }

  start(options: DaemonOptions): Promise<Daemon> {
    return this.world.daemon({ ...options, args: [...ARGS, ...(options.args ?? [])] });
  }

  #toCall(wish: Wish, pod: string): MountWish {
    const { objects: given = ['a secret/data/app password'], role = 'least', parameters, audiences, call } = wish;
    const text = typeof given === 'string' ? given : objects(...given);
    const of = { pod, ...wish.claims, parameters: { roleName: role, ...parameters } };
    const made = wish.isShared ? this.world.kubernetesWish(text, of) : this.world.wish(text, of);
    const mint = (audience: string) => this.world.jwt.mintJwt({ namespace: 'team', pod, audience });
    const minted = audiences && Object.fromEntries(audiences.map((audience) => [audience, mint(audience)]));
    const tokens = wish.tokens ?? minted ?? made.tokens ?? {};
    return { ...made, tokens, ...call };
  }
}

/** `least` may read what is meant, and nothing that is written wrongly. */
const LEAST = ['secret/data/app', 'team/kv/data/app', 'one/app', 'secret/metadata/app', 'secret/data/limits'];

async function fill({ bao, jwt }: SocketWorld): Promise<void> {
  await Promise.all([bao.enableKv('team/kv', 2), bao.enableKv('one', 1), bao.enablePki({ mount: 'ca' })]);
  await bao.request('POST', 'sys/mounts/ca-ssh', { type: 'ssh' });
  await bao.request('POST', 'ca-ssh/config/ca', { generate_signing_key: true });
  // A KV 2 engine makes itself ready after it was mounted.
  await untilDone(() => bao.request('POST', 'team/kv/data/app', { data: { password: 's3cret-value' } }));
  await bao.request('POST', 'one/app', { password: 's3cret-value' });
  await bao.addPolicy('wide', 'path "*" { capabilities = ["create", "read", "update", "list"] }');
  await bao.addPolicy('least', LEAST.map((path) => `path "${path}" { capabilities = ["read"] }`).join('\n'));
  await jwt.addRole('wide', { policies: ['wide'] });
  await jwt.addRole('least', { policies: ['least'] });
}

async function untilDone(act: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await act();
      return;
    } catch (error) {
      if (tries === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
