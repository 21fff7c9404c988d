// Finds PostgreSQL's server and client: of the newest Debian package installed, else fetched once with apt-get (a
// signed archive's own check) and kept in the user's cache without being installed.
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const NEEDED = ['initdb', 'postgres', 'psql'];
/** Below the system's root or the fetched one; each version has its own folder with `bin` in it. */
const VERSIONS = 'usr/lib/postgresql';

export interface PostgresBinaries {
  /** Folder of initdb, postgres and psql. */
  readonly bin: string;
  /** For the loader, where psql's library was fetched along. */
  readonly env: Readonly<Record<string, string>>;
}

/** `log` hears one line before a download starts, as it takes a while. */
export async function findPostgres(log: (line: string) => void = () => {}): Promise<PostgresBinaries> {
  const installed = await newestBelow('/');
  if (installed !== undefined) return { bin: installed, env: {} };
  const folder = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'secretmount', 'postgresql');
  const root = join(folder, 'root');
  if ((await newestBelow(root)) === undefined) {
    log(`fetching PostgreSQL once (20 MB, kept in ${folder})`);
    await fetchPackages(folder, root);
  }
  const bin = await newestBelow(root);
  if (bin === undefined) throw new Error(`the packages hold no PostgreSQL: see ${root}`);
  return { bin, env: { LD_LIBRARY_PATH: await libraryPath(root) } };
}

async function newestBelow(root: string): Promise<string | undefined> {
  const versions = await readdir(join(root, VERSIONS)).catch(() => []);
  for (const version of versions.sort((a, b) => Number(b) - Number(a))) {
    const bin = join(root, VERSIONS, version, 'bin');
    const found = await Promise.allSettled(NEEDED.map((name) => access(join(bin, name), constants.X_OK)));
    if (found.every(({ status }) => status === 'fulfilled')) return bin;
  }
  return undefined;
}

/** Renamed at the end: two at once both end well, none sees half a tree. */
async function fetchPackages(folder: string, root: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const work = await mkdtemp(join(folder, '.fetch-'));
  try {
    const version = await distributionsVersion();
    await run('apt-get', ['download', `postgresql-${version}`, `postgresql-client-${version}`, 'libpq5'], {
      cwd: work,
    });
    const packages = (await readdir(work)).filter((name) => name.endsWith('.deb'));
    for (const name of packages) await run('dpkg', ['-x', join(work, name), join(work, 'root')]);
    await rename(join(work, 'root'), root).catch(async (thrown) => {
      if ((await newestBelow(root)) === undefined) throw thrown;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** What the package without a number stands for. */
async function distributionsVersion(): Promise<string> {
  let version = await knownVersion();
  if (version === undefined) {
    // A new machine's package lists are empty.
    await run('apt-get', ['update', '-qq']);
    version = await knownVersion();
  }
  if (version === undefined) throw new Error('no package postgresql is known: install it, or run apt-get update');
  return version;
}

async function knownVersion(): Promise<string | undefined> {
  const { stdout } = await run('apt-cache', ['depends', '--important', 'postgresql']).catch(() => ({ stdout: '' }));
  return /Depends: postgresql-(\d+)/.exec(stdout)?.[1];
}

/** Debian keeps libraries in one folder per architecture. */
async function libraryPath(root: string): Promise<string> {
  const folders = await readdir(join(root, 'usr/lib'));
  return folders
    .filter((name) => name.includes('-linux-'))
    .map((name) => join(root, 'usr/lib', name))
    .join(':');
}
