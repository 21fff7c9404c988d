// A port behind which packets vanish, as those to a machine that lost its power: nothing takes a connection and nothing
// refuses one. Its process is stopped and its queue of connections is full.
import { type ChildProcess, spawn } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface SwallowingPort {
  readonly address: string;
  stop(): void;
}

const LISTENS = `
  const server = require('node:net').createServer();
  server.listen({ host: '127.0.0.1', port: 0, backlog: 1 }, () => console.log(server.address().port));
`;
/** On the loopback a connection takes far less. */
const TAKES_NONE_MS = 300;
const QUEUE_MOST = 10;

export async function startSwallowingPort(): Promise<SwallowingPort> {
  const child = spawn(process.execPath, ['-e', LISTENS], { stdio: ['ignore', 'pipe', 'inherit'] });
  const killOnExit = () => child.kill('SIGKILL');
  process.on('exit', killOnExit);
  const port = await portOf(child);
  child.kill('SIGSTOP');
  const queue: Socket[] = [];
  const stop = () => {
    for (const socket of queue) socket.destroy();
    process.off('exit', killOnExit);
    child.kill('SIGKILL');
  };
  while (await takes(port, queue))
    if (queue.length > QUEUE_MOST) {
      stop();
      throw new Error(`the queue of port ${port} is never full`);
    }
  return { address: `http://127.0.0.1:${port}`, stop };
}

function portOf({ stdout }: ChildProcess): Promise<number> {
  return new Promise((resolve) => stdout?.once('data', (text) => resolve(Number(text))));
}

async function takes(port: number, queue: Socket[]): Promise<boolean> {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  queue.push(socket);
  const connected = new Promise<true>((resolve) => socket.once('connect', () => resolve(true)));
  return Promise.race([connected, sleep(TAKES_NONE_MS, false)]);
}
