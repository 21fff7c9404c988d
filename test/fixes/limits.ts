// What is too much: answers, files, leases, waiting. And addresses that the node's operator has to allow.
import type { Daemon } from '../harness/daemon.ts';
import { answer, hang, oversized } from '../harness/faulty-store.ts';
import { objects } from '../socket/world.ts';
import type { Bench, Way, Wish } from './bench.ts';

const MIB = 1024 * 1024;
const TWO = ['model kv/model password', 'index kv/index password'];

/** A class whose store answers its reads so. */
async function reading(bench: Bench, fault: Parameters<Bench['onRead']>[0], wish: Wish = {}): Promise<Wish> {
  const store = await bench.front(bench.onRead(fault));
  bench.notes.set('limits', store.address);
  return { ...wish, parameters: { vaultAddress: store.address } };
}

const data = (size: number, rest: object = {}) => answer(200, { ...rest, data: { password: 'x'.repeat(size) } });
const lease = (size: number) => data(size, { lease_id: 'database/creds/app/1', lease_duration: 3600, renewable: true });

export const LIMIT_WAYS: readonly Way[] = [
  {
    name: 'an answer larger than a volume',
    wrong: (bench) => reading(bench, oversized(5 * MIB, true)),
    says: 'object "a": GET secret/data/app: the answer is over 4 MiB, more than a volume can hold [answer-too-large]',
    fix: (bench) => reading(bench, data(2 * MIB)),
    gives: /^x+$/,
  },
  {
    name: 'bytes that are more than are mounted',
    wrong: (bench) =>
      reading(
        bench,
        answer(200, 'x'.repeat(3 * MIB + 1), { 'content-type': 'text/plain', 'cache-control': 'no-store' }),
      ),
    says: 'object "a": GET secret/data/app: the answer is not JSON and over 3 MiB, more than is mounted of one [answer-too-large]',
    fix: (bench) => reading(bench, data(10)),
    gives: /^x+$/,
  },
  {
    name: 'files that are too much together, split over two classes',
    wrong: (bench) => reading(bench, data(2.2 * MIB), { objects: TWO }),
    says: 'object "model": the files come to 4.41 MiB and the driver takes 4 MiB at most; split the class in two; the largest: model (2.20 MiB), index (2.20 MiB) [files-too-large]',
    fix: (bench) => reading(bench, data(2.2 * MIB), { objects: TWO.slice(1) }),
    gives: /^x+$/,
  },
  {
    name: 'a lease larger than what is kept',
    wrong: (bench) => reading(bench, lease(4 * MIB - 400), { objects: ['a database/creds/app password'] }),
    says: 'object "a": GET database/creds/app: the provider has no memory left to keep a lease for service account team/app; mount fewer or smaller leased secrets in its pods [lease-memory-full]',
    fix: (bench) => reading(bench, lease(10), { objects: ['a database/creds/app password'] }),
    gives: /^x+$/,
  },
  {
    name: 'a store that takes longer than the mount may',
    wrong: async (bench) => ({ ...(await reading(bench, hang)), call: { deadlineMs: 1_000 } }),
    says: 'object "a": GET secret/data/app: no answer from STORE within the mount\'s time [mount-timeout]',
    fix: (bench) => reading(bench, bench.passOn),
  },
  {
    name: 'an address that is not listed, listed',
    wrong: async (bench) => {
      const { address } = await bench.front();
      bench.notes.set('limits', address);
      return listed(bench);
    },
    says: 'object "a": store address STORE: the class names it and only listed addresses are allowed; the node\'s operator can allow it: --allow-store-address=STORE [address-refused]',
    fix: (bench) => listed(bench, `--allow-store-address=${bench.notes.get('limits')}`),
  },
  {
    name: 'a metadata address',
    wrong: () => ({ parameters: { vaultAddress: 'http://169.254.169.254' } }),
    says: 'object "a": store address http://169.254.169.254: it is a link-local or cloud metadata address; the node\'s operator can allow it: --allow-store-address=http://169.254.169.254:80 [address-refused]',
    fix: ({ bao }) => ({ parameters: { vaultAddress: bao.address } }),
  },
  {
    name: 'memory that other mounts have',
    wrong: async (bench) => {
      const crowd = await bench.front(hang);
      const args = `&a {x: "${'y'.repeat(30_000)}"}`;
      const object = (turn: number, i: number) =>
        `- {objectName: f${i}, secretPath: a/${turn}-${i}, method: PUT, secretArgs: ${i === 0 ? args : '*a'}}`;
      const texts = Array.from({ length: 12 }, (_, turn) =>
        Array.from({ length: 30 }, (_, i) => object(turn, i)).join('\n'),
      );
      const heavy = { parameters: { vaultAddress: crowd.address } };
      bench.crowd = Promise.all(texts.map((text, i) => bench.refusal({ ...heavy, objects: text }, `crowd-${i}`)));
      await new Promise((resolve) => setTimeout(resolve, 500));
      const large = Array.from({ length: 30 }, (_, i) => object(99, i)).join('\n');
      return { objects: `${objects('a secret/data/app password')}${large}`, ...heavy };
    },
    says: 'all 31 objects: a class of 31 objects: other mounts of this node have taken the memory for it; the mount will be tried again; split the class if it is large [memory-budget]',
    fix: async (bench) => {
      await bench.crowd;
      return {};
    },
  },
  {
    name: 'time that its namespace has used up beside others',
    wrong: async (bench) => {
      const numbers = answer(200, `{"data":{"password":[${'1,'.repeat(1_900_000)}1]}}`);
      // A mount waits for 4 s.
      const daemon = await bench.start({ args: ['--mount-timeout=6s'] });
      const busy = { daemon, parameters: { vaultAddress: (await bench.front(bench.onRead(numbers))).address } };
      const served = others(bench, daemon);
      // However quick the machine is: in the end one of them waits for too long.
      while ((await crowd(bench, busy)).every(({ status }) => status === 'fulfilled'));
      bench.crowd = Promise.all([served, crowd(bench, busy)]);
      return busy;
    },
    says: 'object "a": the mounts of its namespace have used up their time of this node\'s provider, and those of others went first for 4 s; the mount will be tried again; split the classes of the namespace if they are large [time-share]',
    fix: async (bench) => {
      bench.notes.set('others', 'are mounted');
      await bench.crowd;
      // Nobody else is served any longer.
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      return undefined;
    },
    gives: /^\[1,1,/,
  },
];

/** Several pods at once. */
function crowd(bench: Bench, wish: Wish): Promise<readonly PromiseSettledResult<string>[]> {
  return Promise.allSettled(Array.from({ length: 8 }, (_, count) => bench.mount(wish, `busy-${count}`)));
}

/** Pods of another namespace, one after the other, until a note says that it is enough. */
async function others(bench: Bench, daemon: Daemon): Promise<void> {
  for (let count = 0; bench.notes.get('others') === undefined; count += 1) {
    await bench.mount({ daemon, claims: { namespace: 'others' } }, `other-${count}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** A daemon that goes to listed addresses only. */
function listed(bench: Bench, ...args: readonly string[]): Wish {
  return {
    parameters: { vaultAddress: bench.notes.get('limits') ?? '' },
    daemon: { args: [`--vault-addr=${bench.bao.address}`, '--addresses=listed', ...args] },
  };
}
