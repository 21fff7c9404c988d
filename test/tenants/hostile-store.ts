// A store that a tenant runs, on a thread of its own: each path's last element is the seed of its answer, each login's
// token names its account. It listens on one port per tenant, so that one's faults are not another's.
import { createServer, type Socket } from 'node:net';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { Random } from '../plan/random.ts';
import { type HostileAnswer, hostileAnswer, hostileLogin } from './hostile-answers.ts';

/** What a token of this store begins with: in a log or an error it is a leak. */
export const TOKEN_MARK = 'tok.';

export interface HostileStore {
  readonly addresses: readonly string[];
  /** Answers sent so far. */
  readonly answers: number;
  stop(): Promise<void>;
}

export async function startHostileStore(ports: number): Promise<HostileStore> {
  const counter = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL(import.meta.url), { workerData: { ports, counter } });
  const listening = await new Promise<readonly number[]>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  return {
    addresses: listening.map((port) => `http://127.0.0.1:${port}`),
    get answers() {
      return Atomics.load(counter, 0);
    },
    async stop() {
      await worker.terminate();
    },
  };
}

const TOKEN = /^x-vault-token: (.*)$/im;
const LENGTH = /^content-length: (\d+)$/im;

function serve(socket: Socket, counter: Int32Array): void {
  let text = '';
  socket.setEncoding('latin1');
  socket.on('error', () => {});
  socket.on('data', (part) => {
    text += part;
    for (;;) {
      const end = text.indexOf('\r\n\r\n');
      if (end === -1) return;
      const head = text.slice(0, end);
      const total = end + 4 + Number(LENGTH.exec(head)?.[1] ?? 0);
      if (text.length < total) return;
      const { bytes, hold } = answerTo(head, text.slice(end + 4, total));
      text = text.slice(total);
      Atomics.add(counter, 0, 1);
      socket.write(bytes);
      if (!hold && !isWhole(bytes)) return void socket.end();
    }
  });
}

/** Whether more may follow on the connection. */
function isWhole(bytes: Buffer): boolean {
  const end = bytes.indexOf('\r\n\r\n');
  const length = LENGTH.exec(bytes.subarray(0, Math.max(0, end)).toString('latin1').replaceAll('\r', ''))?.[1];
  return length !== undefined && bytes.length === end + 4 + Number(length);
}

let logins = 0;

function answerTo(head: string, body: string): HostileAnswer {
  const lines = head.replaceAll('\r', '');
  const path = lines.split(' ')[1]?.split('?')[0] ?? '';
  const token = TOKEN.exec(lines)?.[1] ?? '';
  const owner = token.split('.')[1] ?? 'nobody';
  const random = new Random(Number(path.split('/').at(-1)) || body.length);
  if (!path.endsWith('/login')) return hostileAnswer(random, owner, token);
  logins += 1;
  const jwt = jwtOf(body);
  return hostileLogin(new Random(logins * 7919), `${TOKEN_MARK}${accountOf(jwt)}.${logins}`, jwt);
}

function jwtOf(body: string): string {
  try {
    return String(JSON.parse(body).jwt);
  } catch {
    return '';
  }
}

/** The account that the JWT claims. */
function accountOf(jwt: string): string {
  try {
    const claims = Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString();
    return JSON.parse(claims)['kubernetes.io'].serviceaccount.name;
  } catch {
    return 'nobody';
  }
}

if (!isMainThread) {
  const { ports, counter } = workerData as { ports: number; counter: Int32Array };
  const listening = Array.from({ length: ports }, () => {
    const server = createServer((socket) => serve(socket, counter));
    return new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        const at = server.address();
        resolve(typeof at === 'object' && at !== null ? at.port : 0);
      });
    });
  });
  parentPort?.postMessage(await Promise.all(listening));
}
