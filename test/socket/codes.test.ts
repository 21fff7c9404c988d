// On CANCELLED 1, DEADLINE_EXCEEDED 4, RESOURCE_EXHAUSTED 8, ABORTED 10 and UNAVAILABLE 14 the driver (v1.6.0,
// rotation on) starts a new pod with an empty volume. No deadline, size, garbage or stop may bring one out.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { v1alpha1 } from '../../src/server/wire/messages.js';
import { toRequest } from '../harness/driver.ts';
import { type FaultyStore, hang, startFaultyStore } from '../harness/faulty-store.ts';
import { frame, type RawAnswer, RawConnection } from '../harness/raw-call.ts';
import { objects, type SocketWorld, socketWorld } from './world.ts';

const MOUNT = '/v1alpha1.CSIDriverProvider/Mount';
/** For calls that may get no answer: it only bounds the wait. */
const NO_ANSWER_MS = 30_000;
const FORBIDDEN = new Set([1, 4, 8, 10, 14]);

function assertSafe({ status, message }: RawAnswer): void {
  assert.notEqual(status, undefined, 'the call ended without a status');
  assert.ok(!FORBIDDEN.has(status ?? 0), `code ${status}: ${message}`);
}

async function untilAsked({ requests }: FaultyStore): Promise<void> {
  while (requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('no forbidden code leaves the socket', () => {
  let world: SocketWorld;
  before(async () => {
    world = await socketWorld();
  });
  afterEach(() => world.endDaemons());

  const mountBytes = (overrides: Record<string, string> = {}) => {
    const wish = world.wish(objects('a secret/data/app password'), { parameters: overrides });
    return v1alpha1.MountRequest.encode(toRequest(wish)).finish();
  };

  it('for any deadline of the caller, however short, with a store that hangs', async () => {
    const store = await startFaultyStore({ behaviour: hang });
    const daemon = await world.daemon();
    const raw = new RawConnection(join(daemon.folder, 'vault.sock'));
    const body = frame(mountBytes({ vaultAddress: store.address }));
    for (const timeout of ['1n', '1u', '1m', '20m', '100m', '600m', '1S']) {
      const answer = await raw.call(MOUNT, body, { 'grpc-timeout': timeout }).answer;
      assertSafe(answer);
      assert.equal(answer.status, 9, `${timeout}: ${answer.message}`);
    }
    raw.close();
    await store.stop();
  });

  it('with the request that hung, where the caller gives the mount less time than the daemon', async () => {
    const store = await startFaultyStore({ behaviour: hang });
    const daemon = await world.daemon();
    const raw = new RawConnection(join(daemon.folder, 'vault.sock'));
    const { status, message } = await raw.call(MOUNT, frame(mountBytes({ vaultAddress: store.address })), {
      'grpc-timeout': '1500m',
    }).answer;
    assert.equal(status, 9);
    assert.match(message, /login at auth\/jwt as role "app": no answer within the mount's time \[mount-timeout\]/);
    raw.close();
    await store.stop();
  });

  it('for messages of any size and shape', async () => {
    const daemon = await world.daemon();
    const raw = new RawConnection(join(daemon.folder, 'vault.sock'));
    const good = mountBytes();
    const huge = v1alpha1.MountRequest.encode({ attributes: 'x'.repeat(5 * 1024 * 1024) }).finish();
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    const bodies: readonly [string, Buffer, Record<string, string>?][] = [
      ['good', frame(good)],
      ['empty', frame(Buffer.alloc(0))],
      ['nothing at all', Buffer.alloc(0)],
      ['garbage', frame(Buffer.from('ff00ff00ff00', 'hex'))],
      ['cut off', frame(good).subarray(0, 40)],
      ['two messages', Buffer.concat([frame(good), frame(good)])],
      ['5 MiB', frame(huge)],
      ['said to be 4 GiB', Buffer.concat([Buffer.from('00ffffffff', 'hex'), good])],
      ['a gzip bomb', frame(bomb, true), { 'grpc-encoding': 'gzip' }],
      ['no gzip', frame(good, true), { 'grpc-encoding': 'gzip' }],
      ['an unknown encoding', frame(good, true), { 'grpc-encoding': 'zstd' }],
      ['compressed without saying how', frame(good, true)],
    ];
    for (const [name, body, headers] of bodies) {
      const answer = await Promise.race([
        raw.call(MOUNT, body, headers).answer,
        new Promise<RawAnswer>((resolve) => {
          setTimeout(() => resolve({ status: -1, message: 'no answer' }), NO_ANSWER_MS).unref();
        }),
      ]);
      assert.ok(!FORBIDDEN.has(answer.status ?? 0), `${name}: code ${answer.status} ${answer.message}`);
    }
    const answer = await raw.call(MOUNT, frame(good)).answer;
    assert.equal(answer.status, 0, 'it still serves');
    raw.close();
  });

  it('for an answer over what the driver takes', async () => {
    const daemon = await world.daemon();
    const big = 'x'.repeat(900_000);
    const names = ['b1', 'b2', 'b3', 'b4', 'b5'];
    for (const name of names) await world.write(name, { x: big });
    const wish = world.wish(objects(...names.map((name) => `${name} secret/data/${name} x`)));
    const { code, details } = await daemon.driver().refusal(wish);
    assert.equal(code, 11);
    assert.match(details, /\[files-too-large\]$/);
  });

  for (const waitMs of [0, 5, 20, 60, 150]) {
    it(`when it is stopped ${waitMs} ms into a burst of mounts`, async () => {
      const daemon = await world.daemon();
      const raw = new RawConnection(join(daemon.folder, 'vault.sock'));
      await new Promise((resolve) => raw.session.once('connect', resolve));
      const calls = Array.from({ length: 100 }, (_, index) => {
        const wish = world.wish(objects('a secret/data/app password'), { pod: `burst-${index}` });
        return raw.call(MOUNT, frame(v1alpha1.MountRequest.encode(toRequest(wish)).finish()));
      });
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      daemon.signal('SIGTERM');
      const answers = await Promise.all(calls.map((call) => call.answer));
      assert.equal(await daemon.exit, 0);
      // A call after the last stream that the goodbye names was not taken: gRPC sends such a call elsewhere by itself.
      for (const [index, { status, message }] of answers.entries()) {
        if ((calls[index]?.stream.id ?? 0) <= raw.lastTakenId) assert.equal(status, 0, message);
        else assert.equal(status, undefined);
      }
      raw.close();
    });
  }

  it('when it is stopped while the store hangs: the call gets its answer, then the process ends', async () => {
    const store = await startFaultyStore({ behaviour: hang });
    const daemon = await world.daemon({ args: ['--request-timeout=3s'] });
    const raw = new RawConnection(join(daemon.folder, 'vault.sock'));
    const { answer } = raw.call(MOUNT, frame(mountBytes({ vaultAddress: store.address })));
    await untilAsked(store);
    daemon.signal('SIGTERM');
    const { status, message } = await answer;
    assert.equal(status, 9);
    assert.match(message, /\[store-timeout\]$/);
    assert.equal(await daemon.exit, 0);
    raw.close();
    await store.stop();
  });

  it('when the caller goes away in the middle', async () => {
    const store = await startFaultyStore({ behaviour: hang });
    const daemon = await world.daemon();
    const raw = new RawConnection(join(daemon.folder, 'vault.sock'));
    const { stream } = raw.call(MOUNT, frame(mountBytes({ vaultAddress: store.address })));
    await untilAsked(store);
    stream.close(8);
    assert.equal((await raw.call(MOUNT, frame(mountBytes())).answer).status, 0);
    raw.close();
    await store.stop();
  });
});
