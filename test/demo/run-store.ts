// `npm run store`: a store for a person who tries the README's commands, with the secret of docs/examples/app.yaml in it.
// It keeps all in memory and ends with Ctrl-C. Argument: another port than 8200.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { findOpenBao } from '../harness/openbao-binary.ts';
import { EXAMPLE_SECRET } from './example-secret.ts';

const USUAL_PORT = '8200';
const TOKEN = 'root';
/** Dev mode is ready in about a second; a loaded machine may need far more. */
const READY_WITHIN_MS = 60_000;
const OTHER_PORT = 'for another port write npm run store -- 8300';

async function run(port: string): Promise<void> {
  if (!/^[1-9]\d{0,4}$/.test(port)) throw new Error(`${JSON.stringify(port)} is not a port; ${OTHER_PORT}`);
  const address = `http://127.0.0.1:${port}`;
  if (await isThere(address)) throw new Error(`port ${port} is in use; ${OTHER_PORT}`);
  const stopped = askedToStop();
  const { store, ended } = startStore(await findOpenBao(), port);
  try {
    if ((await Promise.race([fill(address), ended, stopped])) === 'stop') return;
    console.log(nextSteps(address));
    await Promise.race([ended, stopped]);
  } finally {
    store.kill();
    await ended.catch(() => {});
  }
}

interface Running {
  readonly store: ChildProcess;
  /** Rejects, as it ends only if it is stopped. */
  readonly ended: Promise<never>;
}

/** In a process group of its own: a terminal sends Ctrl-C to all of ours, and this process ends it. */
function startStore(binary: string, port: string): Running {
  const args = ['server', '-dev', '-dev-no-store-token', `-dev-listen-address=127.0.0.1:${port}`];
  const env = {
    PATH: process.env['PATH'],
    HOME: tmpdir(),
    BAO_DEV_ROOT_TOKEN_ID: TOKEN,
    VAULT_DEV_ROOT_TOKEN_ID: TOKEN,
  };
  const store = spawn(binary, args, { env, stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  let said = '';
  store.stderr?.on('data', (part: Buffer) => {
    said = (said + part.toString()).slice(-2_000);
  });
  const ended = once(store, 'exit').then(() => Promise.reject(new Error(`the store ended by itself:\n${said}`)));
  // It may end before anybody waits for it.
  ended.catch(() => {});
  return { store, ended };
}

/** Writes the secret as soon as the store takes it. */
async function fill(address: string): Promise<void> {
  const request = {
    method: 'POST',
    headers: { 'X-Vault-Token': TOKEN },
    body: JSON.stringify({ data: EXAMPLE_SECRET.data }),
  };
  for (const until = Date.now() + READY_WITHIN_MS; ; ) {
    const answer = await fetch(`${address}/v1/${EXAMPLE_SECRET.path}`, request).catch(() => undefined);
    if (answer?.ok) return;
    if (Date.now() > until) throw new Error(`the store took no secret within ${READY_WITHIN_MS / 1_000} s`);
    await sleep(100);
  }
}

/** Whoever answers: an HTTP client hears of a refused connection at once. */
function isThere(address: string): Promise<boolean> {
  return fetch(address, { signal: AbortSignal.timeout(2_000) }).then(
    () => true,
    ({ cause }) => cause?.code !== 'ECONNREFUSED',
  );
}

function askedToStop(): Promise<'stop'> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve('stop'));
  });
}

function nextSteps(address: string): string {
  return `A store of OpenBao listens at ${address}. It has the secret ${EXAMPLE_SECRET.path}, all in memory.
In another terminal, in this folder:

  npm run build
  export VAULT_ADDR=${address} VAULT_TOKEN=${TOKEN}
  npm exec -- secretmount mount docs/examples/app.yaml --out=/dev/shm/app
  cat /dev/shm/app/db-password

Ctrl-C ends the store and all that it holds.`;
}

try {
  await run(process.argv[2] ?? USUAL_PORT);
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 1;
}
