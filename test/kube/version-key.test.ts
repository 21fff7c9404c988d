import assert from 'node:assert/strict';
import type { Fact } from '../../src/events.ts';
import { KubeClient } from '../../src/kube/client.ts';
import { KeptKey } from '../../src/kube/kept-key.ts';
import { VersionKey } from '../../src/kube/version-key.ts';
import { FakeRecordStore } from '../harness/fake-record-store.ts';
import { type Reply, StandInApiServer, status } from './api-server.ts';
import { FakeClock } from './fake-clock.ts';

const KEY = Buffer.alloc(32, 5);
const secretOf = (key: Buffer): Reply => [200, { kind: 'Secret', data: { key: key.toString('base64') } }];
const NONE = 'no version key from Secret csi/hmac-key, so versions change when the provider restarts';
const FIX = 'delete the Secret, and the providers make a new one within minutes';

describe('VersionKey', () => {
  let api: StandInApiServer;
  let clock: FakeClock;
  let client: KubeClient;
  let facts: Fact[];
  let life: AbortController;

  beforeEach(async () => {
    api = await new StandInApiServer().start();
    clock = new FakeClock();
    client = new KubeClient({ server: api.config, clock, timeoutMs: 60_000 });
    facts = [];
    life = new AbortController();
    store = new FakeRecordStore();
    isKept = false;
  });
  afterEach(async () => {
    life.abort();
    client.close();
    await api.stop();
  });

  let store: FakeRecordStore;
  let isKept: boolean;

  const make = () => {
    const kept = new KeptKey(store, 'csi/hmac-key');
    const names = { namespace: 'csi', secretName: 'hmac-key' };
    return { kept, key: new VersionKey({ client, ...names, kept, isKept, clock, emit: (fact) => facts.push(fact) }) };
  };
  const load = async () => {
    const { kept, key } = make();
    await key.load(life.signal);
    return kept;
  };
  const notices = () => facts.flatMap((fact) => (fact.type === 'notice' ? [`${fact.level}: ${fact.message}`] : []));
  const isDegraded = () => facts.findLast((fact) => fact.type === 'degraded')?.isDegraded;
  const asked = () => api.asked.map(({ method, path }) => `${method} ${path}`);
  const until = async (isTrue: () => boolean) => {
    for (let tries = 0; !isTrue(); tries++) {
      assert.ok(tries < 15_000, 'waited in vain');
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  };

  it('has a key of 32 random bytes before any', () => {
    assert.equal(make().kept.current().length, 32);
    assert.notDeepEqual(make().kept.current(), make().kept.current());
  });

  it('takes the key of the Secret', async () => {
    api.reply = () => secretOf(KEY);
    assert.deepEqual((await load()).current(), KEY);
    assert.deepEqual(asked(), ['GET /api/v1/namespaces/csi/secrets/hmac-key']);
    assert.deepEqual(notices(), []);
    assert.equal(isDegraded(), false);
  });

  it('makes an immutable Secret where there is none, and uses what was made', async () => {
    api.reply = ({ method, body }) => (method === 'GET' ? status(404, 'not found') : [201, JSON.parse(body)]);
    const key = await load();
    const made = JSON.parse(api.asked[1]?.body ?? '');
    assert.deepEqual(made.metadata, { name: 'hmac-key', namespace: 'csi' });
    assert.equal(made.immutable, true);
    assert.equal(Buffer.from(key.current()).toString('base64'), made.data.key);
    assert.equal(key.current().length, 32);
  });

  it('takes the key of the provider that was faster', async () => {
    let gets = 0;
    api.reply = ({ method }) => {
      if (method === 'POST') return status(409, 'already exists');
      return gets++ === 0 ? status(404, 'not found') : secretOf(KEY);
    };
    assert.deepEqual((await load()).current(), KEY);
  });

  it('says once that it may not, and asks no more', async () => {
    api.reply = () => status(403, 'secrets "hmac-key" is forbidden');
    const key = await load();
    const had = key.current();
    clock.pass(1_000_000);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(api.asked.length, 1);
    assert.deepEqual(key.current(), had);
    assert.deepEqual(notices(), [`warn: ${NONE}: secrets "hmac-key" is forbidden`]);
    assert.equal(isDegraded(), true);
  });

  it('tries again until it has the key, and says so once', async () => {
    api.reply = () => status(503, 'starting');
    const key = await load();
    for (let i = 2; i < 5; i++) {
      await until(() => clock.sleepers > 0);
      clock.pass(300_000);
      await until(() => api.asked.length >= i);
    }
    api.reply = () => secretOf(KEY);
    await until(() => clock.sleepers > 0);
    clock.pass(300_000);
    await until(() => Buffer.compare(Buffer.from(key.current()), KEY) === 0);
    assert.deepEqual(notices(), [
      `warn: ${NONE}: the API server 127.0.0.1:${api.port} answered 503: starting; trying again`,
    ]);
  });

  it('uses a key of another length, with a warning', async () => {
    api.reply = () => secretOf(Buffer.alloc(16, 1));
    assert.deepEqual((await load()).current(), Buffer.alloc(16, 1));
    assert.deepEqual(notices(), [`warn: the version key in Secret csi/hmac-key has 16 bytes, not 32; ${FIX}`]);
  });

  it('keeps its own key where the Secret has none', async () => {
    api.reply = () => [200, { data: null }];
    assert.equal((await load()).current().length, 32);
    assert.deepEqual(notices(), [`warn: ${NONE}: it has no data key "key"; ${FIX}`]);
  });

  it('lets a start go on after 3 s while the API server hangs', async () => {
    api.reply = () => () => {};
    const loaded = make().key.load(life.signal);
    await until(() => api.asked.length === 1);
    clock.pass(3_000);
    await loaded;
  });

  describe('while the daemon runs', () => {
    const NAME = 'Secret csi/hmac-key';
    /** The Secret in the cluster; undefined: none. */
    let stored: Buffer | undefined;
    /** Past the longest time between two looks. */
    const look = async () => {
      const before = asked().filter((line) => line.startsWith('GET')).length;
      await until(() => clock.sleepers > 0);
      clock.pass(450_000);
      await until(() => asked().filter((line) => line.startsWith('GET')).length > before);
      await until(() => clock.sleepers > 0);
    };
    beforeEach(() => {
      stored = KEY;
      api.reply = ({ method, body }) => {
        if (method === 'POST') {
          if (stored !== undefined) return status(409, 'already exists');
          stored = Buffer.from(JSON.parse(body).data.key, 'base64');
          return [201, JSON.parse(body)];
        }
        return stored === undefined ? status(404, 'not found') : secretOf(stored);
      };
    });

    it('looks at the Secret every few minutes, by a GET alone', async () => {
      await load();
      await until(() => clock.sleepers > 0);
      clock.pass(149_000);
      await new Promise((resolve) => setTimeout(resolve, 20));
      assert.equal(api.asked.length, 1);
      await look();
      await look();
      assert.deepEqual(asked(), Array(3).fill('GET /api/v1/namespaces/csi/secrets/hmac-key'));
    });

    it('makes a deleted Secret again with the key in use, so that no version changes', async () => {
      const key = await load();
      stored = undefined;
      await look();
      assert.deepEqual(stored, KEY);
      assert.deepEqual(key.current(), KEY);
      assert.equal(JSON.parse(api.asked.at(-1)?.body ?? '').immutable, true);
      assert.deepEqual(notices(), [`info: ${NAME} was gone; it is made again`]);
      assert.equal(isDegraded(), false);
    });

    it('takes the key that all others will take', async () => {
      const key = await load();
      stored = Buffer.alloc(32, 7);
      await look();
      assert.deepEqual(key.current(), stored);
    });

    it('makes a key of the right length where one of another was deleted', async () => {
      stored = Buffer.alloc(16, 1);
      const key = await load();
      stored = undefined;
      await look();
      assert.equal(key.current().length, 32);
      assert.deepEqual(Buffer.from(key.current()), stored);
    });

    it('keeps its key while the API server is down, without a word', async () => {
      const key = await load();
      api.reply = () => status(503, 'starting');
      await look();
      assert.deepEqual([key.current(), notices(), isDegraded()], [KEY, [], false]);
    });

    it('says once where it may not make it again, and looks on', async () => {
      const key = await load();
      const { reply } = api;
      api.reply = ({ method }) => (method === 'GET' ? status(404, 'not found') : status(403, 'secrets is forbidden'));
      await look();
      await look();
      assert.deepEqual(notices(), [
        `warn: ${NAME} can no longer be read or made: secrets is forbidden; its key stays in use`,
      ]);
      assert.deepEqual([key.current(), isDegraded()], [KEY, true]);
      api.reply = reply;
      await look();
      assert.equal(isDegraded(), false);
    });
  });

  describe('with a state folder', () => {
    const restart = () => {
      store = store.restarted();
      return load();
    };
    beforeEach(() => {
      isKept = true;
    });

    it('keeps the key of the Secret after a restart without an answer', async () => {
      api.reply = () => secretOf(KEY);
      await load();
      api.reply = () => status(503, 'starting');
      assert.deepEqual((await restart()).current(), KEY);
    });

    it('takes another one once it is told', async () => {
      api.reply = () => secretOf(KEY);
      await load();
      const other = Buffer.alloc(32, 6);
      api.reply = () => secretOf(other);
      assert.deepEqual((await restart()).current(), other);
      api.reply = () => status(503, 'starting');
      assert.deepEqual((await restart()).current(), other);
    });

    it('keeps its own key where it may not read the Secret, and says what that means', async () => {
      api.reply = () => status(403, 'forbidden');
      const had = (await load()).current();
      assert.deepEqual((await restart()).current(), had);
      const none = 'no version key from Secret csi/hmac-key, so versions are of a key of this node alone';
      assert.deepEqual(notices(), Array(2).fill(`warn: ${none}: forbidden`));
    });

    it('does not go on with the key of another Secret', () => {
      const kept = new KeptKey(store, 'csi/hmac-key').current();
      const other = new KeptKey(store.restarted(), 'csi/other-key').current();
      assert.notDeepEqual(other, kept);
    });
  });
});
