// Finds PostgreSQL's server and client: the newest one installed, else Debian's packages, fetched once with apt-get (a
// signed archive's own check) and kept in a cache without being installed.
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { unpackPackages } from './debian-packages.ts';
import { CommandFailed, cacheFolder, command, download, type Log } from './download.ts';
import { findOnPath, isExecutable } from './executables.ts';

const NEEDED = ['initdb', 'postgres', 'psql'];
const INSTALL = 'install PostgreSQL with its client, or put initdb, postgres and psql on the PATH';
/** PostgreSQL never runs as root, and whoever it runs as then cannot look into root's home. */
const ROOT = join(cacheFolder('/var/cache/secretmount'), 'postgresql');
/** Folders of folders that are named after a version and hold `bin`: Debian's, Red Hat's and the makers' own. */
const VERSIONED = ['/usr/lib/postgresql', '/usr', '/opt/postgresql', '/Library/PostgreSQL'];
const UNVERSIONED = ['/usr/local/pgsql/bin', '/usr/local/bin', '/usr/bin'];

export interface PostgresBinaries {
  /** Folder of initdb, postgres and psql. */
  readonly bin: string;
  /** For the loader, if psql's library was fetched along. */
  readonly env: Readonly<Record<string, string>>;
}

/** @throws Error that says how to get one */
export async function findPostgres(): Promise<PostgresBinaries> {
  const found = await find();
  if (found === undefined)
    throw new Error(`PostgreSQL is not on this machine; run npm run downloads once, or ${INSTALL}`);
  return found;
}

/** Fetches the packages if there is none. @throws Error with its fix */
export async function fetchPostgres(log: Log): Promise<void> {
  if ((await find()) !== undefined) return;
  const unpack = (work: string) => unpackPackages(work, { what: 'PostgreSQL', packages, install: INSTALL, log });
  await download(ROOT, 'PostgreSQL with apt-get download (20 MB)', log, unpack);
  if ((await find()) === undefined) throw new Error(`the packages in ${ROOT} hold no PostgreSQL; ${INSTALL}`);
}

async function find(): Promise<PostgresBinaries | undefined> {
  const installed = await findInstalled();
  if (installed !== undefined) return { bin: installed, env: {} };
  const fetched = await newestBelow(join(ROOT, 'usr/lib/postgresql'));
  if (fetched === undefined) return undefined;
  return { bin: fetched, env: { LD_LIBRARY_PATH: await libraryPath(ROOT) } };
}

async function findInstalled(): Promise<string | undefined> {
  const onPath = await findOnPath('postgres');
  if (onPath !== undefined && (await isComplete(dirname(onPath)))) return dirname(onPath);
  const told = await command('pg_config', ['--bindir']).catch(() => '');
  if (told !== '' && (await isComplete(told.trim()))) return told.trim();
  for (const folder of VERSIONED) {
    const bin = await newestBelow(folder);
    if (bin !== undefined) return bin;
  }
  for (const bin of UNVERSIONED) if (await isComplete(bin)) return bin;
  return undefined;
}

/** The number of `15`, `pgsql-16` and the like. */
async function newestBelow(folder: string): Promise<string | undefined> {
  const names = await readdir(folder).catch(() => []);
  const versions = names.filter((name) => /^(pgsql-)?\d+(\.\d+)?$/.test(name));
  const number = (name: string) => Number(name.replace('pgsql-', ''));
  for (const name of versions.sort((a, b) => number(b) - number(a))) {
    const bin = join(folder, name, 'bin');
    if (await isComplete(bin)) return bin;
  }
  return undefined;
}

async function isComplete(bin: string): Promise<boolean> {
  const found = await Promise.all(NEEDED.map((name) => isExecutable(join(bin, name))));
  return found.every(Boolean);
}

/** What the package without a number stands for. */
async function packages(): Promise<readonly string[]> {
  const text = await command('apt-cache', ['depends', '--important', 'postgresql']);
  const version = /Depends: postgresql-(\d+)/.exec(text)?.[1];
  if (version === undefined) throw new CommandFailed('apt-cache', { stderr: 'Unable to locate package postgresql' });
  return [`postgresql-${version}`, `postgresql-client-${version}`, 'libpq5'];
}

/** Debian keeps libraries in one folder per architecture. */
async function libraryPath(root: string): Promise<string> {
  const folders = await readdir(join(root, 'usr/lib'));
  return folders
    .filter((name) => name.includes('-linux-'))
    .map((name) => join(root, 'usr/lib', name))
    .join(':');
}
