// What the built daemon tells over its status socket, read by the built command, with a real store behind it.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Status } from '../../src/status.ts';
import type { Daemon } from '../harness/daemon.ts';
import type { MountAnswer } from '../harness/driver.ts';
import { type CountingProxy, startProxy } from '../harness/faulty-store.ts';
import { PROGRAM } from '../harness/program.ts';
import { objects, type SocketWorld, socketWorld } from './world.ts';

const ARGUMENT = 'planted-argument-0b55';

describe('the status socket', () => {
  let world: SocketWorld;
  let folder: string;
  let daemon: Daemon;
  let proxy: CountingProxy;
  beforeEach(async () => {
    world = await socketWorld();
    folder = mkdtempSync('/dev/shm/secretmount-status-');
    proxy = await startProxy({ target: world.bao.address });
    daemon = await world.daemon({
      args: [`--state-dir=${folder}`, '--poll-window=0', '--max-retries=0'],
    });
  });
  afterEach(async () => {
    await world.endDaemons();
    await proxy.stop();
    rmSync(folder, { recursive: true });
  });

  const socket = () => join(folder, 'status.sock');
  const show = async (...args: readonly string[]) => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      PROGRAM,
      'status',
      `--socket=${socket()}`,
      ...args,
    ]);
    return stdout;
  };
  const status = async () => JSON.parse(await show('--output=json')) as Status;
  const leased = (pod: string) => world.kubernetesWish(objects(`user ${world.leased.path} username`), { pod });
  const viaProxy = (account = 'app') =>
    world.wish(objects('app secret/data/app password'), {
      pod: 'outage',
      account,
      parameters: { vaultAddress: proxy.address },
    });

  it('is in the state folder, closed to others, and gone with the daemon', async () => {
    assert.equal(statSync(socket()).mode & 0o777, 0o600);
    await daemon.stop();
    assert.equal(existsSync(socket()), false);
  });

  it('is where --status-socket says, and nowhere with off', async () => {
    const path = join(folder, 'elsewhere.sock');
    const own = mkdtempSync('/dev/shm/secretmount-status-');
    await world.daemon({ args: [`--state-dir=${own}`, `--status-socket=${path}`] });
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.equal(existsSync(join(own, 'status.sock')), false);
    await world.endDaemons();
    await world.daemon({ args: [`--state-dir=${own}`, '--status-socket=off'] });
    assert.equal(existsSync(join(own, 'status.sock')), false);
    await world.endDaemons();
    rmSync(own, { recursive: true });
  });

  it('tells whose the logins and the leases are and what is next for each', async () => {
    await daemon.driver().mount(leased('holder'));
    await daemon.driver().mount(world.kubernetesWish(objects('app secret/data/app password'), { pod: 'reader' }));
    const { sessions, leases: held, state, pods } = await status();
    const [lone] = sessions.rows.filter(({ isForLease }) => isForLease);
    const [shared] = sessions.rows.filter(({ isForLease }) => !isForLease);
    for (const one of [lone, shared]) {
      assert.equal(one?.mount, world.kubernetes.mount);
      assert.equal(one?.role, 'app');
      assert.equal(one?.state, 'active');
      assert.ok((one?.endsInMs ?? 0) > 0);
    }
    assert.deepEqual([shared?.namespace, shared?.account, shared?.pod], ['team', 'app', '']);
    assert.equal(held.total, 1);
    const { endsInMs, next, ...rest } = held.rows[0] ?? assert.fail();
    assert.deepEqual(rest, {
      namespace: 'team',
      account: 'app',
      pod: 'holder',
      request: `GET ${world.leased.path}`,
      address: world.bao.address,
      state: 'active',
      volumes: 1,
    });
    assert.equal(next.what, 'renew');
    assert.ok((next.inMs ?? 0) > 0 && (next.inMs ?? 0) < (endsInMs ?? 0));
    assert.ok((state?.sizeBytes ?? 0) > 0);
    assert.deepEqual(pods, { node: null, isWatching: false });
  });

  it('tells after a restart whose the leases are', async () => {
    await daemon.driver().mount(leased('holder'));
    await daemon.stop();
    await world.daemon({ args: [`--state-dir=${folder}`] });
    const { leases: held, sessions } = await status();
    assert.deepEqual(
      held.rows.map(({ pod, volumes }) => [pod, volumes]),
      [['holder', 1]],
    );
    assert.deepEqual(
      sessions.rows.map(({ pod, isForLease, role }) => [pod, isForLease, role]),
      [['holder', true, '']],
    );
  });

  it('tells which objects are stale and which circuits are open, until the store is back', async () => {
    const driver = daemon.driver();
    await driver.mount(viaProxy());
    proxy.isDown = true;
    // What one account meets is its own; a second witness makes it the store's.
    await driver.refusal(viaProxy('another'));
    for (let poll = 0; poll < 6; poll += 1) await driver.mount(viaProxy());
    const down = await status();
    assert.equal(down.circuits.total, 1);
    assert.equal(down.circuits.rows[0]?.address, proxy.address);
    assert.equal(down.stale.total, 1);
    const { ageMs, ...stale } = down.stale.rows[0] ?? assert.fail();
    assert.ok((ageMs ?? 0) > 0);
    assert.deepEqual(stale, {
      namespace: 'team',
      pod: 'outage',
      class: 'class',
      object: 'app',
      reason: down.circuits.rows[0]?.reason,
    });
    proxy.isDown = false;
    await driver.mount(viaProxy());
    const back = await status();
    assert.deepEqual([back.circuits.total, back.stale.total], [0, 0]);
  });

  it('tells no value, token, argument or lease', async () => {
    const answers: MountAnswer[] = [];
    const wishes = [
      leased('holder'),
      world.wish(objects('app secret/data/app password')),
      world.wish(
        `- objectName: made\n  secretPath: ${world.leased.path}\n  secretArgs: {planted: ${ARGUMENT}}\n  secretKey: username\n`,
        { pod: 'arguer' },
      ),
    ];
    const driver = daemon.driver();
    for (const wish of wishes) answers.push(await driver.mount(wish));
    const shown = `${await show('--output=json')}${await show()}`;
    assert.match(shown, /holder/);
    assert.match(shown, /arguer/);
    const values = answers.flatMap(({ files }) => files.map(({ contents }) => contents.toString()));
    const tokens = wishes.flatMap(({ tokens: given }) => Object.values(given ?? {}));
    for (const secret of [...values, ...tokens, ARGUMENT]) assert.ok(!shown.includes(secret), secret);
    assert.doesNotMatch(shown, /\b(hv?s|s|b)\.[A-Za-z0-9]{20}|rabbitmq\/creds\/[^"/ ]+\/[A-Za-z0-9]{20}/);
  });

  it('lets nobody who does not read hold a document, and goes on for the next', async () => {
    const idle = Array.from({ length: 12 }, () => createConnection({ path: socket(), allowHalfOpen: true }));
    for (const one of idle) one.on('error', () => {});
    await new Promise((resolve) => setTimeout(resolve, 200));
    for (const one of idle) one.destroy();
    assert.equal((await status()).version, '0.1.0');
  });
});
