// A small mount beside large ones, through the socket: it does not wait for all the work that those are.
import assert from 'node:assert/strict';
import { type Daemon, startDaemon } from '../harness/daemon.ts';
import type { MountWish } from '../harness/driver.ts';
import { answer, type Behaviour, type FaultyStore, startFaultyStore } from '../harness/faulty-store.ts';
import { createTokenMint } from '../harness/jwt.ts';

const AUTH = { client_token: 'hvs.beside', lease_duration: 3600, renewable: true, metadata: {} };
/** Some 100 ms of work each. */
const LARGE = Buffer.from(`{"data":{"k":[${'1,'.repeat(1_900_000)}1]}}`);
const LANES = 4;
const SMALL_MOUNTS = 30;

const onRequest: Behaviour = (request, response) => {
  if (request.url.endsWith('/login')) answer(200, { auth: AUTH })(request, response);
  else if (request.url.includes('/large')) response.end(LARGE);
  else answer(200, { data: { k: 'v' } })(request, response);
};

describe('a small mount beside large ones', function () {
  this.timeout(120_000);
  let store: FaultyStore;
  let daemon: Daemon;
  const mint = createTokenMint();

  before(async () => {
    store = await startFaultyStore({ behaviour: onRequest });
    daemon = await startDaemon({ args: [`--vault-addr=${store.address}`, '--coalesce-window=0s', '--poll-window=0s'] });
  });
  after(async () => {
    await daemon.stop('SIGKILL');
    await store.stop();
  });

  it('takes a small part of their time', async () => {
    const driver = daemon.driver();
    const timed = async (account: string, path: string, pod: string) => {
      const startedAt = performance.now();
      await driver.mount(wish(account, path, pod));
      return performance.now() - startedAt;
    };
    let isOver = false;
    const large: number[] = [];
    const lanes = Array.from({ length: LANES }, async (_, lane) => {
      for (let round = 0; !isOver; round += 1)
        large.push(await timed(`large-${lane}`, `large-${round}`, `pod-${round}`));
    });
    const small: number[] = [];
    for (let i = 0; i < SMALL_MOUNTS; i += 1) small.push(await timed('small', 'app', `pod-${i}`));
    isOver = true;
    await Promise.all(lanes);
    const ratio = median(small) / median(large);
    assert.ok(ratio < 0.15, `${median(small)} ms beside ${median(large)} ms`);
  });

  function wish(account: string, path: string, pod: string): MountWish {
    const whose = { namespace: 'team', account, pod };
    return {
      ...whose,
      tokens: { vault: mint.mintJwt(whose) },
      parameters: { roleName: 'app', objects: `- {objectName: a, secretPath: "s/${path}", secretKey: k}` },
    };
  }
});

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
