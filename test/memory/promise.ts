// Pods at the documented bounds, all at once, against a daemon as the image starts it, in a memory cgroup of the chart's
// limit where this machine has one: nobody is killed, and every mount is answered or refused with its reason. By hand, for
// 110 pods of each kind: node test/memory/promise.ts [PODS]
import { readFileSync } from 'node:fs';
import { MemoryGroup } from '../../bench/memory-group.ts';
import { Daemon } from '../harness/daemon.ts';
import { type CallFailed, Driver } from '../harness/driver.ts';
import { answer, type Behaviour, startFaultyStore } from '../harness/faulty-store.ts';
import { signJwt } from './token.ts';

const MIB = 1024 * 1024;
/** deploy/helm/secretmount/values.yaml */
export const CHART_LIMIT_BYTES = 192 * MIB;
/** Dockerfile, ENTRYPOINT. */
const NODE_ARGS = [
  ...['--disable-sigusr1', '--disallow-code-generation-from-strings', '--expose-gc'],
  ...['--max-semi-space-size=2', '--max-old-space-size=64', '--no-concurrent-recompilation'],
];

const LOGIN = { client_token: 'hvs.promise', lease_duration: 3600, renewable: true, metadata: {} };
const wrap = (value: string) => Buffer.from(`{"request_id":"r","data":{"data":{"a":${value}}}}`);
const keys = Array.from({ length: 380_000 }, (_, i) => `"${(999_999 - i).toString(36)}":0`).join();

/** Answers by the first letters of a path. */
const ANSWERS: Readonly<Record<string, Buffer>> = {
  small: wrap('"x"'),
  some: wrap(`"${'x'.repeat(13_000)}"`),
  mb: wrap(`"${'x'.repeat(1_000_000)}"`),
  text: wrap(`"${'x'.repeat(3_900_000)}"`),
  escapes: wrap(`"${'\\n'.repeat(2_090_000)}"`),
  numbers: wrap(`[${'1,'.repeat(2_090_000)}1]`),
  html: wrap(`"${'<'.repeat(4_100_000)}"`),
  unsorted: Buffer.from(`{"data":{${keys}}}`),
};

const list = (count: number, path: (i: number) => string, key = ', secretKey: a') =>
  Array.from({ length: count }, (_, i) => `- {objectName: "file-${i}", secretPath: "s/${path(i)}"${key}}`).join('\n');

export interface Scenario {
  readonly objects: (pod: number) => string;
  readonly unknown?: string;
  readonly secretBytes?: number;
}

/** Files of 3.9 MB in all, and hardly anything is read for them. */
export const ONE_VALUE: Scenario = { objects: (pod) => list(300, () => `some-${pod}`) };

/** Merely large. */
export const ONE_MB: Scenario = { objects: (pod) => list(1, () => `mb-${pod}`) };

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'a secret of 1 MB': ONE_MB,
  'one value of 13 KB as 300 files': ONE_VALUE,
  'one list of two million numbers as 300 files': { objects: (pod) => list(300, () => `numbers-${pod}`) },
  'a file of 3.9 MB': { objects: (pod) => list(1, () => `text-${pod}`) },
  'four secrets of 1 MB': { objects: (pod) => list(4, (i) => `mb-${pod}-${i}`) },
  'twenty secrets of 1 MB': { objects: (pod) => list(20, (i) => `mb-${pod}-${i}`) },
  'an answer of two million numbers, whole': { objects: (pod) => list(1, () => `numbers-${pod}`, '') },
  'an answer of 380,000 unsorted keys, whole': { objects: (pod) => list(1, () => `unsorted-${pod}`, '') },
  'an answer that grows sixfold, whole': { objects: (pod) => list(1, () => `html-${pod}`, '') },
  'a file of two million escapes': { objects: (pod) => list(1, () => `escapes-${pod}`) },
  'a class of 1,000 objects, each of a secret of its own': {
    objects: (pod) => list(1_000, (i) => `small-${pod}-${i}`),
  },
  'a class of 1,000 objects, with attributes and secrets at their bounds': {
    objects: (pod) => list(1_000, (i) => `small-${pod}-${'y'.repeat(40)}-${i % 50}`),
    unknown: 'z'.repeat(300_000),
    secretBytes: 1_000_000,
  },
};

export interface Kept {
  /** How many ended so: `ok`, or code and reason. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly isAlive: boolean;
  readonly kills: number;
  readonly anonMiB: number;
  /** The group's, with pages of files; undefined if there is none. */
  readonly workingMiB: number | undefined;
}

const onRequest: Behaviour = ({ url }, response) => {
  if (url.includes('/login')) return answer(200, { auth: LOGIN })({ url } as never, response);
  response.end(ANSWERS[/\/s\/([a-z]+)/.exec(url)?.[1] ?? ''] ?? '{}');
};

/** @param args of the daemon */
export async function keepPromise(scenario: Scenario, pods: number, args: readonly string[] = []): Promise<Kept> {
  const store = await startFaultyStore({ behaviour: onRequest });
  const daemon = new Daemon({ nodeArgs: NODE_ARGS, args: [`--vault-addr=${store.address}`, ...args], env: ENV });
  await daemon.untilStarted();
  const before = anonBytes(daemon);
  // What it has before it enters is not counted there.
  const group = MemoryGroup.create(CHART_LIMIT_BYTES - before);
  group?.admit(daemon.process.pid ?? 0);
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, anonBytes(daemon));
  }, 5);
  const driver = new Driver(`${daemon.folder}/vault.sock`);
  const outcomes: Record<string, number> = {};
  await Promise.all(
    Array.from({ length: pods }, async (_, pod) => {
      const outcome = await driver.mount(wishOf(scenario, pod)).then(() => 'ok', describe);
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }),
  );
  clearInterval(timer);
  driver.close();
  const isAlive = daemon.process.exitCode === null && daemon.process.signalCode === null;
  const workingMiB = group && Math.round((group.workingSetBytes() + before) / MIB);
  const kills = group?.kills() ?? 0;
  await daemon.stop('SIGKILL').catch(() => {});
  group?.remove();
  await store.stop();
  return { outcomes, isAlive, kills, anonMiB: Math.round(most / MIB), workingMiB };
}

const ENV = { MALLOC_ARENA_MAX: '1' };

function wishOf({ objects, unknown, secretBytes }: Scenario, pod: number) {
  const account = `account-${pod % 20}`;
  return {
    ...{ namespace: 'team', account, pod: `pod-${pod}`, tokens: { vault: signJwt('team', account) } },
    parameters: { roleName: 'app', objects: objects(pod), ...(unknown === undefined ? {} : { unknown }) },
    ...(secretBytes === undefined ? {} : { secrets: { s: 'x'.repeat(secretBytes) } }),
  };
}

function describe({ code, details }: CallFailed): string {
  return `${code} ${/\[([a-z-]+)\]$/.exec(details ?? '')?.[1] ?? details}`;
}

function anonBytes({ process }: Daemon): number {
  try {
    return Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${process.pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

if (import.meta.main) {
  const pods = Number(process.argv[2] ?? 110);
  for (const [name, scenario] of Object.entries(SCENARIOS)) console.log(name, await keepPromise(scenario, pods));
}
