// A victim beside an account that keeps as much as it can, in the built daemon: what the victim needs in an outage and
// after a restart is there, the attacker is answered or refused with its reason, and the daemon lives.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Daemon } from '../harness/daemon.ts';
import { type Driver, type MountWish, podUid } from '../harness/driver.ts';
import { answer, type Behaviour, type FaultyStore, startFaultyStore, startProxy } from '../harness/faulty-store.ts';
import { objects, type SocketWorld, socketWorld } from './world.ts';

const AUTH = { auth: { client_token: 'hvs.kept-token-value', lease_duration: 3600, renewable: true, metadata: {} } };

/** The attacker's own store, which answers each read so. */
function hostile(body: (url: string) => object): Behaviour {
  return (request, response) => {
    const isAuth = request.url.includes('/login') || request.url.includes('auth/token');
    answer(200, isAuth ? AUTH : body(request.url))(request, response);
  };
}

describe('what is kept for a victim beside an attacker', () => {
  let world: SocketWorld;
  let folder: string;
  let store: FaultyStore;
  beforeEach(async () => {
    world = await socketWorld();
    folder = mkdtempSync('/dev/shm/secretmount-state-');
    store = await startFaultyStore({});
  });
  afterEach(async () => {
    await world.endDaemons();
    await store.stop();
    rmSync(folder, { recursive: true });
  });

  const start = (...args: readonly string[]) => {
    const quick = ['--poll-window=0', '--coalesce-window=0', '--max-retries=0', '--request-timeout=2s'];
    return world.daemon({ args: [`--state-dir=${folder}`, ...quick, ...args] });
  };
  const records = (kind: string) => readdirSync(join(folder, 'v1', kind)).length;
  const VICTIMS = Array.from({ length: 10 }, (_, index) => `victim-${index}`);

  /** Volumes of one pod of one account, each with an object that says `extra`. @returns what was refused, and why */
  const attack = async (driver: Driver, count: number, extra = ''): Promise<string[]> => {
    const refused: string[] = [];
    for (let turn = 0; turn < count; turn += 1) {
      const parameters = { vaultAddress: store.address };
      const wish = world.wish(`${objects(`large s/${turn} a`)}${extra}`, {
        namespace: 'evil',
        account: 'x',
        parameters,
      });
      const targetPath = `/var/lib/kubelet/pods/${podUid('evil', 'pod-a')}/volumes/kubernetes.io~csi/v${turn}/mount`;
      await driver.mount({ ...wish, targetPath }).catch((thrown) => refused.push(thrown.message));
    }
    return refused;
  };
  const mountAll = async (driver: Driver, wishes: readonly MountWish[]) => {
    const texts: string[] = [];
    for (const wish of wishes) texts.push((await driver.mount(wish)).files.map((file) => `${file.contents}`).join());
    return texts;
  };
  const lives = async (daemon: Daemon) => assert.equal((await daemon.http('/healthz')).status, 200);

  it('its last answers outlast any number of large ones, on the state folder and over a restart too', async () => {
    store.behaviour = hostile(() => ({ data: { a: 'x'.repeat(3_900_000) } }));
    const proxy = await startProxy({ target: world.bao.address });
    const wishes = VICTIMS.map((pod) =>
      world.wish(objects('app secret/data/app password'), { pod, parameters: { vaultAddress: proxy.address } }),
    );
    const first = await start();
    const before = await mountAll(first.driver(), wishes);
    assert.deepEqual(await attack(first.driver(), 8), []);
    await proxy.stop();
    assert.deepEqual(await mountAll(first.driver(), wishes), before);
    await first.stop('SIGKILL');
    const second = await start();
    assert.deepEqual(await mountAll(second.driver(), wishes), before);
    await lives(second);
  });

  it('its credentials and their records are kept, and the attacker is refused beyond its share', async () => {
    store.behaviour = hostile((url) => ({
      ...{ lease_id: `evil${url}`, lease_duration: 86_400, renewable: true },
      data: { a: 'x'.repeat(2_000_000) },
    }));
    const users = world.leased.users.size;
    const wishes = VICTIMS.map((pod) => world.kubernetesWish(objects(`user ${world.leased.path} username`), { pod }));
    const first = await start('--state-max-bytes=4194304');
    const before = await mountAll(first.driver(), wishes.slice(0, 5));
    const refused = await attack(first.driver(), 8);
    assert.ok(refused.length >= 6, `${refused.length} of 8 refused`);
    for (const text of refused) {
      assert.match(text, /^code 9: object "large": GET s\/\d+: .+service account evil\/x; .+ \[lease-memory-full\]$/);
    }
    before.push(...(await mountAll(first.driver(), wishes.slice(5))));
    assert.deepEqual(await mountAll(first.driver(), wishes), before);
    await first.stop('SIGKILL');
    const second = await start('--state-max-bytes=4194304');
    assert.deepEqual(await mountAll(second.driver(), wishes), before);
    assert.equal(world.leased.users.size - users, VICTIMS.length);
    await lives(second);
  });

  it('nothing grows with refreshAfter: beyond the share each poll reads, and the daemon lives', async () => {
    store.behaviour = hostile(() => ({ data: { a: 'x'.repeat(3_900_000) } }));
    const daemon = await start();
    assert.deepEqual(await attack(daemon.driver(), 30, '  refreshAfter: 8760h\n'), []);
    const { text } = await daemon.http('/metrics');
    const bytes = Number(/secretmount_kept_bytes\{what="leases"\} (\d+)/.exec(text)?.[1]);
    assert.ok(bytes > 3_900_000 && bytes <= 4 * 1024 * 1024, `${bytes} bytes`);
    const warnings = await daemon.untilLoggedTimes(1, ({ msg }) => /refreshAfter has no effect/.test(String(msg)));
    assert.equal(warnings.length, 1);
    assert.doesNotMatch(String(warnings[0]?.['msg']), /xxx/);
    await lives(daemon);
  });

  it('a last answer leaves the state folder at --max-stale though nobody asks for anything', async () => {
    const daemon = await start('--max-stale=1s');
    await daemon.driver().mount(world.wish(objects('app secret/data/app password')));
    const until = Date.now() + 20_000;
    while (records('answer') > 0 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(records('answer'), 0);
    const { text } = await daemon.http('/metrics');
    assert.match(text, /secretmount_kept_bytes\{what="last answers"\} 0/);
  });
});
