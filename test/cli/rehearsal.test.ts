// The rehearsal of a start: it mounts, nobody sees it, and a real call ends it.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { queryObjects } from 'node:v8';
import { parseArgs } from '../../src/cli/args.ts';
import { readOptions } from '../../src/cli/options.ts';
import { isRehearsing, rehearse } from '../../src/cli/rehearsal/rehearsal.ts';
import { RehearsalStore } from '../../src/cli/rehearsal/rehearsal-store.ts';
import { Calls } from '../../src/server/calls.ts';
import { Volumes } from '../../src/volume/volumes.ts';
import { processCpuMs } from '../harness/cpu-time.ts';
import { type Daemon, startDaemon } from '../harness/daemon.ts';
import { answer, startFaultyStore } from '../harness/faulty-store.ts';
import { createTokenMint } from '../harness/jwt.ts';

const NEVER = new AbortController().signal;
/** What an operator may set that would keep a mount from a store which is none of theirs. */
const STRICT = [
  '--vault-addr=https://vault.test:8200',
  '--vault-namespace=team',
  '--addresses=listed',
  '--require-namespaces',
  '--audience=team',
  '--session-scope=pod',
  '--vault-tls-ca-cert=/nowhere/ca.pem',
];

function optionsOf(...args: string[]) {
  return readOptions(parseArgs(args).flags, { HTTPS_PROXY: 'http://127.0.0.1:1', HTTP_PROXY: 'http://127.0.0.1:1' });
}

/** The test's own timer is set once it waits. */
async function openedBefore(): Promise<string[]> {
  await turn();
  return process.getActiveResourcesInfo();
}

/** What keeps something of this process open, but for what was there before. */
function opened(before: readonly string[]): string[] {
  const left = [...process.getActiveResourcesInfo()];
  for (const resource of before) if (left.includes(resource)) left.splice(left.indexOf(resource), 1);
  return left.filter((resource) => !['Immediate', 'CloseReq', 'TickObject'].includes(resource));
}

async function untilNothingIsOpen(before: readonly string[]): Promise<void> {
  for (let tries = 0; tries < 200 && opened(before).length > 0; tries += 1) {
    await sleep(10);
    // That timer itself is over only then.
    await turn();
  }
  assert.deepEqual(opened(before), []);
}

describe('a rehearsal', () => {
  it('mounts by either login method, and leaves nothing open', async () => {
    const before = await openedBefore();
    assert.equal(await rehearse(optionsOf(), NEVER), 2);
    await untilNothingIsOpen(before);
  });

  it('does so whatever the operator has set', async () => {
    assert.equal(await rehearse(optionsOf(...STRICT), NEVER), 2);
  });

  it('does not begin where a call has come already', async () => {
    assert.equal(await rehearse(optionsOf(), AbortSignal.abort()), 0);
  });

  it('ends at whatever moment a call comes, and leaves nothing open', async () => {
    const before = await openedBefore();
    for (const turns of [1, 2, 3, 5, 8, 12, 20, 40]) {
      const call = new AbortController();
      const played = rehearse(optionsOf(), call.signal);
      for (let count = 0; count < turns; count += 1) await turn();
      call.abort();
      await played;
    }
    await untilNothingIsOpen(before);
  });

  it('leaves nothing of its services in memory', async () => {
    const before = queryObjects(Volumes, { format: 'count' });
    await rehearse(optionsOf(), NEVER);
    await sleep(50);
    assert.equal(queryObjects(Volumes, { format: 'count' }), before);
  });

  it('is what runs in its course, and nothing else is', async () => {
    const seen: boolean[] = [];
    const options = Object.defineProperty({ ...optionsOf() }, 'requestTimeoutMs', {
      enumerable: true,
      get: () => seen.push(isRehearsing()) && 1_000,
    });
    const played = rehearse(options, NEVER);
    assert.equal(isRehearsing(), false);
    await played;
    assert.ok(seen.length > 0 && seen.every((is) => is), String(seen));
    assert.equal(isRehearsing(), false);
  });
});

it('the calls of a daemon have begun with the first of them, whatever comes of it', async () => {
  const calls = new Calls();
  assert.equal(calls.begun.aborted, false);
  await assert.rejects(calls.run(() => Promise.reject(new Error('it failed'))));
  assert.equal(calls.begun.aborted, true);
});

describe('the store of a rehearsal', () => {
  it('tells nothing to whoever does not know its token', async () => {
    const store = new RehearsalStore('0123456789abcdef');
    const address = await store.start();
    await assert.rejects(fetch(`${address}/v1/secret/data/app`, { headers: { 'x-vault-token': 'another' } }));
    const answered = await fetch(`${address}/v1/secret/data/app`, { headers: { 'x-vault-token': '0123456789abcdef' } });
    assert.match(await answered.text(), /"password":"rehearsal"/);
    store.stop();
    await assert.rejects(fetch(address));
  });
});

describe('a daemon that has rehearsed', () => {
  let folder: string;
  let daemon: Daemon;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'secretmount-state-'));
  });
  afterEach(async () => {
    await daemon.stop('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  /** It has nothing to do any more. */
  async function untilQuiet(pid: number): Promise<void> {
    for (let before = -1, now = 0; before !== now; ) {
      before = now;
      await sleep(500);
      now = processCpuMs(pid);
    }
  }

  it('shows nothing of it in its metrics, log and state folder', async () => {
    daemon = await startDaemon({ args: [`--state-dir=${folder}`, '--status-socket=off', '--log-level=debug'] });
    await untilQuiet(daemon.process.pid ?? 0);
    const { text } = await daemon.http('/metrics');
    const counted = text.split('\n').filter((line) => /^secretmount_(?!build_info|degraded|memory|start)/.test(line));
    const shown = counted.filter((line) => !/ 0$/.test(line) && !/process|open_files|cpu/.test(line));
    assert.deepEqual(shown, []);
    const said = daemon.log.map((line) => String(line['msg']));
    assert.deepEqual(
      said.filter((text) => /mount|store request|fault|rehears|login/.test(text)),
      [],
    );
    const kept = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    assert.deepEqual(
      kept.map(({ name }) => name).filter((name) => name !== 'lock'),
      [],
    );
  });

  it('answers a call that comes meanwhile, from the real store', async () => {
    const login = answer(200, { auth: { client_token: 's.x', lease_duration: 3600, renewable: true, metadata: {} } });
    const store = await startFaultyStore({ behaviour: login });
    store.behaviour = (request, response) =>
      (request.url.endsWith('/login') ? login : answer(200, { data: { k: 'real' } }))(request, response);
    const mint = createTokenMint();
    daemon = await startDaemon({ args: [`--vault-addr=${store.address}`] });
    const driver = daemon.driver();
    const pods = ['pod-a', 'pod-b', 'pod-c'].map((pod) =>
      driver.mount({
        pod,
        parameters: { roleName: 'app', objects: '- {objectName: a, secretPath: s/a, secretKey: k}' },
        tokens: { vault: mint.mintJwt({ pod, namespace: 'team', account: 'app' }) },
      }),
    );
    for (const { files } of await Promise.all(pods)) assert.equal(String(files[0]?.contents), 'real');
    await store.stop();
  });
});
