// Why a socket is not served, as the log and /readyz say it, with what to change.
import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProviderSocket, type SocketState } from '../../src/server/socket.ts';
import { explainSocketFailure } from '../../src/server/socket-failure.ts';
import { FakeClock } from '../harness/fake-clock.ts';
import { skip } from '../harness/skip.ts';

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

  for (const [what, state, path, why] of [
    [
      'its folder is missing',
      'no-folder',
      () => join(folder, 'none/vault.sock'),
      'its folder does not exist; create the folder or correct the path',
    ],
    [
      'a file stands in place of its folder',
      'absent',
      () => {
        writeFileSync(join(folder, 'file'), '');
        return join(folder, 'file/vault.sock');
      },
      'a file stands where its folder should be; remove the file or correct the path (ENOTDIR)',
    ],
    [
      'a folder has its name',
      'failed',
      () => {
        mkdirSync(join(folder, 'vault.sock'));
        return join(folder, 'vault.sock');
      },
      'a folder has this name; remove the folder or choose another path (EISDIR)',
    ],
    [
      'nobody may write to its folder',
      'absent',
      () => '/proc/vault.sock',
      `user ${process.geteuid?.()} may not write to its folder; give that user the right, or run as another (EACCES)`,
    ],
    [
      'its path is too long',
      'absent',
      () => join(folder, 'x'.repeat(107 - folder.length)),
      'the path has 108 bytes and a Unix socket takes 107; choose a shorter one',
    ],
  ] as const) {
    it(`says why, and leaves nothing: ${what}`, async () => {
      const full = path();
      await start(full);
      assert.deepEqual(said, [[state, `cannot serve ${full}: ${why}`]]);
      assert.ok(readdirSync(folder).every((name) => ['file', 'vault.sock'].includes(name)));
    });
  }

  for (const code of ['EROFS', 'ENOSPC', 'EADDRINUSE', 'EPERM']) {
    it(`says a fix for ${code}`, () => {
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
        ['no-folder', 'folder does not exist'],
        ['failed', 'folder has this name'],
        ['serving', undefined],
      ],
    );
    assert.equal(socket.state, 'serving');
  });
});

describe('a name in two folders', () => {
  let folder: string;
  let sockets: ProviderSocket[];
  let said: string[];
  const others: Server[] = [];
  const clock = new FakeClock();
  const at = (place: string) => join(folder, place, 'vault.sock');
  const make = (place: string) => {
    const onState = (state: SocketState, detail: string) => said.push(`${place} ${state}: ${detail}`);
    const onConnection = (connection: { destroy: () => void }) => connection.destroy();
    sockets.push(new ProviderSocket({ path: at(place), clock, onConnection, sameName: () => sockets, onState }));
  };
  const start = async () => {
    for (const place of ['first', 'second']) make(place);
    await Promise.all(sockets.map((socket) => socket.start()));
  };
  const states = () => sockets.map(({ state }) => state);
  const until = async (...wanted: readonly SocketState[]) => {
    while (states().join() !== wanted.join()) {
      await clock.advance(1_000);
      await new Promise(setImmediate);
    }
  };
  const other = async (place: string) => {
    const server = createServer((connection) => connection.destroy());
    others.push(server);
    await new Promise<void>((resolve) => server.listen(at(place), resolve));
    return server;
  };
  const end = (server: Server) => new Promise((resolve) => server.close(resolve));
  /** As a process leaves it that was killed. */
  const die = async (place: string) => {
    const server = await other(place);
    renameSync(at(place), `${at(place)}.kept`);
    await end(server);
    renameSync(`${at(place)}.kept`, at(place));
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'secretmount-folders-'));
    for (const place of ['first', 'second']) mkdirSync(join(folder, place));
    sockets = [];
    said = [];
  });
  afterEach(async () => {
    for (const socket of sockets) socket.stop();
    await Promise.all(others.splice(0).map(end));
    rmSync(folder, { recursive: true });
  });

  it('is served in both, and gone from both at the end', async () => {
    await start();
    assert.deepEqual(states(), ['serving', 'serving']);
    for (const socket of sockets) socket.stop();
    assert.deepEqual(readdirSync(folder, { recursive: true }).sort(), ['first', 'second']);
  });

  it('is served in one, and in the other as soon as that folder is there', async () => {
    rmdirSync(join(folder, 'first'));
    await start();
    assert.deepEqual(states(), ['no-folder', 'serving']);
    mkdirSync(join(folder, 'first'));
    await until('serving', 'serving');
  });

  for (const [place, held, wanted] of [
    ['first', 'second', ['taken', 'absent']],
    ['second', 'first', ['absent', 'taken']],
  ] as const) {
    it(`is left in both to another process that serves it in the ${place}`, async () => {
      const server = await other(place);
      await start();
      assert.deepEqual(states(), wanted);
      assert.deepEqual(
        said.sort(),
        [
          ...[
            `${place} taken: another process serves ${at(place)}; it is served here within a second after that one ends`,
          ],
          ...[`${held} absent: ${at(held)} is not served while another process serves ${at(place)}`],
        ].sort(),
      );
      await clock.advance(3_000);
      assert.deepEqual(readdirSync(join(folder, held)), []);
      await end(server);
      await until('serving', 'serving');
    });

    it(`replaces a dead file while another process serves it in the ${place}: the driver would keep the dead one`, async () => {
      await other(place);
      await die(held);
      await start();
      assert.equal(states().join(), wanted.join().replace('absent', 'serving'));
    });

    it(`replaces a dead file of the ${place}, and says so`, async () => {
      await die(place);
      await start();
      assert.deepEqual(states(), ['serving', 'serving']);
      assert.ok(said.includes(`${place} serving: in place of a file that nobody served`), said.join());
    });
  }

  it('is served also if one folder is the other by another path', async () => {
    rmdirSync(join(folder, 'first'));
    symlinkSync('second', join(folder, 'first'));
    await start();
    const sameFile = `first serving: the same file as ${at('second')}`;
    while (!said.includes(sameFile)) {
      await clock.advance(1_000);
      await new Promise(setImmediate);
    }
    assert.deepEqual(states(), ['serving', 'serving']);
    for (const socket of sockets) socket.stop();
    assert.deepEqual(readdirSync(join(folder, 'second')), []);
  });

  it('is another process where that cannot be asked', async function () {
    if (process.geteuid?.() !== 0) skip(this, 'only root can act as another user');
    await other('first');
    chmodSync(at('first'), 0o700);
    await startAsNobody(0o777);
    assert.deepEqual(states(), ['taken', 'absent']);
  });

  it('says that a dead file is in the way where it cannot be replaced', async function () {
    if (process.geteuid?.() !== 0) skip(this, 'only root can act as another user');
    await die('first');
    chmodSync(at('first'), 0o777);
    await startAsNobody(0o755);
    assert.deepEqual(states(), ['failed', 'absent']);
    const why = said.find((line) => line.startsWith('first'));
    assert.match(why ?? '', /failed: a dead socket file is in the way; cannot serve .*: user \d+ may not write/);
  });

  /** @param mode of the folders */
  async function startAsNobody(mode: number): Promise<void> {
    for (const place of ['', 'first', 'second']) chmodSync(join(folder, place), mode);
    process.seteuid?.(65_534);
    try {
      await start();
    } finally {
      process.seteuid?.(0);
    }
  }
});
