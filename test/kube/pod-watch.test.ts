import assert from 'node:assert/strict';
import { type Asked, status } from './api-server.ts';
import { isGet, isList, isWatch, pod, query, WatchedNode } from './watched-node.ts';

const MIB = 1024 * 1024;

describe('PodWatch', () => {
  let node: WatchedNode;

  beforeEach(async () => {
    node = await WatchedNode.make();
  });
  afterEach(() => node.end());

  describe('asks', () => {
    it('for metadata of the pods of its node that have not ended, from the cache, then for what changes', async () => {
      await node.startWith(pod('a'));
      const [list, then] = node.api.asked as [Asked, Asked];
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
        resourceVersion: String(node.pods.revision),
      });
      assert.equal(then.headers.accept, 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1');
      assert.deepEqual(node.notices(), []);
    });

    it('for no single pod while all it cares for are there', async () => {
      await node.startWith(pod('a'), pod('b'));
      node.pods.put(pod('c'));
      await node.settle();
      assert.equal(node.count(isGet), 1);
    });

    it('for a list page by page, and takes them together', async () => {
      node.pods.mostInPage = 2;
      await node.startWith(pod('a'), pod('b'), pod('c'), pod('d'), pod('e'));
      assert.deepEqual(
        node.api.asked.filter(isList).map((asked) => [query(asked).get('limit'), query(asked).get('continue')]),
        [
          ['250', null],
          ['250', `${node.pods.revision}.2`],
          ['250', `${node.pods.revision}.4`],
        ],
      );
      await node.settle();
      assert.equal(node.count(isGet), 1);
    });

    it('for the whole list again, and not from the cache, where a page says 410', async () => {
      node.pods.mostInPage = 1;
      node.run(pod('a'), pod('b'));
      node.instead = (asked) => {
        if (query(asked).has('continue') && node.count(isList) === 2) return status(410, 'continue is too old');
        return undefined;
      };
      node.start();
      await node.until(() => node.watch.isWatching, 100);
      assert.deepEqual(
        node.api.asked
          .filter(isList)
          .map((asked) => [query(asked).get('resourceVersion'), query(asked).has('continue')]),
        [
          ['0', false],
          [null, true],
          [null, false],
          [null, true],
        ],
      );
      assert.deepEqual(node.notices(), []);
    });

    it('with a token that was replaced meanwhile', async () => {
      await node.startWith(pod('a'));
      node.api.write('token', 'new-token');
      node.instead = ({ headers }) =>
        headers.authorization === 'Bearer new-token' ? undefined : status(401, 'Unauthorized');
      await node.reopen();
      assert.equal(node.api.asked.at(-1)?.headers.authorization, 'Bearer new-token');
      assert.deepEqual(node.notices(), []);
    });
  });

  describe('goes on', () => {
    it('after a cut from the last event, and misses none', async () => {
      await node.startWith(pod('a'), pod('b'));
      node.pods.put(pod('c'));
      await node.settle();
      const seen = node.pods.revision;
      node.api.dropConnections();
      await node.until(() => node.pods.watches === 0);
      node.pods.delete(pod('a'));
      await node.until(() => node.gone.length === 1, 100);
      assert.deepEqual(node.gone, ['uid-of-a']);
      assert.equal(node.versions()[1], seen);
      assert.equal(node.count(isList), 1);
    });

    it('from the last bookmark', async () => {
      await node.startWith(pod('a'));
      node.pods.compact();
      node.pods.bookmark();
      await node.settle();
      await node.reopen();
      assert.equal(node.versions().at(-1), node.pods.revision);
      assert.equal(node.count(isList), 1);
    });

    it('when nothing has come for 150 s', async () => {
      await node.startWith(pod('a'));
      node.clock.pass(100_000);
      node.pods.bookmark();
      await node.settle();
      node.clock.pass(149_000);
      await node.settle();
      assert.equal(node.count(isWatch), 1);
      node.clock.pass(150_000);
      await node.until(() => node.count(isWatch) === 2, 100);
      assert.equal(node.count(isList), 1);
      assert.deepEqual(node.notices(), []);
    });

    it('from a line that the connection cut in two', async () => {
      await node.startWith(pod('a'));
      const from = node.pods.revision;
      node.pods.writeRaw('{"type":"DELETED","object":{"metadata":{"uid":"uid-of-a"');
      await node.reopen();
      assert.deepEqual(node.versions(), [from, from]);
      await node.settle();
      assert.deepEqual(node.gone, []);
    });

    it('from the last event after an error that is not about its version', async () => {
      await node.startWith(pod('a'));
      const from = node.pods.revision;
      node.pods.sayLine(JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 500, message: 'etcd' } }));
      await node.until(() => node.count(isWatch) === 2 && node.pods.watches === 1, 100);
      assert.deepEqual(node.versions(), [from, from]);
      assert.equal(node.count(isList), 1);
    });

    it('where a list is not answered in time, and does not take that time for a limit of the watch', async () => {
      const hasty = await WatchedNode.make(500);
      try {
        hasty.instead = () => (hasty.api.asked.length === 1 ? () => {} : undefined);
        hasty.start();
        await hasty.until(() => hasty.pods.watches === 1, 10);
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        assert.equal(hasty.count(isWatch), 1);
        assert.ok(hasty.count(isList) >= 2);
      } finally {
        await hasty.end();
      }
    });

    const relists: Record<string, () => void> = {
      'a 410 as its answer': () => {
        node.pods.compact();
        node.pods.endWatches();
      },
      'a 410 as an event': () =>
        node.pods.sayLine(JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } })),
      'a 504 for a version of the future': () => {
        node.instead = (asked) => (isWatch(asked) && node.count(isList) === 1 ? status(504, 'Too large') : undefined);
        node.pods.endWatches();
      },
      'a line that is not JSON': () => node.pods.sayLine('<html>'),
      'JSON that is not an event': () => node.pods.sayLine('{"type":"ADDED","object":7}'),
      'an event of an unknown type': () =>
        node.pods.sayLine('{"type":"constructor","object":{"metadata":{"uid":"u","resourceVersion":"200"}}}'),
      'an error without a code': () => node.pods.sayLine('{"type":"ERROR","object":{}}'),
      'a line of more than 1 MiB': () => node.pods.writeRaw('x'.repeat(MIB + 1)),
    };
    for (const [what, happen] of Object.entries(relists)) {
      it(`with a new list, not from the cache, after ${what}`, async () => {
        await node.startWith(pod('a'), pod('b'));
        happen();
        await node.until(() => node.count(isList) === 2 && node.watch.isWatching && node.pods.watches === 1, 100);
        const lists = node.api.asked.filter(isList);
        assert.equal(query(lists[1] as Asked).get('resourceVersion'), null);
        node.pods.delete(pod('b'));
        await node.until(() => node.gone.length > 0);
        assert.deepEqual(node.gone, ['uid-of-b']);
        assert.deepEqual(node.notices(), []);
      });
    }

    it('after an API server that was down, saying once that it was and once that it is back', async () => {
      await node.startWith(pod('a'), pod('b'));
      const { port } = node.api;
      await node.api.goDown();
      await node.until(() => !node.watch.isWatching, 500);
      for (let i = 0; i < 20; i++) await node.until(() => node.clock.sleepers > 0).then(() => node.clock.pass(30_000));
      node.pods.delete(pod('a'));
      assert.deepEqual(node.gone, []);
      await node.api.comeBack(port);
      await node.until(() => node.gone.length === 1, 500);
      assert.ok(node.watch.isWatching);
      assert.deepEqual(node.gone, ['uid-of-a']);
      assert.equal(node.count(isList), 1);
      assert.deepEqual(node.notices(), [
        `warn: pods of node node-1 are not watched, so leases of deleted pods end late: the API server 127.0.0.1:${port} cannot be reached (ECONNREFUSED); trying again`,
        'info: pods of node node-1 are watched again',
      ]);
    });

    it('without a word where one attempt fails', async () => {
      await node.startWith(pod('a'));
      node.instead = (asked) => (isWatch(asked) && node.count(isWatch) === 2 ? status(500, 'starting') : undefined);
      await node.reopen();
      await node.settle();
      assert.equal(node.count(isWatch), 3);
      assert.ok(node.watch.isWatching);
      assert.deepEqual(node.notices(), []);
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
        await node.until(() => node.clock.pausesMs.length > first + i);
        node.clock.pass(node.clock.pausesMs[first + i] ?? 0);
      }
      return node.clock.pausesMs.slice(first, first + pauses);
    };

    it('longer after each failure, up to 30 s, before it asks again', async () => {
      node.instead = () => status(500, 'no');
      node.start(() => 1);
      const seconds = [1, 2, 4, 8, 16, 30, 30, 30];
      assert.deepEqual(
        await passPauses(8),
        seconds.map((each) => each * 1000),
      );
      assert.ok(node.api.asked.length <= 9);
    });

    it('a random part of that', async () => {
      node.instead = () => status(500, 'no');
      node.start(() => 0.25);
      assert.deepEqual(await passPauses(4), [250, 500, 1000, 2000]);
    });

    it('as little as at first once a watch brought something', async () => {
      node.instead = () => status(500, 'no');
      node.start(() => 1);
      await passPauses(5);
      node.instead = () => undefined;
      await node.until(() => node.pods.watches === 1, 1000);
      node.pods.bookmark();
      await node.until(() => node.notices().length === 2);
      assert.equal(node.isDegraded(), false);
      const begun = node.clock.pausesMs.length;
      node.pods.endWatches();
      await node.until(() => node.clock.pausesMs.length > begun);
      assert.equal(node.clock.pausesMs.at(-1), 1000);
    });

    it('longer and longer where each watch is taken and ended at once, and says so', async () => {
      node.run(pod('a'));
      node.instead = (asked) => (isWatch(asked) ? [200, ''] : undefined);
      node.start(() => 1);
      assert.deepEqual(await passPauses(5), [1000, 2000, 4000, 8000, 16000]);
      assert.deepEqual(node.notices(), [
        'warn: pods of node node-1 are not watched, so leases of deleted pods end late: the API server ends each watch at once; trying again',
      ]);
      assert.equal(node.isDegraded(), true);
    });

    it('5 min where it may not list pods, and says once what is missing', async () => {
      const words = 'pods is forbidden: User "csi" cannot list resource "pods"';
      let isForbidden = true;
      node.instead = (asked) => (isForbidden && isList(asked) ? status(403, words) : undefined);
      node.run(pod('a'));
      node.start();
      for (let i = 1; i <= 3; i++) {
        await node.until(() => node.api.asked.length === i && node.clock.sleepers === 1);
        node.clock.pass(299_000);
        await new Promise((resolve) => setTimeout(resolve, 10));
        assert.equal(node.api.asked.length, i);
        assert.equal(node.watch.isWatching, false);
        isForbidden = i < 3;
        node.clock.pass(1_000);
      }
      await node.until(() => node.watch.isWatching);
      await node.settle();
      assert.deepEqual(node.notices(), [
        `warn: pods of node node-1 are not watched, so leases of deleted pods end late: the API server answered 403: ${words}; allow the provider's service account to get, list and watch pods in all namespaces`,
        'info: pods of node node-1 are watched again',
      ]);
    });
  });

  describe('ends at once when its life does', () => {
    const moments: Record<string, () => Promise<void>> = {
      'while it watches': () => node.startWith(pod('a')),
      'while it waits for a list': async () => {
        node.instead = () => () => {};
        node.start();
        await node.until(() => node.api.asked.length === 1);
      },
      'while it pauses': async () => {
        node.instead = () => status(500, 'no');
        node.start();
        await node.until(() => node.clock.sleepers === 1);
      },
      'while it asks for a pod': async () => {
        await node.startWith(pod('a'));
        node.instead = (asked) => (isGet(asked) ? () => {} : undefined);
        node.pods.delete(pod('a'));
        await node.until(() => node.count(isGet) === 1);
      },
    };
    for (const [when, reach] of Object.entries(moments)) {
      it(when, async () => {
        await reach();
        node.life.abort();
        await node.until(() => !node.watch.isWatching && node.clock.sleepers === 0 && node.pods.watches === 0);
        const { length } = node.api.asked;
        node.clock.pass(1_000_000);
        await new Promise((resolve) => setTimeout(resolve, 20));
        assert.equal(node.api.asked.length, length);
        assert.deepEqual(node.gone, []);
        assert.deepEqual(node.notices(), []);
      });
    }
  });
});
