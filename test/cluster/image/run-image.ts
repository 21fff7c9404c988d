// Runs the built image as a pod would, without a cluster: root without capabilities, a read-only file system, no new
// privileges, its socket folder the only place to write. What it cannot show is containerd's own seccomp filter.
//   node test/cluster/image/run-image.ts
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildImage } from './build-image.ts';
import { findTool, run } from './buildah.ts';

interface Config {
  readonly Entrypoint: readonly string[];
  readonly Env: readonly string[];
}

/** How long the daemon may take to its sockets: it needs 0.1 s, and up to 3 s where an API server does not answer. */
const START_MS = 60_000;
const SOCKETS = '/var/run/secrets-store-csi-providers';

const folder = await mkdtemp(join(tmpdir(), 'secretmount-image-'));
const { archive } = await buildImage(folder);
const port = await freePort();
const runc = [await findTool('usr/sbin/runc'), '--root', join(folder, 'state')];
try {
  const config = await unpack();
  const files = await readdir(join(folder, 'rootfs'), { recursive: true });
  const programs = files.filter((file) => /(^|\/)(s?bin|libexec)\//.test(file));
  assert.deepEqual(programs, ['usr/bin/node'], 'Node is the only program: no shell, no package manager, no npm');

  await writeSpec(config, ['version']);
  console.log(await run([...runc, 'run', '--bundle', folder, `version-${process.pid}`]));

  await writeSpec(config, [`--http-addr=127.0.0.1:${port}`]);
  const daemon = spawn(runc[0] ?? '', [...runc.slice(1), 'run', '--bundle', folder, `serve-${process.pid}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = Promise.withResolvers<number | null>();
  daemon.once('close', exit.resolve);
  let log = '';
  daemon.stdout.on('data', (text) => {
    log += text;
  });
  try {
    await waitUntilReady();
    const pid = await containerPid();
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    for (const line of ['CapEff:\t0000000000000000', 'CapBnd:\t0000000000000000', 'NoNewPrivs:\t1']) {
      assert.ok(status.includes(line), line);
    }
    assert.deepEqual((await readdir(join(folder, 'sockets'))).toSorted(), ['openbao.sock', 'vault.sock']);
  } finally {
    await run([...runc, 'kill', `serve-${process.pid}`, 'TERM']).catch(() => {});
  }
  assert.equal(await exit.promise, 0, log);
  console.log(log.trimEnd());
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function unpack(): Promise<Config> {
  const rootfs = join(folder, 'rootfs');
  const image = join(folder, 'image');
  for (const path of [rootfs, image, join(folder, 'sockets')]) await mkdir(path);
  await run(['tar', '-xf', archive, '-C', image]);
  const [manifest] = JSON.parse(await readFile(join(image, 'manifest.json'), 'utf8'));
  for (const layer of manifest.Layers) await run(['tar', '-xf', join(image, layer), '-C', rootfs]);
  // A container runtime makes the mount points in a layer of its own, above a root that stays read-only.
  for (const path of ['proc', 'dev', 'sys', SOCKETS]) await mkdir(join(rootfs, path), { recursive: true });
  return JSON.parse(await readFile(join(image, manifest.Config), 'utf8')).config;
}

/** runc's description of the container; everything not said here is off. */
function writeSpec({ Entrypoint, Env }: Config, args: readonly string[]): Promise<void> {
  const spec = {
    ociVersion: '1.0.2',
    process: {
      args: [...Entrypoint, ...args],
      env: Env,
      cwd: '/',
      user: { uid: 0, gid: 0 },
      capabilities: { bounding: [], effective: [], permitted: [], ambient: [] },
      noNewPrivileges: true,
      rlimits: [{ type: 'RLIMIT_CORE', soft: 0, hard: 0 }],
    },
    root: { path: 'rootfs', readonly: true },
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755', 'size=64k'] },
      { destination: SOCKETS, type: 'bind', source: join(folder, 'sockets'), options: ['bind', 'rw'] },
    ],
    // The machine's own network, so that the health page can be asked.
    linux: { namespaces: ['pid', 'mount', 'ipc', 'uts'].map((type) => ({ type })) },
  };
  return writeFile(join(folder, 'config.json'), JSON.stringify(spec));
}

async function waitUntilReady(): Promise<void> {
  const endAt = performance.now() + START_MS;
  while ((await askReadiness()) !== 200) {
    if (performance.now() > endAt) throw new Error('the daemon did not become ready');
    await sleep(50);
  }
}

/** The status of /readyz; undefined while nothing listens. */
function askReadiness(): Promise<number | undefined> {
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  const ask = request({ host: '127.0.0.1', port, path: '/readyz', timeout: 1_000 }, (response) => {
    response.resume();
    resolve(response.statusCode);
  });
  ask.once('error', () => resolve(undefined));
  ask.end();
  return promise;
}

function freePort(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo;
    server.close(() => resolve(port));
  });
  return promise;
}

async function containerPid(): Promise<number> {
  return JSON.parse(await run([...runc, 'state', `serve-${process.pid}`])).pid;
}
