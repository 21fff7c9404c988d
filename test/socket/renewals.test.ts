// A store that grants milliseconds: the daemon does not spend its life renewing them.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Daemon, startDaemon } from '../harness/daemon.ts';
import { answer, type FaultyStore, startFaultyStore } from '../harness/faulty-store.ts';
import { unsignedToken } from '../harness/plans.ts';

const LEASES = 50;
const LEASE_SECONDS = 0.2;

describe('leases of milliseconds', () => {
  let store: FaultyStore;
  let daemon: Daemon;
  beforeEach(async () => {
    const auth = { auth: { client_token: 's.brief', lease_duration: 3600, renewable: true, metadata: {} } };
    const lease = { lease_duration: LEASE_SECONDS, renewable: true, data: { k: 'v' } };
    store = await startFaultyStore({
      behaviour: (request, response) => {
        const body = request.url.includes('/auth/') ? auth : { ...lease, lease_id: request.url };
        answer(200, body)(request, response);
      },
    });
  });
  afterEach(async () => {
    await daemon.stop('SIGKILL');
    await store.stop();
  });

  /** Renewals in the time in which each lease would be renewed several times. */
  async function renewals(args: readonly string[]): Promise<number> {
    daemon = await startDaemon({ args: [`--vault-addr=${store.address}`, ...args] });
    const objects = Array.from(
      { length: LEASES },
      (_, index) => `- {objectName: f${index}, secretPath: db/creds/${index}, secretKey: k}`,
    );
    const tokens = { vault: unsignedToken({ namespace: 'evil', account: 'x', pod: 'p' }) };
    const parameters = { roleName: 'r', objects: objects.join('\n') };
    const wish = { namespace: 'evil', account: 'x', pod: 'p', attributes: { 'csi.storage.k8s.io/pod.uid': 'p-uid' } };
    const { files } = await daemon
      .driver()
      .mount({ ...wish, tokens, parameters, targetPath: '/var/lib/kubelet/pods/p-uid/volumes/a/mount' });
    assert.equal(files.length, LEASES);
    await sleep(5 * LEASE_SECONDS * 1000);
    return store.requests.filter(({ url }) => url.includes('sys/leases/renew')).length;
  }

  it('are not renewed, and the log says so once', async () => {
    assert.equal(await renewals([]), 0);
    const warned = await daemon.untilLoggedTimes(1, ({ msg }) => String(msg).includes('--min-renewal-interval'));
    assert.equal(warned.length, 1);
  });

  it('are renewed without a pause if the operator lets them', async () => {
    const count = await renewals(['--min-renewal-interval=0']);
    assert.ok(count > LEASES, `${count}`);
  });
});
