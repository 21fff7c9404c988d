import assert from 'node:assert/strict';
import type { PodRef } from '../../src/kube/pod-metadata.ts';
import { type Reply, status } from './api-server.ts';
import { podNotFound, type StandInPod } from './stand-in-pods.ts';
import { isGet, isList, pod, WatchedNode } from './watched-node.ts';

describe('PodWatch tells that a pod is gone', () => {
  let node: WatchedNode;

  beforeEach(async () => {
    node = await WatchedNode.make();
  });
  afterEach(() => node.end());

  const gets: Record<string, { happen: (a: StandInPod) => void; gone: boolean; gets: number }> = {
    'where it is deleted': { happen: (a) => node.pods.delete(a), gone: true, gets: 1 },
    'where another of the same name has come': {
      happen: (a) => {
        node.pods.delete(a);
        node.pods.put({ ...a, uid: 'uid-of-the-next' });
      },
      gone: true,
      gets: 1,
    },
    'where it succeeded': { happen: (a) => node.pods.put({ ...a, phase: 'Succeeded' }), gone: true, gets: 1 },
    'where it failed': { happen: (a) => node.pods.put({ ...a, phase: 'Failed' }), gone: true, gets: 1 },
    'not where it is only being deleted': {
      happen: (a) => node.pods.put({ ...a, deletionTimestamp: '2026-01-01T00:00:00Z' }),
      gone: false,
      gets: 0,
    },
    'not where nobody but the watch says so': {
      happen: (a) =>
        node.pods.sayLine(
          JSON.stringify({ type: 'DELETED', object: { metadata: { uid: a.uid, resourceVersion: '999' } } }),
        ),
      gone: false,
      gets: 1,
    },
    'not where another of its name in another namespace is deleted': {
      happen: (a) => {
        const other = { ...a, namespace: 'other', uid: 'uid-of-other' };
        node.pods.put(other);
        node.pods.delete(other);
      },
      gone: false,
      gets: 0,
    },
  };
  it('where it came to hold something after it was deleted', async () => {
    const [late, early] = [pod('late'), pod('early')];
    await node.startWith(early);
    node.pods.put(late);
    node.pods.delete(late);
    await node.settle();
    assert.deepEqual(node.gone, []);
    node.hold(late);
    for (const one of [late, early]) node.watch.nowHolds(one);
    await node.settle();
    assert.deepEqual(node.gone, [late.uid]);
    assert.equal(
      node.count((asked) => asked.path === '/api/v1/namespaces/shop/pods/early'),
      0,
    );
  });

  it('not where it came to hold something before the watch told of it', async () => {
    await node.startWith(pod('a'));
    const early = pod('early');
    node.instead = (asked) =>
      asked.path.endsWith('/pods/early')
        ? [200, { kind: 'Pod', metadata: { uid: early.uid }, status: { phase: 'Pending' } }]
        : undefined;
    node.hold(early);
    node.watch.nowHolds(early);
    await node.settle();
    assert.deepEqual(node.gone, []);
    assert.equal(
      node.count((asked) => asked.path === '/api/v1/namespaces/shop/pods/early'),
      1,
    );
  });

  for (const [when, row] of Object.entries(gets)) {
    it(when, async () => {
      const a = pod('a');
      await node.startWith(a, pod('b'));
      row.happen(a);
      await node.settle();
      await node.until(() => node.gone.length === (row.gone ? 1 : 0));
      assert.deepEqual(node.gone, row.gone ? [a.uid] : []);
      assert.equal(
        node.count((asked) => asked.path === '/api/v1/namespaces/shop/pods/a'),
        row.gets,
      );
    });
  }

  it('where a new list lacks it', async () => {
    await node.startWith(pod('a'), pod('b'));
    node.api.dropConnections();
    await node.until(() => node.pods.watches === 0);
    node.pods.delete(pod('a'));
    node.pods.compact();
    await node.until(() => node.gone.length === 1, 100);
    assert.deepEqual(node.gone, ['uid-of-a']);
    assert.equal(node.count(isGet), 1);
  });

  it('where the first list lacks it: it went while the provider was away', async () => {
    node.hold(pod('a'));
    await node.startWith(pod('b'));
    await node.until(() => node.gone.length === 1);
    assert.deepEqual(node.gone, ['uid-of-a']);
  });

  it('where it went before it was cared for, when the next watch begins', async () => {
    await node.startWith(pod('b'));
    node.hold(pod('late'));
    await node.reopen();
    await node.until(() => node.gone.length === 1);
    assert.deepEqual(node.gone, ['uid-of-late']);
  });

  it('once, though it is cared for still', async () => {
    await node.startWith(pod('a'), pod('b'));
    node.pods.delete(pod('a'));
    await node.until(() => node.gone.length === 1);
    await node.reopen();
    await node.reopen();
    await node.settle();
    assert.deepEqual(node.gone, ['uid-of-a']);
  });

  it('where it is deleted while the question whether it is gone is under way', async () => {
    const a = pod('a');
    await node.startWith(a);
    let answer = () => {};
    const isAsked = new Promise<void>((resolve) => {
      node.instead = (asked) => {
        if (!isGet(asked)) return undefined;
        node.instead = () => undefined;
        const early = node.pods.reply(asked) as [number, unknown];
        resolve();
        return (response) => {
          answer = () => response.writeHead(early[0]).end(JSON.stringify(early[1]));
        };
      };
    });
    const word = { type: 'DELETED', object: { metadata: { uid: a.uid, resourceVersion: '999' } } };
    node.pods.sayLine(JSON.stringify(word));
    await isAsked;
    node.pods.delete(a);
    await node.settle();
    answer();
    await node.until(() => node.gone.length === 1);
    assert.deepEqual(node.gone, [a.uid]);
  });

  it('never of an empty list alone, asking for four at a time', async () => {
    const all = Array.from({ length: 40 }, (_, index) => pod(`p${index}`));
    let most = 0;
    const open: (() => void)[] = [];
    const answerAll = () => {
      for (const answer of open.splice(0)) answer();
    };
    node.run(...all);
    node.instead = (asked) => {
      if (isList(asked)) return [200, { metadata: { resourceVersion: String(node.pods.revision) }, items: [] }];
      if (!isGet(asked) || node.count(isGet) > all.length) return undefined;
      const [code, body] = node.pods.reply(asked) as [number, unknown];
      return (response) => {
        open.push(() => response.writeHead(code).end(JSON.stringify(body)));
        most = Math.max(most, open.length);
        // Answered when four are there, after a moment in which a fifth would come.
        if (open.length === 4) setTimeout(answerAll, 3);
      };
    };
    node.start();
    await node.until(() => node.count(isGet) === 40);
    await node.settle();
    assert.deepEqual(node.gone, []);
    assert.equal(most, 4);
  });

  it('not of a pod that is no longer cared for, which it asks for no more', async () => {
    await node.startWith(pod('a'));
    node.instead = (asked) => (isGet(asked) && node.count(isGet) === 1 ? status(500, 'no') : undefined);
    node.pods.delete(pod('a'));
    await node.until(() => node.count(isGet) === 1 && node.clock.sleepers === 2);
    node.cared.length = 0;
    await node.until(() => node.clock.sleepers === 1, 100);
    await node.settle();
    assert.deepEqual(node.gone, []);
    assert.equal(
      node.count((asked) => asked.path.endsWith('/pods/a')),
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
    'an answer that is not a pod': [200, { kind: 'Status' }],
    'no JSON': [200, '<html>'],
    'a connection that breaks': (response) => void response.socket?.destroy(),
  };
  for (const [what, reply] of Object.entries(noAnswers)) {
    it(`not for ${what}, but asks again until it is told`, async () => {
      await node.startWith(pod('a'), pod('b'));
      node.instead = (asked) => (asked.path.endsWith('/pods/a') && node.count(isGet) < 5 ? reply : undefined);
      node.pods.delete(pod('a'));
      for (let asks = 1; asks < 5; asks++) {
        await node.until(() => node.count(isGet) === asks && node.clock.sleepers === 2);
        assert.deepEqual(node.gone, []);
        await node.until(() => node.count(isGet) > asks, 50);
      }
      await node.until(() => node.gone.length === 1);
      assert.deepEqual(node.gone, ['uid-of-a']);
    });
  }

  it('not where it may not get pods, which it says once', async () => {
    await node.startWith(pod('a'), pod('b'));
    node.instead = (asked) => (isGet(asked) ? status(403, 'pods is forbidden') : undefined);
    node.pods.delete(pod('a'));
    node.pods.delete(pod('b'));
    await node.until(() => node.count(isGet) > 6, 1000);
    assert.deepEqual(node.gone, []);
    assert.deepEqual(node.notices(), [
      `warn: whether pod shop/a is gone cannot be asked, and it is taken to be there: pods is forbidden; allow the provider's service account to get pods`,
    ]);
  });

  describe('that is static', () => {
    const staticUid = '0123456789abcdef0123456789abcdef';
    const mirror = pod('etcd', { uid: 'uid-of-mirror', annotations: { 'kubernetes.io/config.hash': staticUid } });

    it('by the uid that its volumes carry', async () => {
      node.pods.put(mirror);
      node.cared.push({ namespace: 'shop', name: 'etcd', uid: staticUid });
      await node.startWith();
      await node.settle();
      assert.equal(node.count(isGet), 1);
      node.pods.delete(mirror);
      await node.until(() => node.gone.length === 1, 1000);
      assert.deepEqual(node.gone, [staticUid]);
    });

    it('not where only its mirror is made anew', async () => {
      node.pods.put(mirror);
      node.cared.push({ namespace: 'shop', name: 'etcd', uid: staticUid });
      await node.startWith();
      node.pods.delete(mirror);
      await node.settle();
      node.clock.pass(60_000);
      node.pods.put({ ...mirror, uid: 'uid-of-second-mirror' });
      await node.settle();
      assert.equal(
        node.count((asked) => asked.path.endsWith('/pods/etcd')),
        0,
      );
      node.clock.pass(30_000);
      await node.until(() => node.count((asked) => asked.path.endsWith('/pods/etcd')) === 1);
      await node.settle();
      assert.deepEqual(node.gone, []);
    });
  });

  it('to one that fails over it, as a fault, and goes on', async () => {
    node.run(pod('a'), pod('b'));
    const onGone = ({ uid }: PodRef) => {
      node.gone.push(uid);
      throw new Error('no');
    };
    node.start(() => 0, onGone);
    await node.until(() => node.pods.watches === 1);
    node.pods.delete(pod('a'));
    node.pods.delete(pod('b'));
    await node.until(() => node.gone.length === 2);
    assert.equal(node.facts.filter(({ type }) => type === 'fault').length, 2);
  });
});
