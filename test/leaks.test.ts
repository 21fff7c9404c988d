// Nothing secret in any place where text leaves the process: each sink is read whole after values, tokens and
// arguments with known content went through every way of success and failure.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Daemon } from './harness/daemon.ts';
import { CallFailed, type Driver, type MountWish } from './harness/driver.ts';
import { answer, type Behaviour, babble, type FaultyStore, startFaultyStore } from './harness/faulty-store.ts';
import { PROGRAM } from './harness/program.ts';
import { objects, type SocketWorld, socketWorld } from './socket/world.ts';
import { TELLING } from './template-files/telling.ts';

const VALUE = 'seeded-value-9f31c7';
const ARGUMENT = 'seeded-argument-51ab20';
const STORE_TOKEN = 'hvs.seeded-store-token-77d0e4';
const FORGED_TOKEN = 'seeded-forged-token-c0ffee';
const PUBLISH_SECRET = 'seeded-publish-secret-aa11';

describe('nothing secret reaches', () => {
  let world: SocketWorld;
  let daemon: Daemon;
  let driver: Driver;
  let store: FaultyStore;
  let folder: string;
  const errors: string[] = [];
  const versions: string[] = [];
  const tokens: string[] = [];

  const send = async (wish: MountWish) => {
    tokens.push(...Object.values(wish.tokens ?? {}));
    try {
      const { versions: got } = await driver.mount({ secrets: { credential: PUBLISH_SECRET }, ...wish });
      versions.push(...got.values());
    } catch (thrown) {
      assert.ok(thrown instanceof CallFailed);
      errors.push(thrown.details);
    }
  };

  before(async () => {
    world = await socketWorld();
    folder = mkdtempSync(join(tmpdir(), 'secretmount-leaks-'));
    daemon = await world.daemon({
      args: ['--log-level=debug', '--request-timeout=3s', '--max-retries=0'],
      env: { HOME: folder, TMPDIR: folder, DEBUG: '*', GRPC_VERBOSITY: 'DEBUG', GRPC_TRACE: 'all' },
    });
    driver = daemon.driver();
    store = await startFaultyStore({});
    await world.write('seeded', { value: VALUE, number: 7777, document: { inner: VALUE, list: [VALUE] } });
    await sendEverything();
    await sendTemplates();
  });
  after(async () => {
    await store.stop();
    await world.endDaemons();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What Go would say the value of. */
  async function sendTemplates(): Promise<void> {
    for (const template of TELLING) {
      const before = errors.length;
      await send(world.wish(`- {objectName: t, template: ${JSON.stringify(template)}}`));
      assert.equal(errors.length, before + 1, `${template} has no error`);
    }
  }

  /** Good mounts, every kind of refusal, and a store that says its secrets back in every way it can. */
  async function sendEverything(): Promise<void> {
    await send(world.wish(objects('v secret/data/seeded value', 'w secret/data/seeded')));
    await send(world.wish(objects('v secret/data/seeded valeu', 'w secret/data/gone x', 'f sys/mounts x')));
    await send(world.wish('- {objectName: v, secretPath: secret/data/seeded, secretKey: value, encoding: hex}'));
    await send(world.wish('- {objectName: v, secretPath: secret/data/seeded, secretKey: value, encoding: base64}'));
    const args = `- {objectName: p, secretPath: secret/seeded, method: POST, secretArgs: {a: "${ARGUMENT}", n: {b: "${ARGUMENT}"}}}`;
    await send(world.wish(args));
    await send(world.wish(`- {objectName: p, secretArgs: "${ARGUMENT}", secretKey: [${ARGUMENT}]}`));
    await send({ ...world.wish(objects('v secret/data/seeded value')), tokens: { vault: FORGED_TOKEN } });
    await send({
      ...world.wish(objects('v secret/data/seeded value')),
      attributes: { 'csi.storage.k8s.io/serviceAccount.tokens': FORGED_TOKEN },
    });
    // Only the strings of `errors` are shown of what a store says; what we sent is cut out of them.
    const echo =
      (status: number): Behaviour =>
      (request, response) =>
        answer(status, { errors: [`you sent ${request.headers['x-vault-token']} and ${request.body}`] })(
          request,
          response,
        );
    const login = { auth: { client_token: STORE_TOKEN, lease_duration: 60, renewable: true, metadata: {} } };
    const body = { request_id: '1', data: { value: VALUE } };
    const behaviours = [
      echo(403),
      echo(500),
      echo(400),
      answer(200, `{"data": {"value": "${VALUE}" `, { 'content-type': 'application/json' }),
      answer(200, { ...login, data: null }),
      answer(200, { ...body, data: { other: VALUE } }),
      babble,
      answer(302, undefined, { location: `http://127.0.0.1:1/${VALUE}` }),
      answer(200, body, { 'retry-after': VALUE }),
    ];
    for (const [index, behaviour] of behaviours.entries()) {
      store.behaviour = (request, response) =>
        request.url.includes('/login') && index !== 6
          ? answer(200, login)(request, response)
          : behaviour(request, response);
      const wish = world.wish(args, { account: `echo-${index}`, parameters: { vaultAddress: store.address } });
      await send({ ...wish, tokens: { vault: index % 2 === 0 ? FORGED_TOKEN : (wish.tokens?.['vault'] ?? '') } });
      await send(
        world.wish(objects('v secret/data/seeded value'), {
          account: `read-${index}`,
          parameters: { vaultAddress: store.address },
        }),
      );
    }
  }

  function assertClean(text: string, where: string): void {
    const parts = tokens.flatMap((token) => [token, ...token.split('.').slice(1)]).filter((part) => part.length > 16);
    for (const secret of [VALUE, ARGUMENT, STORE_TOKEN, FORGED_TOKEN, PUBLISH_SECRET, world.bao.rootToken, ...parts]) {
      const forms = [
        secret,
        Buffer.from(secret).toString('base64').replace(/=+$/, ''),
        Buffer.from(secret).toString('hex'),
      ];
      for (const form of forms) {
        const at = text.indexOf(form);
        assert.equal(at, -1, `${where} holds a secret: ...${text.slice(Math.max(0, at - 80), at + form.length)}`);
      }
    }
  }

  it('the way here: mounts succeeded and failed in many ways, and the search finds what it looks for', () => {
    assert.ok(versions.length >= 2);
    assert.ok(errors.length >= 15, `${errors.length} errors`);
    assert.throws(() => assertClean(`x ${VALUE} y`, 'this text'), /holds a secret/);
    assert.throws(() => assertClean(Buffer.from(STORE_TOKEN).toString('base64'), 'this text'), /holds a secret/);
  });

  it('an error', () => {
    for (const error of errors) assertClean(error, 'an error');
    assert.ok(errors.filter((error) => error.endsWith('[template-failed]')).length > TELLING.length / 2);
  });

  it('a version', () => {
    for (const version of versions) assertClean(version, 'a version');
  });

  it('the log at debug, with every debug switch of the libraries on', () => {
    assert.ok(daemon.output.includes('"level":"debug"'));
    assertClean(daemon.output, 'the log');
  });

  it('a page of the HTTP server', async () => {
    for (const page of ['/metrics', '/healthz', '/readyz', '/health/ready', `/${VALUE}`]) {
      const { text } = await daemon.http(page);
      assertClean(text, page);
    }
    assert.doesNotMatch((await daemon.http('/metrics')).text, /team|secret\/data|pod-a|echo-/);
  });

  it('a file', () => {
    assert.deepEqual(readdirSync(folder, { recursive: true }), []);
  });

  it('the command line of the process', () => {
    assertClean(readFileSync(`/proc/${daemon.process.pid}/cmdline`, 'utf8'), 'the command line');
  });

  it('--help and a refused command line, whatever the environment holds', () => {
    const env = { PATH: process.env['PATH'] ?? '', VAULT_TOKEN: STORE_TOKEN, VAULT_CACERT_BYTES: VALUE };
    for (const args of [['--help'], ['version', '--output=json'], ['--nonsense'], ['--log-level=nonsense']]) {
      const { stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], { env, encoding: 'utf8' });
      assertClean(stdout + stderr, args.join(' '));
    }
  });

  it('what is printed when the process fails on a fault of its own', () => {
    const crash = fileURLToPath(new URL('../src/cli/crash.ts', import.meta.url));
    const log = fileURLToPath(new URL('../src/observe/log.ts', import.meta.url));
    for (const fault of [
      `throw new Error('${VALUE}', { cause: new TypeError('${STORE_TOKEN}') })`,
      `Promise.reject(Object.assign(new Error('${VALUE}'), { code: '${ARGUMENT}' }))`,
      `JSON.parse('{"x": "${VALUE}" oops')`,
    ]) {
      const script = `
        const { crashOn } = await import('${crash}'); const { createLog } = await import('${log}');
        crashOn(createLog({ format: 'json', level: 'debug' })); ${fault}; await new Promise((done) => setTimeout(done, 50));`;
      const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
        encoding: 'utf8',
      });
      assert.equal(status, 1);
      assert.match(stderr, /"level":"error"/);
      assertClean(stdout + stderr, `the crash of ${fault.slice(0, 20)}`);
    }
  });
});
