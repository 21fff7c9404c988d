// What the driver sends is as large as a class's author likes: it is looked at before it is read, large ones take turns,
// and none of them holds up the ordinary ones of the same connection.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { v1alpha1 } from '../../src/server/wire/messages.js';
import type { Daemon } from '../harness/daemon.ts';
import { toRequest } from '../harness/driver.ts';
import { frame, RawConnection } from '../harness/raw-call.ts';
import { objects, type SocketWorld, socketWorld } from './world.ts';

const MOUNT = '/v1alpha1.CSIDriverProvider/Mount';
const KIB = 1024;

describe('large messages through the socket', () => {
  let world: SocketWorld;
  let daemon: Daemon;
  let raw: RawConnection;
  before(async () => {
    world = await socketWorld();
    daemon = await world.daemon({ args: ['--mount-timeout=3s'] });
    raw = new RawConnection(join(daemon.folder, 'vault.sock'));
  });
  after(async () => {
    raw.close();
    await world.endDaemons();
  });

  const message = (parameters: Record<string, string> = {}, secrets = '') => {
    const request = toRequest(world.wish(objects('a secret/data/app password'), { parameters }));
    return frame(v1alpha1.MountRequest.encode({ ...request, secrets }).finish());
  };
  const ofBytes = (bytes: number) => message({}, JSON.stringify({ x: 'y'.repeat(bytes) }));

  it('are answered up to the bounds', async () => {
    assert.equal((await raw.call(MOUNT, message({ unknown: 'x'.repeat(500 * KIB) })).answer).status, 0);
    assert.equal((await raw.call(MOUNT, ofBytes(1_000 * KIB)).answer).status, 0);
  });

  it('come in 16 KiB at a time, so that what waits is little', () => {
    assert.equal(raw.session.remoteSettings.initialWindowSize, 16 * KIB);
  });

  for (const [what, body, text] of [
    [
      'attributes over 512 KiB',
      () => message({ unknown: 'x'.repeat(520 * KIB) }),
      /attributes are larger than 512 KiB/,
    ],
    ['all of it over its bound', () => ofBytes(1_700 * KIB), /request is over 1\.5 MiB/],
    ['more than the library takes', () => ofBytes(5_000 * KIB), /request is over 1\.5 MiB/],
  ] as const)
    it(`are refused with INVALID_ARGUMENT: ${what}`, async () => {
      const { status, message: said } = await raw.call(MOUNT, body()).answer;
      assert.equal(status, 3, said);
      assert.match(said, text);
      assert.match(said, /\[request-invalid\]$/);
    });

  it('take turns, and neither those that hang nor those that wait hold up an ordinary one', async () => {
    const whole = ofBytes(1_000 * KIB);
    // Begun, and never ended: these have what there is for large ones.
    const begun = Array.from({ length: 3 }, () => raw.begin(MOUNT, whole.subarray(0, 600 * KIB)));
    const waiting = Array.from({ length: 20 }, () => raw.call(MOUNT, whole).answer);
    const ordinary = await Promise.all(Array.from({ length: 5 }, () => raw.call(MOUNT, message()).answer));
    assert.deepEqual(new Set(ordinary.map(({ status }) => status)), new Set([0]));
    const answers = await Promise.all(waiting);
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([9]));
    assert.match(answers[0]?.message ?? '', /other large requests were being read; .* \[memory-budget\]$/);
    for (const { stream } of begun) stream.close();
    assert.equal((await raw.call(MOUNT, whole).answer).status, 0);
  });
});
