// A daemon that waits for what it needs is there until it has it or is told to stop, also if nothing else than the wait
// is under way: no HTTP server, no socket, no connection.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Daemon } from '../harness/daemon.ts';
import { skip } from '../harness/skip.ts';

/** More than two rounds of looking at a socket's name. */
const WAIT_MS = 2_500;

describe('a daemon without an HTTP server', () => {
  let folder: string;
  const daemons: Daemon[] = [];
  const start = (...args: readonly string[]) => {
    const daemon = new Daemon({
      folder: join(folder, 'sockets'),
      sockets: ['vault.sock'],
      args: ['--http-addr=off', ...args],
    });
    daemons.push(daemon);
    return daemon;
  };
  const saying = (daemon: Daemon, text: string) => daemon.untilLogged(({ msg }) => String(msg).includes(text));
  const assertWaits = async (daemon: Daemon) => {
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
    assert.equal(daemon.process.exitCode, null, daemon.output);
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'secretmount-waiting-'));
  });
  afterEach(async () => {
    await Promise.all(daemons.splice(0).map((daemon) => daemon.stop('SIGKILL')));
    rmSync(folder, { recursive: true, force: true });
  });

  it('waits for the folder of its socket', async () => {
    const daemon = start();
    await saying(daemon, 'its folder does not exist');
    await assertWaits(daemon);
    mkdirSync(join(folder, 'sockets'));
    await saying(daemon, 'serving');
    assert.equal(await daemon.stop(), 0);
  });

  it('waits for the end of another provider', async () => {
    mkdirSync(join(folder, 'sockets'));
    const other = await listen(join(folder, 'sockets/vault.sock'));
    const daemon = start();
    await saying(daemon, 'another process serves');
    await assertWaits(daemon);
    await new Promise((resolve) => other.close(resolve));
    await saying(daemon, 'serving');
    assert.equal(await daemon.stop(), 0);
  });

  it('waits for the end of the process that has the state folder', async function () {
    if (!existsSync('/dev/shm')) skip(this, 'there is no /dev/shm');
    const state = mkdtempSync('/dev/shm/secretmount-waiting-');
    try {
      const args = [`--state-dir=${state}`, '--status-socket=off'];
      const first = start(...args);
      await saying(first, 'its folder does not exist');
      const second = start(...args);
      await saying(second, 'another process has the state folder');
      await assertWaits(second);
      assert.equal(await first.stop(), 0);
      await saying(second, 'its folder does not exist');
      assert.equal(await second.stop(), 0);
    } finally {
      rmSync(state, { recursive: true });
    }
  });

  it('waits for an API server, and goes on without', async () => {
    const config = {
      clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1' } }],
      users: [{ name: 'u', user: { token: 't' } }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'x',
    };
    writeFileSync(join(folder, 'kubeconfig'), JSON.stringify(config));
    const daemon = start(`--kubeconfig=${join(folder, 'kubeconfig')}`, '--node-name=here');
    await saying(daemon, 'no version key');
    await saying(daemon, 'its folder does not exist');
    await assertWaits(daemon);
    assert.equal(await daemon.stop(), 0);
  });

  it('ends with 0 where it is told to stop while it waits', async () => {
    const daemon = start();
    await saying(daemon, 'its folder does not exist');
    assert.equal(await daemon.stop(), 0);
  });
});

function listen(path: string): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer((connection) => connection.destroy());
    server.listen(path, () => resolve(server));
  });
}
