// The socket files: who may connect, whose they are, and what happens to those of others.
import assert from 'node:assert/strict';
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, unlinkSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Daemon, startDaemon } from '../harness/daemon.ts';
import { Driver } from '../harness/driver.ts';

const SERVING = 1;
const NOT_SERVING = 2;

describe('a socket', () => {
  let folder: string;
  const daemons: Daemon[] = [];
  const start = async (sockets = ['vault.sock', 'openbao.sock']) => {
    const daemon = await startDaemon({ folder, sockets });
    daemons.push(daemon);
    return daemon;
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'secretmount-sockets-'));
  });
  afterEach(async () => {
    await Promise.all(daemons.splice(0).map((daemon) => daemon.stop('SIGKILL')));
    rmSync(folder, { recursive: true, force: true });
  });

  it('has mode 0600 and leaves nothing beside it, and is gone after SIGTERM', async () => {
    const daemon = await start();
    for (const name of ['vault.sock', 'openbao.sock']) {
      assert.equal(lstatSync(join(folder, name)).mode & 0o777, 0o600);
    }
    assert.deepEqual(readdirSync(folder).sort(), ['openbao.sock', 'vault.sock']);
    assert.equal(await daemon.stop('SIGTERM'), 0);
    assert.deepEqual(readdirSync(folder), []);
  });

  it('is gone also where SIGTERM comes as soon as it is there, while the daemon starts', async () => {
    const daemon = new Daemon({ folder, sockets: ['vault.sock'] });
    daemons.push(daemon);
    await daemon.untilLogged(({ msg }) => msg === 'serving');
    assert.equal(await daemon.stop('SIGTERM'), 0);
    assert.deepEqual(readdirSync(folder), []);
  });

  it('answers Version and the health check on both names', async () => {
    const daemon = await start();
    for (const name of ['vault.sock', 'openbao.sock']) {
      const driver = daemon.driver(name);
      assert.deepEqual(await driver.version(), {
        version: 'v1alpha1',
        runtimeName: 'secretmount',
        runtimeVersion: '0.1.0',
      });
      assert.equal((await driver.health()).status, SERVING);
      assert.equal((await driver.health('v1alpha1.CSIDriverProvider')).status, SERVING);
      await assert.rejects(driver.health('other'), { code: 5 });
    }
  });

  it('is named when the daemon has started, with the version, the store and the mount', async () => {
    const sockets = ['vault.sock', 'openbao.sock'].map((name) => join(folder, name)).join(' ');
    const env = { BAO_ADDR: 'https://bao.example:8200/', VAULT_NAMESPACE: 'team' };
    const daemon = new Daemon({ folder, env, args: ['--vault-mount=/jwt/', '--status-socket=off'] });
    daemons.push(daemon);
    const { time, level, node, httpPort, ...fields } = await daemon.untilLogged(({ msg }) => msg === 'started');
    assert.deepEqual(fields, {
      msg: 'started',
      version: '0.1.0',
      store: 'https://bao.example:8200',
      namespace: 'team',
      mount: 'jwt',
      sockets,
    });
  });

  it('replaces the file that a killed process left behind', async () => {
    await (await start()).stop('SIGKILL');
    assert.ok(existsSync(join(folder, 'vault.sock')));
    const daemon = await start();
    assert.equal((await daemon.driver().version()).version, 'v1alpha1');
  });

  it('survives the exit of the process that had the name before', async () => {
    const old = await start();
    // Else it may serve the names again before the next process has them.
    old.signal('SIGSTOP');
    unlinkSync(join(folder, 'vault.sock'));
    unlinkSync(join(folder, 'openbao.sock'));
    const young = await start();
    old.signal('SIGCONT');
    assert.equal(await old.stop('SIGTERM'), 0);
    assert.equal((await young.driver().version()).version, 'v1alpha1');
  });

  it('is left to a live process that has the name, while the other name is served and liveness holds', async () => {
    const foreign = await listen(join(folder, 'vault.sock'));
    const daemon = await start();
    assert.equal((await daemon.driver('openbao.sock').health()).status, NOT_SERVING);
    assert.equal((await daemon.http('/readyz')).status, 503);
    assert.match((await daemon.http('/readyz')).text, /another process serves .*vault\.sock/);
    for (const page of ['/healthz', '/health/ready']) assert.equal((await daemon.http(page)).status, 200);
    await close(foreign);
    await daemon.untilLogged((line) => line['msg'] === 'serving' && String(line['socket']).endsWith('vault.sock'));
    assert.equal((await daemon.driver('vault.sock').health()).status, SERVING);
    assert.equal((await daemon.http('/readyz')).status, 200);
  });

  it('comes back when somebody removes it', async () => {
    const daemon = await start(['vault.sock']);
    unlinkSync(join(folder, 'vault.sock'));
    while (!existsSync(join(folder, 'vault.sock'))) await new Promise((resolve) => setTimeout(resolve, 50));
    const driver = new Driver(join(folder, 'vault.sock'));
    assert.equal((await driver.version()).version, 'v1alpha1');
    driver.close();
    assert.equal(await daemon.stop('SIGTERM'), 0);
    assert.deepEqual(readdirSync(folder), []);
  });

  it('is tried again while its folder is missing, and the log says so', async () => {
    const daemon = new Daemon({ folder: join(folder, 'later'), sockets: ['vault.sock'] });
    daemons.push(daemon);
    await daemon.untilLogged((line) => String(line['msg']).includes('its folder does not exist'));
    assert.equal((await daemon.http('/readyz')).status, 503);
  });
});

describe('sockets in both folders of the driver', () => {
  const FIRST = 'etc/vault.sock';
  const SECOND = 'run/vault.sock';
  let folder: string;
  let daemon: Daemon | undefined;
  const start = async () => {
    daemon = await startDaemon({ folder, sockets: [FIRST, SECOND] });
    return daemon;
  };
  const saying = (text: string, level: string) =>
    daemon?.untilLogged((line) => String(line['msg']).includes(text) && line['level'] === level);
  const served = (socket: string) =>
    daemon?.untilLogged((line) => line['msg'] === 'serving' && line['socket'] === join(folder, socket));
  const readyz = async () => (await daemon?.http('/readyz')) ?? assert.fail();

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'secretmount-folders-'));
    for (const name of ['etc', 'run']) mkdirSync(join(folder, name));
  });
  afterEach(async () => {
    await daemon?.stop('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  it('answer in both', async () => {
    const one = await start();
    for (const socket of [FIRST, SECOND]) assert.equal((await one.driver(socket).health()).status, SERVING);
    assert.equal((await readyz()).status, 200);
  });

  it('are Ready without one of the folders, and served there as soon as it is made', async () => {
    rmSync(join(folder, 'etc'), { recursive: true });
    const one = await start();
    await saying(`${join(folder, 'etc')} does not exist`, 'info');
    assert.deepEqual(await readyz(), { status: 200, text: 'ok\n' });
    assert.equal((await one.driver(SECOND).health()).status, SERVING);
    mkdirSync(join(folder, 'etc'));
    await served(FIRST);
    assert.equal((await one.driver(FIRST).version()).runtimeName, 'secretmount');
  });

  it('are not Ready without both folders, and say both', async () => {
    for (const name of ['etc', 'run']) rmSync(join(folder, name), { recursive: true });
    await start();
    const { status, text } = await readyz();
    assert.equal(status, 503);
    for (const name of ['etc', 'run']) assert.match(text, new RegExp(`${name}/vault.sock: .*folder does not exist`));
  });

  for (const [taken, free] of [
    [FIRST, SECOND],
    [SECOND, FIRST],
  ] as const) {
    it(`are left to another provider that serves ${taken}: /readyz and the log say it and the fix`, async () => {
      const other = await listen(join(folder, taken));
      await start();
      const { status, text } = await readyz();
      const path = join(folder, taken);
      const why = `another process serves ${path}, so the driver's mounts go there; remove that provider, and within a second they come here`;
      assert.equal(status, 503);
      assert.ok(text.includes(`socket ${path}: ${why}\n`), text);
      await saying(why, 'warn');
      assert.equal(existsSync(join(folder, free)), false);
      await close(other);
      await Promise.all([served(taken), served(free)]);
      assert.equal((await readyz()).status, 200);
    });

    it(`replace the file that a killed provider left: ${taken}`, async () => {
      const killed = await startDaemon({ folder, sockets: [taken] });
      await killed.stop('SIGKILL');
      const one = await start();
      const line = await served(taken);
      assert.equal(line?.['detail'], 'in place of a file that nobody served');
      assert.equal((await one.driver(taken).health()).status, SERVING);
    });
  }

  it('are not Ready where a dead file cannot be replaced: the driver may keep it', async () => {
    mkdirSync(join(folder, FIRST));
    await start();
    const { status, text } = await readyz();
    assert.equal(status, 503);
    assert.match(text, /a folder has this name; remove the folder/);
    rmSync(join(folder, FIRST), { recursive: true });
    await served(FIRST);
    assert.equal((await readyz()).status, 200);
  });
});

function listen(path: string): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer((connection) => connection.destroy());
    server.listen(path, () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
