// A process that dies in a first mount: whoever starts it anew at once has it answer within the same call, as the driver
// repeats it twice and waits for the socket.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Daemon } from '../harness/daemon.ts';
import { CallFailed, Driver } from '../harness/driver.ts';
import { answer, type FaultyStore, hang, startFaultyStore } from '../harness/faulty-store.ts';
import { objects, type SocketWorld, socketWorld } from './world.ts';

const login = answer(200, { auth: { client_token: 's.x', lease_duration: 3600, renewable: true, metadata: {} } });

describe('a daemon that is killed in a first mount', () => {
  let world: SocketWorld;
  let store: FaultyStore;
  let folder: string;
  let driver: Driver;
  before(async () => {
    world = await socketWorld();
    store = await startFaultyStore();
  });
  after(() => store.stop());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'secretmount-crash-'));
    driver = new Driver(join(folder, 'vault.sock'), true);
  });
  afterEach(() => {
    driver.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const start = () => new Daemon({ folder, args: ['--vault-addr=http://127.0.0.1:1'] });

  /** Kills each process when its read has come to the store, and starts the next at once. */
  async function killTimes(times: number): Promise<{ answered: Promise<unknown>; end: () => Promise<unknown> }> {
    let daemon = await start().untilStarted();
    let kills = 0;
    let killedAt = 0;
    let restarted = Promise.resolve();
    store.behaviour = (request, response) => {
      if (request.url.endsWith('/login')) return login(request, response);
      if (kills === times) return answer(200, { data: { k: 'v' } })(request, response);
      kills += 1;
      hang(request, response);
      killedAt = performance.now();
      daemon.signal('SIGKILL');
      restarted = daemon.exit.then(() => {
        daemon = start();
      });
    };
    const wish = world.wish(objects('a s/a k'), { parameters: { vaultAddress: store.address } });
    const answered = driver.mount(wish).finally(() => {
      const ms = Math.round(performance.now() - killedAt);
      if (process.env['SHOW_FIGURES'] !== undefined) console.log(`${times} kills: ended ${ms} ms after the last one`);
    });
    const end = async () => {
      await restarted;
      await daemon.stop('SIGKILL');
    };
    return { answered, end };
  }

  for (const times of [1, 2]) {
    it(`${times === 1 ? 'once' : 'twice'}: the same call is answered with its files`, async () => {
      const { answered, end } = await killTimes(times);
      const { files } = (await answered) as Awaited<ReturnType<Driver['mount']>>;
      assert.deepEqual(
        files.map(({ path, contents }) => [path, String(contents)]),
        [['a', 'v']],
      );
      await end();
    });
  }

  it('three times: the call ends with UNAVAILABLE, which docs/known-limits.md tells of', async () => {
    const { answered, end } = await killTimes(3);
    await assert.rejects(answered, (error: Error) => error instanceof CallFailed && error.code === 14);
    await end();
  });
});
