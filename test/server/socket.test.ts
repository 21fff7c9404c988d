// Why a socket is not served, as the log and /readyz say it, with what to change.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProviderSocket, type SocketState } from '../../src/server/socket.ts';
import { explainSocketFailure } from '../../src/server/socket-failure.ts';
import { FakeClock } from '../harness/fake-clock.ts';

describe('a socket that cannot be served', () => {
  let folder: string;
  let said: (readonly [SocketState, string])[];
  const sockets: ProviderSocket[] = [];
  const clock = new FakeClock();
  const start = async (path: string) => {
    const onState = (state: SocketState, detail: string) => said.push([state, detail]);
    const socket = new ProviderSocket({ path, clock, onConnection: (connection) => connection.destroy(), onState });
    sockets.push(socket);
    await socket.start();
    return socket;
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'secretmount-socket-'));
    said = [];
  });
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.stop();
    rmSync(folder, { recursive: true });
  });

  for (const [what, path, why] of [
    [
      'its folder is missing',
      () => join(folder, 'none/vault.sock'),
      'its folder does not exist; create the folder or correct the path',
    ],
    [
      'a file stands in place of its folder',
      () => {
        writeFileSync(join(folder, 'file'), '');
        return join(folder, 'file/vault.sock');
      },
      'a file stands where its folder should be; remove the file or correct the path (ENOTDIR)',
    ],
    [
      'a folder has its name',
      () => {
        mkdirSync(join(folder, 'vault.sock'));
        return join(folder, 'vault.sock');
      },
      'a folder has this name; remove the folder or choose another path (EISDIR)',
    ],
    [
      'nobody may write to its folder',
      () => '/proc/vault.sock',
      `user ${process.geteuid?.()} may not write to its folder; give that user the right, or run as another (EACCES)`,
    ],
    [
      'its path is too long',
      () => join(folder, 'x'.repeat(107 - folder.length)),
      'the path has 108 bytes and a Unix socket takes 107; choose a shorter one',
    ],
  ] as const) {
    it(`says why, and leaves nothing: ${what}`, async () => {
      const full = path();
      await start(full);
      assert.deepEqual(said, [['failed', `cannot serve ${full}: ${why}`]]);
      assert.ok(readdirSync(folder).every((name) => ['file', 'vault.sock'].includes(name)));
    });
  }

  for (const code of ['EROFS', 'ENOSPC', 'EADDRINUSE', 'EPERM']) {
    it(`says a cure for ${code}`, () => {
      assert.match(explainSocketFailure(join(folder, 'vault.sock'), { code }), new RegExp(`; .*\\(${code}\\)$`));
    });
  }

  it('serves a path of all 107 bytes', async () => {
    const socket = await start(join(folder, 'x'.repeat(106 - folder.length)));
    assert.equal(socket.state, 'serving');
    assert.equal(readdirSync(folder).length, 1);
  });

  it('says so where the reason becomes another one, and serves when that is gone too', async () => {
    const path = join(folder, 'none/vault.sock');
    const socket = await start(path);
    mkdirSync(path, { recursive: true });
    await clock.advance(1_000);
    while (said.length < 2) await new Promise(setImmediate);
    rmdirSync(path);
    await clock.advance(1_000);
    while (said.length < 3) await new Promise(setImmediate);
    assert.deepEqual(
      said.map(([state, detail]) => [state, /(folder[^;]*);/.exec(detail)?.[1]]),
      [
        ['failed', 'folder does not exist'],
        ['failed', 'folder has this name'],
        ['serving', undefined],
      ],
    );
    assert.equal(socket.state, 'serving');
  });
});
