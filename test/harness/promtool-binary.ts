// Finds promtool, which runs tests of alerts: the one on the PATH, else that of Debian's package prometheus, fetched once
// and kept in a cache without being installed. No other test needs it, so a machine without it does without that test.
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { unpackPackages } from './debian-packages.ts';
import { cacheFolder, download, exists, type Log } from './download.ts';
import { findOnPath } from './executables.ts';

const FOLDER = join(cacheFolder(), 'prometheus');
const FETCHED = join(FOLDER, 'usr/bin/promtool');
const INSTALL = 'put promtool on the PATH';

/** undefined: there is none. */
export async function findPromtool(): Promise<string | undefined> {
  return (await findOnPath('promtool')) ?? ((await exists(FETCHED)) ? FETCHED : undefined);
}

/** Fetches it if there is none; says so if it is not to be had. */
export async function fetchPromtool(log: Log): Promise<void> {
  if ((await findPromtool()) !== undefined) return;
  try {
    await download(FOLDER, 'promtool with apt-get download (20 MB)', log, (work) => unpackPromtool(work, log));
  } catch (thrown) {
    log(`the tests of the alerts will be skipped: ${(thrown as Error).message}`);
  }
}

/** The package's one program alone. */
async function unpackPromtool(work: string, log: Log): Promise<void> {
  const whole = join(work, 'whole');
  await mkdir(whole);
  const packages = () => Promise.resolve(['prometheus']);
  await unpackPackages(whole, { what: 'promtool', packages, install: INSTALL, log });
  const target = join(work, 'usr/bin/promtool');
  await mkdir(dirname(target), { recursive: true });
  await rename(join(whole, 'usr/bin/promtool'), target);
  await rm(whole, { recursive: true });
}
