import assert from 'node:assert/strict';
import { KubeClient } from '../../src/kube/client.ts';
import { TokenRequests } from '../../src/kube/token-request.ts';
import type { Identity } from '../../src/plan/plan.ts';
import { type Asked, type Reply, StandInApiServer, status } from './api-server.ts';
import { FakeClock } from './fake-clock.ts';

const POD: Identity = { namespace: 'team', account: 'app', podName: 'app-1', podUid: 'uid-1', isPodless: false };
const FIX = `in spec.tokenRequests of CSIDriver secrets-store.csi.k8s.io, or`;

describe('TokenRequests', () => {
  let api: StandInApiServer;
  let clock: FakeClock;
  let client: KubeClient;
  const signal = new AbortController().signal;

  beforeEach(async () => {
    api = await new StandInApiServer().start();
    api.reply = grant;
    clock = new FakeClock();
    client = new KubeClient({ server: api.config, clock, timeoutMs: 60_000 });
  });
  afterEach(async () => {
    client.close();
    await api.stop();
  });

  function grant({ body }: Asked): Reply {
    const { spec } = JSON.parse(body);
    return [
      201,
      {
        kind: 'TokenRequest',
        spec,
        status: { token: `jwt-${api.asked.length}`, expirationTimestamp: '2026-01-01T00:15:00Z' },
      },
    ];
  }
  const make = (mostTokens = 1000) => new TokenRequests({ client, mode: 'auto', clock, mostTokens });
  const ask = async (tokens: TokenRequests, identity = POD, audience: string | undefined = 'vault') =>
    (await tokens.requestToken(identity, audience, signal)).reveal();

  it('asks for a token bound to the pod, for 15 minutes', async () => {
    assert.equal(await ask(make()), 'jwt-1');
    assert.equal(api.asked[0]?.method, 'POST');
    assert.equal(api.asked[0]?.path, '/api/v1/namespaces/team/serviceaccounts/app/token');
    assert.deepEqual(JSON.parse(api.asked[0]?.body ?? ''), {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: {
        audiences: ['vault'],
        expirationSeconds: 900,
        boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'app-1', uid: 'uid-1' },
      },
    });
  });

  it('has none of a pod that is gone, and the others still', async () => {
    const tokens = make();
    const other = { ...POD, podName: 'app-2', podUid: 'uid-2' };
    await ask(tokens);
    await ask(tokens, other);
    tokens.podGone('uid-1');
    assert.deepEqual([await ask(tokens, other), await ask(tokens)], ['jwt-2', 'jwt-3']);
  });

  it('has none longer than it may be used, though nobody asks for another', async () => {
    await ask(make());
    assert.equal(clock.sleepers, 1);
    clock.pass(0.8 * 900_000 + 1_000);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(clock.sleepers, 0);
  });

  it('names no audience where there is none, and no pod for a podless identity', async () => {
    await make().requestToken({ ...POD, isPodless: true }, undefined, signal);
    assert.deepEqual(JSON.parse(api.asked[0]?.body ?? '').spec, { expirationSeconds: 900 });
  });

  it('asks once for all who ask at the same time', async () => {
    const tokens = make();
    const got = await Promise.all(Array.from({ length: 20 }, () => ask(tokens)));
    assert.deepEqual(new Set(got), new Set(['jwt-1']));
    assert.equal(api.asked.length, 1);
  });

  it('never gives a token to another account, pod, namespace or audience', async () => {
    const tokens = make();
    const got = [
      await ask(tokens),
      await ask(tokens, { ...POD, account: 'other' }),
      await ask(tokens, { ...POD, podUid: 'uid-2' }),
      await ask(tokens, { ...POD, namespace: 'other' }),
      await ask(tokens, { ...POD, isPodless: true }),
      await ask(tokens, POD, 'other'),
      (await tokens.requestToken(POD, undefined, signal)).reveal(),
    ];
    assert.equal(new Set(got).size, got.length);
  });

  it('keeps a token for 80 % of the life it was granted', async () => {
    const tokens = make();
    await ask(tokens);
    clock.pass(719_000);
    assert.equal(await ask(tokens), 'jwt-1');
    clock.pass(2_000);
    assert.equal(await ask(tokens), 'jwt-2');
  });

  it('goes by the life the API server granted, not the one asked for', async () => {
    api.reply = () => [201, { spec: { expirationSeconds: 100 }, status: { token: `jwt-${api.asked.length}` } }];
    const tokens = make();
    await ask(tokens);
    clock.pass(81_000);
    assert.equal(await ask(tokens), 'jwt-2');
  });

  it('keeps no more tokens than it may, the newest', async () => {
    const tokens = make(2);
    for (const podUid of ['a', 'b', 'c']) await ask(tokens, { ...POD, podUid });
    assert.equal(await ask(tokens, { ...POD, podUid: 'c' }), 'jwt-3');
    assert.equal(await ask(tokens, { ...POD, podUid: 'b' }), 'jwt-2');
    assert.equal(await ask(tokens, { ...POD, podUid: 'a' }), 'jwt-4');
  });

  it('goes on for the others when one caller gives up', async () => {
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    api.reply = async (asked) => {
      await gate;
      return grant(asked);
    };
    const tokens = make();
    const controller = new AbortController();
    const leaving = tokens.requestToken(POD, 'vault', controller.signal);
    const staying = ask(tokens);
    controller.abort();
    await assert.rejects(leaving, { reason: 'mount-timeout' });
    release();
    assert.equal(await staying, 'jwt-1');
  });

  it('asks again after a failure', async () => {
    api.reply = () => status(500, 'etcd');
    const tokens = make();
    await assert.rejects(ask(tokens), {
      reason: 'api-unreachable',
      message: `the API server 127.0.0.1:${api.port} answered 500: etcd`,
    });
    api.reply = grant;
    assert.equal(await ask(tokens), 'jwt-2');
  });

  const refusals: readonly (readonly [says: string, reply: Reply, reason: string, message: string])[] = [
    [
      'a missing right',
      status(403, 'serviceaccounts "app" is forbidden'),
      'token-missing',
      `no service account token came with the mount, and the API server does not allow this provider to request one (serviceaccounts "app" is forbidden); either list audience "vault" ${FIX} allow the provider's service account to create serviceaccounts/token`,
    ],
    [
      'a missing account',
      status(404, 'serviceaccounts "app" not found'),
      'token-request-refused',
      'the API server gives no token for service account team/app: serviceaccounts "app" not found',
    ],
    [
      'another pod of that name',
      status(409, 'the UID in the bound object reference does not match'),
      'token-request-refused',
      'the API server gives no token for service account team/app: the UID in the bound object reference does not match',
    ],
    [
      'a refusal without words',
      [422, {}],
      'token-request-refused',
      'the API server gives no token for service account team/app: status 422',
    ],
    [
      'an answer without a token',
      [201, { status: {} }],
      'api-unreachable',
      'the API server answered a token request without a token',
    ],
  ];
  for (const [says, reply, reason, message] of refusals) {
    it(`explains ${says}`, async () => {
      api.reply = () => reply;
      await assert.rejects(ask(make()), { name: 'MountError', reason, message });
    });
  }

  it('names both fixes where it is switched off, and asks for nothing', async () => {
    await assert.rejects(new TokenRequests({ client, mode: 'off', clock }).requestToken(POD, 'vault', signal), {
      reason: 'token-missing',
      message: `no service account token came with the mount, and asking the API server for one is switched off; either list audience "vault" ${FIX} start the provider with --token-request=auto and allow the provider's service account to create serviceaccounts/token`,
    });
    assert.equal(api.asked.length, 0);
  });

  it('names both fixes where there is no API server', async () => {
    await assert.rejects(
      new TokenRequests({ client: undefined, mode: 'auto', clock }).requestToken(POD, undefined, signal),
      {
        reason: 'token-missing',
        message: `no service account token came with the mount, and there is no API server to ask for one; either list the class's audience ("vault" or "openbao" if it names none) ${FIX} start the provider with a kubeconfig and allow the provider's service account to create serviceaccounts/token`,
      },
    );
  });

  it('says for which audiences tokens came, a few of them and on one line', async () => {
    const tokens = new TokenRequests({ client: undefined, mode: 'auto', clock });
    const cameFor = ['', 'a\nb', 'c', 'd', 'e'.repeat(100), 'f'];
    const named = `"", "a\\nb", "c", "d", "${'e'.repeat(80)}..."`;
    await assert.rejects(tokens.requestToken(POD, 'vault', signal, cameFor), {
      reason: 'token-missing',
      message: `service account tokens only for ${named} came with the mount, and there is no API server to ask for one; either set the parameter audience to one of those if the role admits it, list audience "vault" ${FIX} start the provider with a kubeconfig and allow the provider's service account to create serviceaccounts/token`,
    });
  });
});
