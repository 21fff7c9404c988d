// A store that is down in every way there is: FAILED_PRECONDITION with the reason, with a bounded number of requests, never another code.
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { Code } from '../../src/errors.ts';
import { createAuthority } from '../harness/certificates.ts';
import { type Daemon, startDaemon } from '../harness/daemon.ts';
import type { Driver } from '../harness/driver.ts';
import {
  type Behaviour,
  type FaultyStore,
  hang,
  inTurn,
  redirectTo,
  startFaultyStore,
} from '../harness/faulty-store.ts';
import { startSwallowingPort } from '../harness/swallowing-port.ts';
import { objects, type SocketWorld, socketWorld } from './world.ts';

const answer =
  (status: number, body: unknown, headers: Record<string, string> = {}): Behaviour =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
const auth = { auth: { client_token: 'hvs.faulty-token-value', lease_duration: 3600, renewable: true, metadata: {} } };

/** Logs everybody in; reads end in the fault. */
const onRead =
  (fault: Behaviour): Behaviour =>
  (request, response) =>
    request.url.includes('/login') ? answer(200, auth)(request, response) : fault(request, response);

const CASES: readonly { name: string; behaviour: Behaviour; reason: string; says: RegExp }[] = [
  {
    name: 'is sealed',
    behaviour: answer(503, { errors: ['Vault is sealed'] }),
    reason: 'store-sealed',
    says: /sealed/,
  },
  { name: 'is not available', behaviour: answer(503, { errors: [] }), reason: 'store-unavailable', says: /503/ },
  {
    name: 'limits its callers',
    behaviour: answer(429, { errors: ['slow down'] }, { 'retry-after': '60' }),
    reason: 'store-rate-limited',
    says: /slow down/,
  },
  { name: 'resets connections', behaviour: (request) => request, reason: 'store-connection-reset', says: /connection/ },
  {
    name: 'answers garbage',
    behaviour: answer(200, '<html>hello</html>', { 'content-type': 'text/html' }),
    reason: 'store-malformed-response',
    says: /./,
  },
  {
    name: 'is behind',
    behaviour: answer(412, { errors: ['required index state not present'] }),
    reason: 'store-not-caught-up',
    says: /412/,
  },
  {
    name: 'fails',
    behaviour: answer(500, { errors: ['internal error'] }),
    reason: 'store-internal-error',
    says: /500/,
  },
  {
    name: 'hangs',
    behaviour: () => {},
    reason: 'store-timeout',
    says: /no answer from http:\/\/127\.0\.0\.1:\d+ within 3 s/,
  },
];

/** A login and a read, each with the default two repeats. */
const MOST_REQUESTS = 6;

describe('a store that', () => {
  let world: SocketWorld;
  let daemon: Daemon;
  let driver: Driver;
  let store: FaultyStore;
  before(async () => {
    world = await socketWorld();
    daemon = await world.daemon({ args: ['--request-timeout=3s'] });
    driver = daemon.driver();
    store = await startFaultyStore({});
  });
  after(async () => {
    await store.stop();
    await world.endDaemons();
  });

  /** Each case its own path and account, so that none profits from another's circuit or session. */
  const mountFrom = (address: string, account: string) =>
    driver.refusal(world.wish(objects('a secret/data/app x'), { account, parameters: { vaultAddress: address } }));

  for (const [index, { name, behaviour, reason, says }] of CASES.entries()) {
    for (const [step, fault] of [
      ['login', behaviour],
      ['read', onRead(behaviour)],
    ] as const) {
      it(`${name} at a ${step} is ${reason}`, async () => {
        const isReset = reason === 'store-connection-reset';
        const reset: Behaviour = (request, response) =>
          step === 'read' && request.url.includes('/login')
            ? answer(200, auth)(request, response)
            : void response.destroy();
        const own = await startFaultyStore({ behaviour: isReset ? reset : fault });
        try {
          const { code, details } = await mountFrom(own.address, `${step}-${index}`);
          assert.equal(code, Code.FAILED_PRECONDITION, details);
          assert.match(details, new RegExp(`\\[${reason}\\]$`));
          assert.match(details, step === 'login' ? /login at auth\/jwt as role "app"/ : /GET secret\/data\/app/);
          assert.match(details, says);
          assert.doesNotMatch(details, /faulty-token/);
          assert.ok(own.requests.length <= MOST_REQUESTS, `${own.requests.length} requests`);
        } finally {
          await own.stop();
        }
      });
    }
  }

  it('refuses connections is store-unreachable', async () => {
    const port = await freePort();
    const { code, details } = await mountFrom(`http://127.0.0.1:${port}`, 'refused');
    assert.equal(code, Code.FAILED_PRECONDITION);
    assert.match(details, /http:\/\/127\.0\.0\.1:\d+ refuses connections/);
    assert.match(details, /\[store-unreachable\]$/);
  });

  it('has a name that does not exist is store-unreachable', async () => {
    const { code, details } = await mountFrom('http://no-such-store.invalid:8200', 'nowhere');
    assert.equal(code, Code.FAILED_PRECONDITION);
    assert.match(details, /\[store-unreachable\]$/);
  });

  it('shows a certificate of an unknown authority is store-tls', async () => {
    const tls = createAuthority('Somebody').issue({ names: ['localhost'] });
    const secure = await startFaultyStore({ tls });
    const { code, details } = await mountFrom(secure.address.replace('127.0.0.1', 'localhost'), 'tls');
    await secure.stop();
    assert.equal(code, Code.FAILED_PRECONDITION);
    assert.match(details, /\[store-tls\]$/);
  });

  it('hangs is told by the default times, and the request that hung is named', async () => {
    const patient = await world.daemon();
    const own = await startFaultyStore({ behaviour: onRead(() => {}) });
    const wish = world.wish(objects('a secret/data/slow x'), { parameters: { vaultAddress: own.address } });
    const { code, details } = await patient.driver().refusal(wish);
    assert.equal(code, Code.FAILED_PRECONDITION);
    assert.match(details, /GET secret\/data\/slow: no answer from .* within 10 s \[store-timeout\]$/);
    await own.stop();
  });

  it('redirects to a leader whose packets vanish is asked again, and the pod mounts', async () => {
    const leader = await startSwallowingPort();
    const standby = await startFaultyStore({
      behaviour: inTurn(redirectTo(`${leader.address}/v1/x`), onRead(answer(200, { data: { x: 'one' } }))),
    });
    const own = await startDaemon({ args: [`--vault-addr=${standby.address}`] });
    try {
      const { files } = await own.driver().mount(world.wish(objects('a secret/data/app x')));
      assert.equal(files[0]?.contents.toString(), 'one');
      const sent = standby.requests.map(({ url }) => url.split('/').at(-1));
      assert.deepEqual(sent, ['login', 'login', 'app']);
    } finally {
      await own.stop('SIGKILL');
      await standby.stop();
      leader.stop();
    }
  });

  it('is down for one pod holds no other pod up: a dead address, a hanging store, a wrong authority, a bad class', async () => {
    // So long that no bad mount can end by itself before the good ones do.
    const own = await world.daemon({ args: ['--request-timeout=10m', '--mount-timeout=10m'] });
    const patient = own.driver();
    const refused = (address: string, account: string) =>
      patient.refusal(world.wish(objects('a secret/data/app x'), { account, parameters: { vaultAddress: address } }));
    const hanging = await startFaultyStore({ behaviour: hang });
    const port = await freePort();
    let ended = 0;
    const hung = Array.from({ length: 40 }, (_, index) =>
      refused(hanging.address, `hang-${index}`).finally(() => {
        ended += 1;
      }),
    );
    const bad = [
      ...Array.from({ length: 20 }, (_, index) => refused(`http://127.0.0.1:${port}`, `dead-${index}`)),
      ...Array.from({ length: 20 }, () => patient.refusal(world.wish('- nonsense'))),
      ...Array.from({ length: 5 }, (_, index) =>
        patient.refusal(
          world.wish(objects('a secret/data/app x'), {
            account: `ca-${index}`,
            parameters: { vaultAddress: 'https://127.0.0.1:1', vaultCACertPath: '/nowhere/ca.pem' },
          }),
        ),
      ),
    ];
    for (let turn = 0; turn < 10; turn += 1) {
      await patient.mount(world.wish(objects('a secret/data/app password'), { pod: `good-${turn}` }));
    }
    await Promise.all(bad);
    assert.ok(hanging.requests.length > 0);
    assert.equal(ended, 0, 'all good and all other bad mounts were answered before the first that hangs');
    await own.stop('SIGKILL');
    await Promise.all(hung);
    await hanging.stop();
  });

  it('is down gives a running pod its last answer, told once as stale, and fresh ones when it is back', async () => {
    const own = await startFaultyStore({ behaviour: onRead(answer(200, { data: { x: 'one' } })) });
    const wish = world.wish(objects('a secret/data/app x'), {
      account: 'poller',
      parameters: { vaultAddress: own.address },
    });
    const first = await driver.mount(wish);
    own.behaviour = answer(503, { errors: ['Vault is sealed'] });
    for (let turn = 0; turn < 3; turn += 1) assert.deepEqual(await driver.mount(wish), first);
    const metrics = (await daemon.http('/metrics')).text;
    assert.match(metrics, /secretmount_mounts_total\{call="poll",outcome="stale",reason=""\} 3/);
    assert.match(metrics, /secretmount_volumes_stale 1/);
    own.behaviour = onRead(answer(200, { data: { x: 'two' } }));
    const fresh = await driver.mount(wish);
    assert.equal(fresh.files[0]?.contents.toString(), 'two');
    await daemon.untilLogged((line) => line['msg'] === 'object up to date again');
    const told = daemon.log.filter((line) => line['object'] === 'a' && line['pod'] === 'pod-a' && 'ageMs' in line);
    assert.equal(told.length, 2, daemon.output);
    await own.stop();
  });
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
