// What the ledger takes the provider to know: only what it was still there to hear.
import assert from 'node:assert/strict';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ChaosProxy } from './chaos-proxy.ts';
import { Ledger } from './ledger.ts';

const LEASE = 'database/creds/renewed/one';
const DELAY_MS = 200;
const LONG_MS = 30_000;

describe('a renewal that comes by the proxy', () => {
  let status = 200;
  const store = http.createServer((_, response) => response.writeHead(status).end('{"lease_duration":3600}'));
  let ledger: Ledger;
  let proxy: ChaosProxy;

  beforeEach(async () => {
    status = 200;
    await new Promise<void>((resolve) => store.listen(0, '127.0.0.1', resolve));
    ledger = new Ledger();
    ledger.loggedIn('token', 'shop');
    const times = { arrivedAt: 0, issuedAt: 0, goodUntil: 1 };
    ledger.issued({ mark: 'user', secret: '', leaseId: LEASE, account: 'shop', token: 'token', ...times });
    proxy = await startProxy(LONG_MS);
  });
  afterEach(async () => {
    await proxy.stop();
    store.closeAllConnections();
    await new Promise((resolve) => store.close(resolve));
  });

  const startProxy = async (heardWithinMs: number) => {
    const { port } = store.address() as AddressInfo;
    const started = await new ChaosProxy(`http://127.0.0.1:${port}`, ledger, heardWithinMs).start();
    started.fault = { kind: 'slow', each: 1, delayMs: DELAY_MS };
    return started;
  };

  const renew = (signal?: AbortSignal) =>
    fetch(`${proxy.address}/v1/sys/leases/renew`, {
      method: 'PUT',
      headers: { 'x-vault-token': 'token' },
      body: JSON.stringify({ lease_id: LEASE }),
      ...(signal && { signal }),
    }).then((answer) => answer.json());

  const isNoted = () => (ledger.find('user')?.goodUntil ?? 0) > 1;
  /** On a busy machine who asked may give up before the store hears of it; then it never answers. */
  const untilAnswered = () =>
    Promise.race([
      new Promise((resolve) => store.once('request', (_, response) => response.once('finish', resolve))),
      sleep(10 * DELAY_MS),
    ]);
  const isNotedAsFailed = () => (ledger.find('user')?.renewalFailedAt ?? 0) > 0;

  it('is noted where it was heard', async () => {
    await renew();
    assert.ok(isNoted());
    assert.ok(!isNotedAsFailed());
  });

  for (const kind of ['half answer', 'lost answer'] as const) {
    it(`is not noted after a ${kind}`, async () => {
      proxy.fault = { kind, each: 1, delayMs: 0 };
      await assert.rejects(renew());
      assert.ok(!isNoted());
    });
  }

  it('is not noted where nobody waited for it any longer', async () => {
    const answered = untilAnswered();
    await assert.rejects(renew(AbortSignal.timeout(DELAY_MS / 4)));
    await answered;
    // The proxy hears it a moment after the store has sent it.
    await sleep(DELAY_MS);
    assert.ok(!isNoted());
  });

  it('is not noted where it came so late that it may not have been waited for', async () => {
    await proxy.stop();
    proxy = await startProxy(DELAY_MS / 2);
    await renew();
    assert.ok(!isNoted());
  });

  it('is noted as failed where the store refused it', async () => {
    status = 400;
    await renew();
    assert.ok(isNotedAsFailed() && !isNoted());
  });

  it('is noted as failed where the store was away', async () => {
    store.prependOnceListener('request', (request) => request.socket.destroy());
    await assert.rejects(renew());
    assert.ok(isNotedAsFailed() && !isNoted());
  });

  it('is not noted as failed where nobody waited for it any longer', async () => {
    status = 400;
    const answered = untilAnswered();
    await assert.rejects(renew(AbortSignal.timeout(DELAY_MS / 4)));
    await answered;
    await sleep(DELAY_MS);
    assert.ok(!isNotedAsFailed());
  });
});
