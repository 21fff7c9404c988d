import assert from 'node:assert/strict';
import type { Fact } from '../../src/events.ts';
import { KubeClient } from '../../src/kube/client.ts';
import type { PodRef } from '../../src/kube/pod-metadata.ts';
import { PodWatch } from '../../src/kube/pod-watch.ts';
import { type Asked, type Reply, StandInApiServer, status } from './api-server.ts';
import { FakeClock } from './fake-clock.ts';
import { podNotFound, type StandInPod, StandInPods } from './stand-in-pods.ts';

const MIB = 1024 * 1024;
const SILENCE_MS = 150_000;

/** Remembers the pauses that were begun, without the guard against silence. */
class PausesClock extends FakeClock {
  readonly pausesMs: number[] = [];

  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms !== SILENCE_MS) this.pausesMs.push(ms);
    return super.sleep(ms, signal);
  }
}

function pod(name: string, changes: Partial<StandInPod> = {}): StandInPod {
  return { namespace: 'shop', name, uid: `uid-of-${name}`, phase: 'Running', node: 'node-1', ...changes };
}

describe('PodWatch', () => {
  let api: StandInApiServer;
  let pods: StandInPods;
  let clock: PausesClock;
  let client: KubeClient;
  let life: AbortController;
  let watch: PodWatch;
  let facts: Fact[];
  let gone: string[];
  let cared: PodRef[];
  /** Answers instead of the pods where it has something to say. */
  let instead: (asked: Asked) => Reply | undefined;

  beforeEach(async () => {
    api = await new StandInApiServer().start();
    pods = new StandInPods();
    clock = new PausesClock();
    [facts, gone, cared] = [[], [], []];
    instead = () => undefined;
    api.reply = (asked) => instead(asked) ?? pods.reply(asked);
    client = new KubeClient({ server: api.config, clock, timeoutMs: 2000 });
    life = new AbortController();
  });
  afterEach(async () => {
    life.abort();
    client.close();
    await api.stop();
  });

  const start = (random = () => 0.5) => {
    watch = new PodWatch({ client, nodeName: 'node-1', clock, emit: (fact) => facts.push(fact), random });
    const onGone = (ref: PodRef) => gone.push(ref.uid);
    watch.start(() => cared, onGone, life.signal);
  };
  /** Until it is true, with our clock moving on by `stepMs` for each 2 ms. */
  const until = async (isTrue: () => boolean, stepMs = 0) => {
    for (let tries = 0; !isTrue(); tries++) {
      assert.ok(tries < 1000, 'waited in vain');
      clock.pass(stepMs);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  };
  const hold = (...held: StandInPod[]) => {
    for (const { namespace, name, uid } of held) cared.push({ namespace, name, uid });
  };
  const run = (...running: StandInPod[]) => {
    for (const one of running) pods.put(one);
    hold(...running);
  };
  const startWith = async (...running: StandInPod[]) => {
    run(...running);
    start();
    await until(() => pods.watches === 1 && watch.isWatching && clock.sleepers === 1);
    // Long enough to count as a watch that came to something.
    clock.pass(10_000);
  };
  const isList = ({ path }: Asked) => path.startsWith('/api/v1/pods?') && !path.includes('watch=true');
  const isWatch = ({ path }: Asked) => path.includes('watch=true');
  const isGet = ({ path }: Asked) => path.startsWith('/api/v1/namespaces/');
  const count = (kind: (asked: Asked) => boolean) => api.asked.filter(kind).length;
  const query = ({ path }: Asked) => new URL(path, 'https://api').searchParams;
  const versions = () => api.asked.filter(isWatch).map((asked) => Number(query(asked).get('resourceVersion')));
  const notices = () => facts.flatMap((fact) => (fact.type === 'notice' ? [`${fact.level}: ${fact.message}`] : []));
  /** All that came before has been dealt with: a pod whose end is told after it. */
  const settle = async (stepMs = 0) => {
    const witness = pod(`witness-${pods.revision}`);
    run(witness);
    pods.delete(witness);
    await until(() => gone.at(-1) === witness.uid, stepMs);
    gone.pop();
  };
  /** The watch ends and the pause before the next has passed. */
  const reopen = async () => {
    const before = count(isWatch);
    pods.endWatches();
    await until(() => count(isWatch) > before && pods.watches === 1, 100);
  };

  describe('asks', () => {
    it('for metadata of the pods of its node that have not ended, from the cache, then for what changes', async () => {
      await startWith(pod('a'));
      const [list, then] = api.asked as [Asked, Asked];
      const selector = 'spec.nodeName=node-1,status.phase!=Succeeded,status.phase!=Failed';
      assert.deepEqual(Object.fromEntries(query(list)), {
        fieldSelector: selector,
        limit: '250',
        resourceVersion: '0',
        resourceVersionMatch: 'NotOlderThan',
      });
      assert.equal(list.headers.accept, 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1');
      assert.deepEqual(Object.fromEntries(query(then)), {
        fieldSelector: selector,
        watch: 'true',
        allowWatchBookmarks: 'true',
        timeoutSeconds: '450',
        resourceVersion: String(pods.revision),
      });
      assert.equal(then.headers.accept, 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1');
      assert.deepEqual(notices(), []);
    });

    it('for no single pod while all it cares for are there', async () => {
      await startWith(pod('a'), pod('b'));
      pods.put(pod('c'));
      await settle();
      assert.equal(count(isGet), 1);
    });

    it('for a list page by page, and takes them together', async () => {
      pods.mostInPage = 2;
      await startWith(pod('a'), pod('b'), pod('c'), pod('d'), pod('e'));
      assert.deepEqual(
        api.asked.filter(isList).map((asked) => [query(asked).get('limit'), query(asked).get('continue')]),
        [
          ['250', null],
          ['250', `${pods.revision}.2`],
          ['250', `${pods.revision}.4`],
        ],
      );
      await settle();
      assert.equal(count(isGet), 1);
    });

    it('for the whole list again, and not from the cache, where a page says 410', async () => {
      pods.mostInPage = 1;
      run(pod('a'), pod('b'));
      instead = (asked) => {
        if (query(asked).has('continue') && count(isList) === 2) return status(410, 'continue is too old');
        return undefined;
      };
      start();
      await until(() => watch.isWatching, 100);
      assert.deepEqual(
        api.asked.filter(isList).map((asked) => [query(asked).get('resourceVersion'), query(asked).has('continue')]),
        [
          ['0', false],
          [null, true],
          [null, false],
          [null, true],
        ],
      );
      assert.deepEqual(notices(), []);
    });

    it('with a token that was replaced meanwhile', async () => {
      await startWith(pod('a'));
      api.write('token', 'new-token');
      instead = ({ headers }) =>
        headers.authorization === 'Bearer new-token' ? undefined : status(401, 'Unauthorized');
      await reopen();
      assert.equal(api.asked.at(-1)?.headers.authorization, 'Bearer new-token');
      assert.deepEqual(notices(), []);
    });
  });

  describe('goes on', () => {
    it('after a cut from the last event, and misses none', async () => {
      await startWith(pod('a'), pod('b'));
      pods.put(pod('c'));
      await settle();
      const seen = pods.revision;
      api.dropConnections();
      await until(() => pods.watches === 0);
      pods.delete(pod('a'));
      await until(() => gone.length === 1, 100);
      assert.deepEqual(gone, ['uid-of-a']);
      assert.equal(versions()[1], seen);
      assert.equal(count(isList), 1);
    });

    it('from the last bookmark', async () => {
      await startWith(pod('a'));
      pods.compact();
      pods.bookmark();
      await settle();
      await reopen();
      assert.equal(versions().at(-1), pods.revision);
      assert.equal(count(isList), 1);
    });

    it('when nothing has come for 150 s', async () => {
      await startWith(pod('a'));
      clock.pass(100_000);
      pods.bookmark();
      await settle();
      clock.pass(149_000);
      await settle();
      assert.equal(count(isWatch), 1);
      clock.pass(150_000);
      await until(() => count(isWatch) === 2, 100);
      assert.equal(count(isList), 1);
      assert.deepEqual(notices(), []);
    });

    it('from a line that the connection cut in two', async () => {
      await startWith(pod('a'));
      const from = pods.revision;
      pods.writeRaw('{"type":"DELETED","object":{"metadata":{"uid":"uid-of-a"');
      await reopen();
      assert.deepEqual(versions(), [from, from]);
      await settle();
      assert.deepEqual(gone, []);
    });

    it('from the last event after an error that is not about its version', async () => {
      await startWith(pod('a'));
      const from = pods.revision;
      pods.sayLine(JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 500, message: 'etcd' } }));
      await until(() => count(isWatch) === 2 && pods.watches === 1, 100);
      assert.deepEqual(versions(), [from, from]);
      assert.equal(count(isList), 1);
    });

    it('where a list is not answered in time, and does not take that time for a limit of the watch', async () => {
      const hasty = new KubeClient({ server: api.config, clock, timeoutMs: 150 });
      try {
        [client, instead] = [hasty, () => (api.asked.length === 1 ? () => {} : undefined)];
        start();
        await until(() => pods.watches === 1, 10);
        await new Promise((resolve) => setTimeout(resolve, 300));
        assert.equal(count(isWatch), 1);
        assert.equal(count(isList), 2);
      } finally {
        hasty.close();
      }
    });

    const relists: Record<string, () => void> = {
      'a 410 as its answer': () => {
        pods.compact();
        pods.endWatches();
      },
      'a 410 as an event': () =>
        pods.sayLine(JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } })),
      'a 504 for a version of the future': () => {
        instead = (asked) => (isWatch(asked) && count(isList) === 1 ? status(504, 'Too large') : undefined);
        pods.endWatches();
      },
      'a line that is no JSON': () => pods.sayLine('<html>'),
      'JSON that is no event': () => pods.sayLine('{"type":"ADDED","object":7}'),
      'an event of an unknown type': () =>
        pods.sayLine('{"type":"constructor","object":{"metadata":{"uid":"u","resourceVersion":"200"}}}'),
      'an error without a code': () => pods.sayLine('{"type":"ERROR","object":{}}'),
      'a line of more than 1 MiB': () => pods.writeRaw('x'.repeat(MIB + 1)),
    };
    for (const [what, happen] of Object.entries(relists)) {
      it(`with a new list, not from the cache, after ${what}`, async () => {
        await startWith(pod('a'), pod('b'));
        happen();
        await until(() => count(isList) === 2 && watch.isWatching && pods.watches === 1, 100);
        const lists = api.asked.filter(isList);
        assert.equal(query(lists[1] as Asked).get('resourceVersion'), null);
        pods.delete(pod('b'));
        await until(() => gone.length > 0);
        assert.deepEqual(gone, ['uid-of-b']);
        assert.deepEqual(notices(), []);
      });
    }

    it('after an API server that was down, saying once that it was and once that it is back', async () => {
      await startWith(pod('a'), pod('b'));
      const { port } = api;
      await api.goDown();
      await until(() => !watch.isWatching, 500);
      for (let i = 0; i < 20; i++) await until(() => clock.sleepers > 0).then(() => clock.pass(30_000));
      pods.delete(pod('a'));
      assert.deepEqual(gone, []);
      await api.comeBack(port);
      await until(() => gone.length === 1, 500);
      assert.ok(watch.isWatching);
      assert.deepEqual(gone, ['uid-of-a']);
      assert.equal(count(isList), 1);
      assert.deepEqual(notices(), [
        `warn: pods of node node-1 are not watched, so leases of deleted pods end late: the API server 127.0.0.1:${port} cannot be reached (ECONNREFUSED); trying again`,
        'info: pods of node node-1 are watched again',
      ]);
    });

    it('without a word where one attempt fails', async () => {
      await startWith(pod('a'));
      instead = (asked) => (isWatch(asked) && count(isWatch) === 2 ? status(500, 'starting') : undefined);
      await reopen();
      await settle();
      assert.equal(count(isWatch), 3);
      assert.ok(watch.isWatching);
      assert.deepEqual(notices(), []);
    });
  });

  describe('waits', () => {
    let passed = 0;
    beforeEach(() => {
      passed = 0;
    });
    /** Lets so many pauses pass, each to its end. */
    const passPauses = async (pauses: number) => {
      const first = passed;
      passed += pauses;
      for (let i = 0; i < pauses; i++) {
        await until(() => clock.pausesMs.length > first + i);
        clock.pass(clock.pausesMs[first + i] ?? 0);
      }
      return clock.pausesMs.slice(first, first + pauses);
    };

    it('longer after each failure, up to 30 s, before it asks again', async () => {
      instead = () => status(500, 'no');
      start(() => 1);
      const seconds = [1, 2, 4, 8, 16, 30, 30, 30];
      assert.deepEqual(
        await passPauses(8),
        seconds.map((each) => each * 1000),
      );
      assert.ok(api.asked.length <= 9);
    });

    it('a random part of that', async () => {
      instead = () => status(500, 'no');
      start(() => 0.25);
      assert.deepEqual(await passPauses(4), [250, 500, 1000, 2000]);
    });

    it('as little as at first once a watch brought something', async () => {
      instead = () => status(500, 'no');
      start(() => 1);
      await passPauses(5);
      instead = () => undefined;
      await until(() => pods.watches === 1, 1000);
      pods.bookmark();
      await until(() => notices().length === 2);
      const begun = clock.pausesMs.length;
      pods.endWatches();
      await until(() => clock.pausesMs.length > begun);
      assert.equal(clock.pausesMs.at(-1), 1000);
    });

    it('longer and longer where each watch is taken and ended at once, and says so', async () => {
      run(pod('a'));
      instead = (asked) => (isWatch(asked) ? [200, ''] : undefined);
      start(() => 1);
      assert.deepEqual(await passPauses(5), [1000, 2000, 4000, 8000, 16000]);
      assert.deepEqual(notices(), [
        'warn: pods of node node-1 are not watched, so leases of deleted pods end late: the API server ends each watch at once; trying again',
      ]);
    });

    it('5 min where it may not list pods, and says once what is missing', async () => {
      const words = 'pods is forbidden: User "csi" cannot list resource "pods"';
      let isForbidden = true;
      instead = (asked) => (isForbidden && isList(asked) ? status(403, words) : undefined);
      run(pod('a'));
      start();
      for (let i = 1; i <= 3; i++) {
        await until(() => api.asked.length === i && clock.sleepers === 1);
        clock.pass(299_000);
        await new Promise((resolve) => setTimeout(resolve, 10));
        assert.equal(api.asked.length, i);
        assert.equal(watch.isWatching, false);
        isForbidden = i < 3;
        clock.pass(1_000);
      }
      await until(() => watch.isWatching);
      await settle();
      assert.deepEqual(notices(), [
        `warn: pods of node node-1 are not watched, so leases of deleted pods end late: the API server answered 403: ${words}; allow the provider's service account to get, list and watch pods in all namespaces`,
        'info: pods of node node-1 are watched again',
      ]);
    });
  });

  describe('tells that a pod is gone', () => {
    const gets: Record<string, { happen: (a: StandInPod) => void; gone: boolean; gets: number }> = {
      'where it is deleted': { happen: (a) => pods.delete(a), gone: true, gets: 1 },
      'where another of the same name has come': {
        happen: (a) => {
          pods.delete(a);
          pods.put({ ...a, uid: 'uid-of-the-next' });
        },
        gone: true,
        gets: 1,
      },
      'where it succeeded': { happen: (a) => pods.put({ ...a, phase: 'Succeeded' }), gone: true, gets: 1 },
      'where it failed': { happen: (a) => pods.put({ ...a, phase: 'Failed' }), gone: true, gets: 1 },
      'not where it is only being deleted': {
        happen: (a) => pods.put({ ...a, deletionTimestamp: '2026-01-01T00:00:00Z' }),
        gone: false,
        gets: 0,
      },
      'not where nobody but the watch says so': {
        happen: (a) =>
          pods.sayLine(
            JSON.stringify({ type: 'DELETED', object: { metadata: { uid: a.uid, resourceVersion: '999' } } }),
          ),
        gone: false,
        gets: 1,
      },
      'not where another of its name in another namespace is deleted': {
        happen: (a) => {
          const other = { ...a, namespace: 'other', uid: 'uid-of-other' };
          pods.put(other);
          pods.delete(other);
        },
        gone: false,
        gets: 0,
      },
    };
    for (const [when, row] of Object.entries(gets)) {
      it(when, async () => {
        const a = pod('a');
        await startWith(a, pod('b'));
        row.happen(a);
        await settle();
        await until(() => gone.length === (row.gone ? 1 : 0));
        assert.deepEqual(gone, row.gone ? [a.uid] : []);
        assert.equal(
          count((asked) => asked.path === '/api/v1/namespaces/shop/pods/a'),
          row.gets,
        );
      });
    }

    it('where a new list lacks it', async () => {
      await startWith(pod('a'), pod('b'));
      api.dropConnections();
      await until(() => pods.watches === 0);
      pods.delete(pod('a'));
      pods.compact();
      await until(() => gone.length === 1, 100);
      assert.deepEqual(gone, ['uid-of-a']);
      assert.equal(count(isGet), 1);
    });

    it('where the first list lacks it: it went while the provider was away', async () => {
      hold(pod('a'));
      await startWith(pod('b'));
      await until(() => gone.length === 1);
      assert.deepEqual(gone, ['uid-of-a']);
    });

    it('where it went before it was cared for, when the next watch begins', async () => {
      await startWith(pod('b'));
      hold(pod('late'));
      await reopen();
      await until(() => gone.length === 1);
      assert.deepEqual(gone, ['uid-of-late']);
    });

    it('once, though it is cared for still', async () => {
      await startWith(pod('a'), pod('b'));
      pods.delete(pod('a'));
      await until(() => gone.length === 1);
      await reopen();
      await reopen();
      await settle();
      assert.deepEqual(gone, ['uid-of-a']);
    });

    it('where it is deleted while the question whether it is gone is under way', async () => {
      const a = pod('a');
      await startWith(a);
      let answer = () => {};
      const isAsked = new Promise<void>((resolve) => {
        instead = (asked) => {
          if (!isGet(asked)) return undefined;
          instead = () => undefined;
          const early = pods.reply(asked) as [number, unknown];
          resolve();
          return (response) => {
            answer = () => response.writeHead(early[0]).end(JSON.stringify(early[1]));
          };
        };
      });
      const word = { type: 'DELETED', object: { metadata: { uid: a.uid, resourceVersion: '999' } } };
      pods.sayLine(JSON.stringify(word));
      await isAsked;
      pods.delete(a);
      await settle();
      answer();
      await until(() => gone.length === 1);
      assert.deepEqual(gone, [a.uid]);
    });

    it('never of an empty list alone, asking for four at a time', async () => {
      const all = Array.from({ length: 40 }, (_, index) => pod(`p${index}`));
      let [open, most] = [0, 0];
      run(...all);
      instead = (asked) => {
        if (isList(asked)) return [200, { metadata: { resourceVersion: String(pods.revision) }, items: [] }];
        if (!isGet(asked)) return undefined;
        const [code, body] = pods.reply(asked) as [number, unknown];
        most = Math.max(most, ++open);
        return (response) =>
          void setTimeout(() => {
            open -= 1;
            response.writeHead(code).end(JSON.stringify(body));
          }, 3);
      };
      start();
      await until(() => count(isGet) === 40);
      await settle();
      assert.deepEqual(gone, []);
      assert.equal(most, 4);
    });

    it('not of a pod that is no longer cared for, which it asks for no more', async () => {
      await startWith(pod('a'));
      instead = (asked) => (isGet(asked) && count(isGet) === 1 ? status(500, 'no') : undefined);
      pods.delete(pod('a'));
      await until(() => count(isGet) === 1 && clock.sleepers === 2);
      cared.length = 0;
      await until(() => clock.sleepers === 1, 100);
      await settle();
      assert.deepEqual(gone, []);
      assert.equal(
        count((asked) => asked.path.endsWith('/pods/a')),
        1,
      );
    });

    const noAnswers: Record<string, Reply> = {
      'a 500': status(500, 'no'),
      'a 403': status(403, 'pods "a" is forbidden'),
      'a 429': status(429, 'slow down'),
      "a proxy's 404": [404, '404 page not found'],
      'a 404 of an unknown path': status(404, 'the server could not find the requested resource'),
      'a 404 of another pod': podNotFound('b'),
      'an answer that is no pod': [200, { kind: 'Status' }],
      'no JSON': [200, '<html>'],
      'a connection that breaks': (response) => void response.socket?.destroy(),
    };
    for (const [what, reply] of Object.entries(noAnswers)) {
      it(`not for ${what}, but asks again until it is told`, async () => {
        await startWith(pod('a'), pod('b'));
        instead = (asked) => (asked.path.endsWith('/pods/a') && count(isGet) < 5 ? reply : undefined);
        pods.delete(pod('a'));
        for (let asks = 1; asks < 5; asks++) {
          await until(() => count(isGet) === asks && clock.sleepers === 2);
          assert.deepEqual(gone, []);
          await until(() => count(isGet) > asks, 50);
        }
        await until(() => gone.length === 1);
        assert.deepEqual(gone, ['uid-of-a']);
      });
    }

    it('not where it may not get pods, which it says once', async () => {
      await startWith(pod('a'), pod('b'));
      instead = (asked) => (isGet(asked) ? status(403, 'pods is forbidden') : undefined);
      pods.delete(pod('a'));
      pods.delete(pod('b'));
      await until(() => count(isGet) > 6, 1000);
      assert.deepEqual(gone, []);
      assert.deepEqual(notices(), [
        `warn: whether pod shop/a is gone cannot be asked, and it is taken to be there: pods is forbidden; allow the provider's service account to get pods`,
      ]);
    });

    describe('that is static', () => {
      const staticUid = '0123456789abcdef0123456789abcdef';
      const mirror = pod('etcd', { uid: 'uid-of-mirror', annotations: { 'kubernetes.io/config.hash': staticUid } });

      it('by the uid that its volumes carry', async () => {
        pods.put(mirror);
        cared.push({ namespace: 'shop', name: 'etcd', uid: staticUid });
        await startWith();
        await settle();
        assert.equal(count(isGet), 1);
        pods.delete(mirror);
        await until(() => gone.length === 1, 1000);
        assert.deepEqual(gone, [staticUid]);
      });

      it('not where only its mirror is made anew', async () => {
        pods.put(mirror);
        cared.push({ namespace: 'shop', name: 'etcd', uid: staticUid });
        await startWith();
        pods.delete(mirror);
        await settle();
        clock.pass(60_000);
        pods.put({ ...mirror, uid: 'uid-of-second-mirror' });
        await settle();
        assert.equal(
          count((asked) => asked.path.endsWith('/pods/etcd')),
          0,
        );
        clock.pass(30_000);
        await until(() => count((asked) => asked.path.endsWith('/pods/etcd')) === 1);
        await settle();
        assert.deepEqual(gone, []);
      });
    });

    it('to one that fails over it, as a fault, and goes on', async () => {
      run(pod('a'), pod('b'));
      watch = new PodWatch({ client, nodeName: 'node-1', clock, emit: (fact) => facts.push(fact), random: () => 0 });
      const onGone = ({ uid }: PodRef) => {
        gone.push(uid);
        throw new Error('no');
      };
      watch.start(() => cared, onGone, life.signal);
      await until(() => pods.watches === 1);
      pods.delete(pod('a'));
      pods.delete(pod('b'));
      await until(() => gone.length === 2);
      assert.equal(facts.filter(({ type }) => type === 'fault').length, 2);
    });
  });

  describe('ends at once when its life does', () => {
    const moments: Record<string, () => Promise<void>> = {
      'while it watches': () => startWith(pod('a')),
      'while it waits for a list': async () => {
        instead = () => () => {};
        start();
        await until(() => api.asked.length === 1);
      },
      'while it pauses': async () => {
        instead = () => status(500, 'no');
        start();
        await until(() => clock.sleepers === 1);
      },
      'while it asks for a pod': async () => {
        await startWith(pod('a'));
        instead = (asked) => (isGet(asked) ? () => {} : undefined);
        pods.delete(pod('a'));
        await until(() => count(isGet) === 1);
      },
    };
    for (const [when, reach] of Object.entries(moments)) {
      it(when, async () => {
        await reach();
        life.abort();
        await until(() => !watch.isWatching && clock.sleepers === 0 && pods.watches === 0);
        const { length } = api.asked;
        clock.pass(1_000_000);
        await new Promise((resolve) => setTimeout(resolve, 20));
        assert.equal(api.asked.length, length);
        assert.deepEqual(gone, []);
        assert.deepEqual(notices(), []);
      });
    }
  });
});
