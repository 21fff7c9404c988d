// Whatever is thrown, and wherever, costs the mount in which it was thrown: it is answered, told of and counted, and
// the daemon serves all others.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Code } from '../../src/errors.ts';
import { Daemon } from '../harness/daemon.ts';
import { CallFailed, type Driver } from '../harness/driver.ts';
import { answer, type FaultyStore, startFaultyStore } from '../harness/faulty-store.ts';
import { objects, type SocketWorld, socketWorld } from './world.ts';

const SABOTAGE = ['--import', fileURLToPath(new URL('sabotage.ts', import.meta.url))];
const LONE = '\ud83d';
const login = { auth: { client_token: 's.x', lease_duration: 3600, renewable: true, metadata: {} } };

describe('a text with half a character', () => {
  let world: SocketWorld;
  let daemon: Daemon;
  let driver: Driver;
  before(async () => {
    world = await socketWorld();
    daemon = await world.daemon({ args: ['--max-retries=0'] });
    driver = daemon.driver();
  });
  after(() => world.endDaemons());
  afterEach(async () => {
    await driver.mount(world.wish(objects('a secret/data/app password'), { pod: 'calm' }));
    assert.deepEqual(
      daemon.log.filter(({ level }) => level === 'error'),
      [],
    );
  });

  for (const [where, errors] of [
    ['alone', ['\\ud800']],
    ['at the end of a text', ['no such thing \\ud83d']],
    ['the wrong way round', ['\\ude00\\ud83d']],
    ['across two errors', ['a\\ud83d', '\\ude00b']],
  ] as const) {
    it(`in a store's error, ${where}, is shown as U+FFFD`, async () => {
      const said = `{"errors":[${errors.map((text) => `"${text}"`).join()}]}`;
      const store = await startFaultyStore({
        behaviour: (request, response) =>
          (request.url.endsWith('/login') ? answer(200, login) : answer(400, said))(request, response),
      });
      const wish = world.wish(objects('a s/a k'), { parameters: { vaultAddress: store.address } });
      const { code, details } = await driver.refusal(wish);
      assert.equal(code, Code.INVALID_ARGUMENT);
      assert.match(details, /\ufffd.*\[request-refused\]$/u);
      await store.stop();
    });
  }

  it('in a token or argument cuts no whole character of what an honest store says in two', async () => {
    const name = `abcdefgh${'\u{1f600}'}`;
    const forged = { 'csi.storage.k8s.io/serviceAccount.tokens': `{"vault":{"token":"abcdefgh${'\\ud83d'}"}}` };
    const wish = world.wish(objects('a secret/data/app password'), { parameters: { roleName: name } });
    const refused = await driver.refusal({ ...wish, attributes: forged });
    // Vault refuses the half character itself, as JSON that is none.
    const said = world.bao.product === 'Vault' ? '(500: malformed JSON' : `(400: role "${name}" could not be found)`;
    assert.ok(refused.details.includes(`role "${name}"`) && refused.details.includes(said), refused.details);
    const text = `- {objectName: a, secretPath: "sys/tools/hash/${name}", secretKey: k, method: POST, secretArgs: {input: "", z: "abcdefgh\\ud83d"}}`;
    const { details } = await driver.refusal(world.wish(text));
    const algorithm = world.bao.product === 'Vault' ? '(500: malformed JSON' : `(400: unsupported algorithm ${name})`;
    assert.ok(details.includes(algorithm), details);
  });

  it('in every parameter, attribute and secret of a call is answered', async () => {
    const half = `x${LONE}y`;
    const app = objects('a secret/data/app password');
    const parameters = [
      ...['roleName', 'vaultAddress', 'vaultNamespace', 'vaultAuthMountPath', 'audience', 'objects', 'unheardOf'],
      ...['vaultKubernetesMountPath', 'vaultCACertPath', 'vaultTLSServerName', 'vaultTLSClientCertPath'],
    ];
    const fields = ['objectName', 'secretPath', 'secretKey', 'method', 'encoding', 'filePermission', 'unheardOf'];
    const attributes = ['pod.name', 'pod.namespace', 'pod.uid', 'serviceAccount.name'];
    const wishes = [
      ...parameters.map((name) => world.wish(app, { parameters: { [name]: half } })),
      ...fields.map((name) => {
        const object = { objectName: 'a', secretPath: 'secret/data/app', secretKey: 'k', [name]: half };
        return world.wish(JSON.stringify([object]));
      }),
      ...attributes.map((name) => ({ ...world.wish(app), attributes: { [`csi.storage.k8s.io/${name}`]: half } })),
      { ...world.wish(app), className: half },
      { ...world.wish(objects('a secret/data/gone k')), secrets: { [half]: half } },
    ];
    let refused = 0;
    for (const wish of wishes) {
      const outcome = await driver.mount(wish).catch((error: CallFailed) => error);
      if (!(outcome instanceof CallFailed)) continue;
      refused += 1;
      assert.ok(![1, 2, 4, 8, 10, 13, 14].includes(outcome.code), `${JSON.stringify(wish)}: ${outcome.message}`);
    }
    assert.ok(refused > wishes.length / 2, `${refused} of ${wishes.length}`);
  });
});

describe('something thrown that nothing catches', () => {
  let world: SocketWorld;
  let daemon: Daemon;
  let driver: Driver;
  let store: FaultyStore;
  before(async () => {
    world = await socketWorld();
    daemon = await world.daemon({
      nodeArgs: [...SABOTAGE, '--disable-sigusr1', '--disallow-code-generation-from-strings', '--expose-gc'],
    });
    driver = daemon.driver();
    // What is thrown in a mount must end it, not the store's answer or the time that it waits.
    store = await startFaultyStore({
      behaviour: (request, response) => {
        if (request.url.endsWith('/login')) answer(200, login)(request, response);
        else if (request.url.includes('handler')) answer(200, { data: { k: 'v' } })(request, response);
      },
    });
  });
  after(async () => {
    await store.stop();
    await world.endDaemons();
  });

  const faults = async () => {
    const { text } = await daemon.http('/metrics');
    return Number(/^secretmount_faults_total (\d+)$/m.exec(text)?.[1]);
  };
  const faultLines = () => daemon.log.filter(({ level }) => level === 'error');

  for (const place of ['timer', 'promise', 'tick', 'handler']) {
    it(`in a ${place} of a mount: that mount is INTERNAL at once, one line and one count, others go on`, async () => {
      const [countBefore, linesBefore] = [await faults(), faultLines().length];
      const parameters = { vaultAddress: store.address };
      const others = ['b', 'c'].map((pod) => driver.mount(world.wish(objects('a secret/data/app password'), { pod })));
      const { code, details } = await driver.refusal({
        ...world.wish(objects(`a s/throw-in-${place} k`), { parameters, account: place }),
        // Its own time would answer with another reason.
        deadlineMs: 25_000,
      });
      assert.equal(code, Code.INTERNAL);
      assert.match(details, /\[internal\]$/);
      assert.equal((await Promise.all(others)).length, 2);
      assert.equal(await faults(), countBefore + 1);
      const [line, ...more] = faultLines().slice(linesBefore);
      assert.deepEqual(more, []);
      assert.match(JSON.stringify(line?.['stack']), /sabotage\.ts/);
      assert.equal(daemon.process.exitCode, null);
    });
  }

  it('while an answer is encoded: INTERNAL with its reason, and counted as a failed mount', async () => {
    await world.write('large', { file: randomBytes(777_000).toString('base64') });
    const text = '- {objectName: a, secretPath: secret/data/large, secretKey: file, encoding: base64}';
    const before = await faults();
    const { code, details } = await driver.refusal(world.wish(text));
    assert.equal(code, Code.INTERNAL);
    assert.match(details, /\[internal\]$/);
    assert.equal(await faults(), before + 1);
    await daemon.untilLogged(({ reason, outcome }) => reason === 'internal' && outcome === 'failed');
    await driver.mount(world.wish(objects('a secret/data/app password')));
  });

  it('outside of any mount: told of and counted, and the daemon goes on', async () => {
    const before = await faults();
    daemon.signal('SIGUSR2');
    await daemon.untilLogged(({ msg }) => String(msg).startsWith('a fault outside of any mount was caught'));
    assert.equal(await faults(), before + 1);
    assert.equal((await driver.mount(world.wish(objects('a secret/data/app password')))).files.length, 1);
    assert.equal((await daemon.http('/readyz')).status, 200);
  });

  it('leaves its message nowhere', () => {
    assert.ok(faultLines().length >= 6);
    assert.ok(!daemon.output.includes('planted-secret'));
  });

  it('before the daemon serves ends it: nobody else would see that its start hangs', async () => {
    const folder = mkdtempSync('/dev/shm/secretmount-state-');
    const args = [`--vault-addr=${world.bao.address}`, `--state-dir=${folder}`];
    const holder = await world.daemon({ args });
    const waiting = new Daemon({ args, nodeArgs: SABOTAGE });
    await waiting.untilLogged(({ msg }) => String(msg).startsWith('another process has the state folder'));
    waiting.signal('SIGUSR2');
    assert.equal(await waiting.exit, 1);
    assert.match(waiting.output, /the process ends on a fault of its own/);
    assert.ok(!waiting.output.includes('planted-secret'));
    await holder.stop();
    rmSync(folder, { recursive: true });
  });
});
