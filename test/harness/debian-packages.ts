// Debian's packages, fetched with apt-get (a signed archive's own check) and unpacked without being installed.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type CommandFailed, command, type Log } from './download.ts';
import { findOnPath } from './executables.ts';

export interface PackagesWish {
  /** For a person. */
  readonly what: string;
  /** Asked again once apt's lists are new. @throws CommandFailed */
  readonly packages: () => Promise<readonly string[]>;
  /** What to do instead. */
  readonly install: string;
  readonly log: Log;
}

/** @throws Error with its fix */
export async function unpackPackages(work: string, wish: PackagesWish): Promise<void> {
  const { what, packages, install, log } = wish;
  if ((await findOnPath('apt-get')) === undefined)
    throw new Error(`${what} is not on this machine, and neither is apt-get to fetch it; ${install}`);
  const withFix = ({ why }: CommandFailed) =>
    new Error(`apt-get could not fetch ${what} (${why}); check the network, or ${install}`);
  const fetch = async () => command('apt-get', ['download', ...(await packages())], { cwd: work });
  await fetch().catch(async (failed: CommandFailed) => {
    if (!isForOldLists(failed)) throw withFix(failed);
    if (process.getuid?.() !== 0)
      throw new Error(
        `apt's package lists are empty or old, and only root may fill them; run sudo apt-get update, or ${install}`,
      );
    log("  filling apt's package lists, which are empty or old: apt-get update");
    const update = command('apt-get', ['update', '-qq']).then(fetch);
    await update.catch((again: CommandFailed) => Promise.reject(withFix(again)));
  });
  const files = (await readdir(work)).filter((name) => name.endsWith('.deb'));
  for (const name of files) await command('dpkg', ['-x', join(work, name), work]);
}

/** A new machine's package lists are empty, and old ones name packages that are gone. */
function isForOldLists({ why }: CommandFailed): boolean {
  return /Unable to locate|No packages found|find a source|404 /.test(why);
}
