// What the author of one pod can try against the node's provider, one attacker a kind of fault. Each goes on until it
// is told to stop, while the victim's pods beside it are measured.
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Driver, MountWish } from '../harness/driver.ts';
import { answer, type Behaviour, type FaultyStore, startFaultyStore } from '../harness/faulty-store.ts';
import { forgedToken } from './hostile-mounts.ts';
import { hostileTemplates, VALUES } from './hostile-templates.ts';
import { type Neighbours, neighbour } from './neighbours.ts';

export interface AttackWorld {
  readonly driver: Driver;
  readonly neighbours: Neighbours;
  readonly httpPort: number;
  readonly signal: AbortSignal;
}

export interface Attacker {
  readonly name: string;
  readonly attack: (world: AttackWorld) => Promise<void>;
}

const MIB = 2 ** 20;
const AT_ONCE = 4;
/** As many pods as a node takes. */
const NODE_FULL = 110;

export const ATTACKERS: readonly Attacker[] = [
  { name: 'half a character in an error text', attack: atOwnStore(answer(400, '{"errors":["\\ud800"]}')) },
  {
    name: 'an answer of 3.9 MiB of numbers',
    attack: atOwnStore(answer(200, `{"data":{"value":[${'1,'.repeat(1.9 * MIB)}1]}}`)),
  },
  {
    name: 'a node full of pods with 3.9 MiB of numbers each',
    attack: atOwnStore(answer(200, `{"data":{"value":[${'1,'.repeat(1.9 * MIB)}1]}}`), { atOnce: NODE_FULL }),
  },
  {
    name: 'an answer of 3.9 MiB of empty objects',
    attack: atOwnStore(answer(200, `{"data":{"value":[${'{},'.repeat(1.3 * MIB)}1]}}`)),
  },
  {
    name: '16 secrets of 1 MiB in one class',
    attack: atOwnStore(answer(200, `{"data":{"value":"${'x'.repeat(MIB)}"}}`), { reads: 16 }),
  },
  { name: 'large answers kept for the life of the pod', attack: keepLargeAnswers },
  {
    name: 'digits by the 100,000 in an error text',
    attack: atOwnStore(answer(400, { errors: ['1'.repeat(200_000)] })),
  },
  {
    name: '100,000 empty errors and 4,800 arguments',
    attack: atOwnStore(answer(400, { errors: Array(100_000).fill('a') }), { more: argumentsOf(4_800) }),
  },
  { name: 'a store that never ends its answer', attack: atOwnStore(trickle, { reads: 200 }) },
  { name: 'a store that switches protocols', attack: atOwnStore(switchProtocols, { reads: 200 }) },
  {
    name: "a status of choice from the operator's store",
    attack: atOperatorsStore((i) => `{objectName: f${i}, secretPath: "sys/health?activecode=503&i=${i}"}`),
  },
  {
    name: "CONNECT to the operator's store",
    attack: atOperatorsStore((i) => `{objectName: f${i}, secretPath: sys/x${i}, method: CONNECT}`),
  },
  { name: 'roles that do not exist', attack: refusedLogins },
  { name: 'leases of milliseconds', attack: atOwnStore(shortLease, { reads: 200 }) },
  { name: 'endless files of procfs as certificates', attack: procFiles },
  { name: 'half-sent requests to the HTTP port', attack: halfRequests },
  { name: 'templates that take all the time and memory they may', attack: templates(AT_ONCE) },
  { name: 'a node full of pods with such templates', attack: templates(NODE_FULL) },
];

/** Mounts of accounts of its own at a store of its own, over and over. */
function atOwnStore(
  onRead: Behaviour,
  { reads = 1, more = '', atOnce = AT_ONCE }: OwnStoreOptions = {},
): Attacker['attack'] {
  return (world) =>
    withStore(onRead, ({ address }) =>
      repeat(
        world,
        (round, lane) => {
          const objects = Array.from(
            { length: reads },
            (_, i) => `- {objectName: f${i}, secretPath: s/a${round}-${i}, secretKey: value${more}}`,
          );
          return evil(`e${lane}`, { vaultAddress: address, objects: objects.join('\n') }, `pod-${round % 20}`);
        },
        atOnce,
      ),
    );
}

interface OwnStoreOptions {
  /** Objects of each class, each with a read of its own. */
  readonly reads?: number;
  /** Fields of each object. */
  readonly more?: string;
  /** Mounts under way at all times. */
  readonly atOnce?: number;
}

/** By the victim's own store and role list, as a neighbour that may read nothing. */
function atOperatorsStore(object: (index: number) => string): Attacker['attack'] {
  return async (world) => {
    const objects = Array.from({ length: 200 }, (_, i) => `- ${object(i)}`).join('\n');
    await repeat(world, (round, lane) => neighbour(world.neighbours, 'none', 5 * lane + (round % 5), objects));
  };
}

function keepLargeAnswers(world: AttackWorld): Promise<void> {
  const onRead = answer(200, `{"data":{"value":"${'x'.repeat(3.7 * MIB)}"}}`);
  return withStore(onRead, ({ address }) =>
    repeat(world, (round, lane) => {
      const objects = `- {objectName: a, secretPath: s/a${lane}-${round}, secretKey: value, refreshAfter: 8760h}`;
      return evil('keeper', { vaultAddress: address, objects }, `pod-${lane}-${round}`);
    }),
  );
}

function templates(atOnce: number): Attacker['attack'] {
  return (world) =>
    withStore(answer(200, VALUES), ({ address }) =>
      repeat(
        world,
        (round, lane) => {
          const parameters = { vaultAddress: address, objects: hostileTemplates(round, lane) };
          return evil(`e${lane}`, parameters, `pod-${round % 20}`);
        },
        atOnce,
      ),
    );
}

async function refusedLogins(world: AttackWorld): Promise<void> {
  const objects = '- {objectName: a, secretPath: secret/data/x}';
  await repeat(world, (round, lane) => neighbour(world.neighbours, `no-such-role-${lane}-${round}`, lane, objects));
}

async function procFiles(world: AttackWorld): Promise<void> {
  const paths = [
    '/proc/self/pagemap',
    '/proc/self/maps',
    '/proc/kmsg',
    '/dev/zero',
    '/sys/kernel/debug/tracing/trace_pipe',
  ];
  const objects = '- {objectName: a, secretPath: s/a, secretKey: k}';
  await repeat(world, (round, lane) => {
    const vaultCACertPath = paths[round % paths.length] ?? '';
    return evil(`e${lane}`, { vaultAddress: 'https://127.0.0.1:1', vaultCACertPath, objects });
  });
}

async function halfRequests({ httpPort, signal }: AttackWorld): Promise<void> {
  const sockets = new Set<net.Socket>();
  const dial = () => {
    if (signal.aborted) return;
    const socket = net.connect(httpPort, '127.0.0.1', () => socket.write('GET /healthz HTTP/1.1\r\nx: '));
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      setTimeout(dial, 5);
    });
  };
  for (let i = 0; i < 300; i += 1) dial();
  await aborted(signal);
  for (const socket of sockets) socket.destroy();
}

async function withStore(onRead: Behaviour, work: (store: FaultyStore) => Promise<void>): Promise<void> {
  let logins = 0;
  const behaviour: Behaviour = (request, response) => {
    logins += 1;
    const auth = { client_token: `s.evil-${logins}`, lease_duration: 3600, renewable: true, metadata: {} };
    const isOfToken = request.url.endsWith('/login') || request.url.includes('auth/token/');
    (isOfToken ? answer(200, { auth }) : onRead)(request, response);
  };
  const store = await startFaultyStore({ behaviour });
  try {
    await work(store);
  } finally {
    await store.stop();
  }
}

/** Several mounts under way at all times; what comes of them is nobody's concern here. */
async function repeat(
  { driver, signal }: AttackWorld,
  wish: (round: number, lane: number) => MountWish,
  atOnce = AT_ONCE,
): Promise<void> {
  const lanes = Array.from({ length: atOnce }, async (_, lane) => {
    for (let round = 0; !signal.aborted; round += 1) {
      await Promise.race([driver.mount(wish(round, lane)).catch(() => sleep(1)), aborted(signal)]);
    }
  });
  await Promise.all(lanes);
}

function evil(account: string, parameters: Record<string, string>, pod = 'pod-0'): MountWish {
  return {
    namespace: 'evil',
    account,
    pod,
    tokens: { vault: forgedToken(account) },
    parameters: { roleName: 'r', ...parameters },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function argumentsOf(count: number): string {
  return `, method: POST, secretArgs: {${Array.from({ length: count }, (_, i) => `a${i}: v${i.toString(36)}zz`).join(', ')}}`;
}

function trickle(_request: unknown, response: Parameters<Behaviour>[1]): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('{"data":{"value":"');
  const timer = setInterval(() => response.write('x'), 500);
  response.once('close', () => clearInterval(timer));
}

function switchProtocols(_request: unknown, response: Parameters<Behaviour>[1]): void {
  response.socket?.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n');
}

function shortLease(request: Parameters<Behaviour>[0], response: Parameters<Behaviour>[1]): void {
  answer(200, { lease_id: `l-${request.url}`, lease_duration: 0.2, renewable: true, data: { value: 'v' } })(
    request,
    response,
  );
}
