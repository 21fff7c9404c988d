// Objects that are folders of files, at the real store: the class of docs/examples, what comes and goes, and what 500 files
// cost beside 500 objects.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { peakMiB, processCpuMs } from '../harness/cpu-time.ts';
import type { Daemon } from '../harness/daemon.ts';
import type { MountAnswer } from '../harness/driver.ts';
import { type SocketWorld, socketWorld } from './world.ts';

const EXAMPLE = parseAllDocuments(readFileSync(new URL('../../docs/examples/keys.yaml', import.meta.url), 'utf8'));
const KEYS = (path: string) => `- {objectName: all, secretPath: secret/data/${path}, keys: all}\n`;
const COUNT = 500;

describe('an object that is a folder of files', () => {
  let world: SocketWorld;
  let daemon: Daemon;
  before(async () => {
    world = await socketWorld();
    daemon = await world.daemon({ args: ['--coalesce-window=0s', '--poll-window=0s'] });
  });
  after(() => world.endDaemons());

  const filesOf = ({ files }: MountAnswer) =>
    Object.fromEntries(files.map(({ path, contents }) => [path, contents.toString()]));
  const idsOf = ({ versions }: MountAnswer) => [...versions.keys()];

  it('is mounted as docs/examples/keys.yaml says, and follows keys that come and go', async () => {
    const objects = String(EXAMPLE[0]?.toJS().spec.parameters.objects);
    await world.write('db', { user: 'user', password: 'pass' });
    await world.write('settings', { app_level: 'debug', app_level_old: 'x', other: 'y' });
    const wish = world.wish(objects, { pod: 'pod-keys' });
    const first = await daemon.driver().mount(wish);
    assert.deepEqual(filesOf(first), { 'db/user': 'user', 'db/password': 'pass', level: 'debug' });
    assert.deepEqual(idsOf(first), ['db', '.']);

    await world.write('settings', { app_level: 'debug', app_port: '80' });
    await world.write('db', { password: 'pass' });
    const second = await daemon.driver().mount(wish);
    assert.deepEqual(filesOf(second), { 'db/password': 'pass', level: 'debug', port: '80' });
    assert.deepEqual(idsOf(second), ['db', '.']);
    for (const [id, version] of second.versions) assert.notEqual(version, first.versions.get(id));
  });

  it('fails the mount once its secret is emptied, and is mounted again once it is not', async () => {
    await world.write('emptied', { a: '1' });
    const wish = world.wish(KEYS('emptied'), { pod: 'pod-emptied' });
    await daemon.driver().mount(wish);
    await world.write('emptied', {});
    const { code, details } = await daemon.driver().refusal(wish);
    assert.equal(code, 5);
    assert.equal(
      details,
      'object "all": secret/data/emptied has no keys, and a volume cannot be emptied; write a key, or take the object out of the class [nothing-to-mount]',
    );
    await world.write('emptied', { b: '2' });
    assert.deepEqual(filesOf(await daemon.driver().mount(wish)), { 'all/b': '2' });
  });

  it(`costs one read with ${COUNT} keys, and hardly more time than ${COUNT} objects`, async () => {
    const keys = Array.from({ length: COUNT }, (_, index) => `key-${String(index).padStart(3, '0')}`);
    await world.write('many', Object.fromEntries(keys.map((key) => [key, 12345678])));
    const single = keys
      .map((key) => `- {objectName: all/${key}, secretPath: secret/data/many, secretKey: ${key}}\n`)
      .join('');
    const costs = new Map<string, { readonly reads: number; readonly cpuMs: number; readonly files: unknown }>();
    for (const [name, objects] of [
      ['keys', KEYS('many')],
      ['objects', single],
    ] as const) {
      const own = await world.daemon();
      const pid = own.process.pid ?? 0;
      const driver = own.driver();
      const mount = (pod: string) => driver.mount(world.kubernetesWish(objects, { pod }));
      await mount('pod-warm');
      const before = processCpuMs(pid);
      const pods = Array.from({ length: 40 }, (_, index) => `pod-${index}`);
      const answers = await Promise.all(pods.map(mount));
      const cpuMs = (processCpuMs(pid) - before) / pods.length;
      const { reads } = await own.untilLogged(({ pod }) => pod === 'pod-warm');
      costs.set(name, { reads: Number(reads), cpuMs, files: filesOf(answers[0] as MountAnswer) });
      console.log(`      ${name}: ${cpuMs.toFixed(1)} ms of a processor per mount, ${peakMiB(pid)} MiB at most`);
    }
    assert.deepEqual(costs.get('keys')?.files, costs.get('objects')?.files);
    assert.equal(costs.get('keys')?.reads, 1);
    // Each process has its own luck with the machine.
    const [ofKeys = 0, ofObjects = 0] = [costs.get('keys')?.cpuMs, costs.get('objects')?.cpuMs];
    assert.ok(ofKeys <= 2 * ofObjects, `${ofKeys} and ${ofObjects} ms`);
  });
});
