// Finds a Vault binary: `vault` on the PATH, else one that is built from Go modules (vault/ beside this file pins them)
// and kept in the user's cache. Its licence, BUSL 1.1, allows that for tests; none of it is in what we publish.
import { join } from 'node:path';
import { CommandFailed, cacheFolder, command, digestOf, download, type Log } from './download.ts';
import { findOnPath, isExecutable } from './executables.ts';

const SOURCE = join(import.meta.dirname, 'vault');
const VERSION = '1.21.2';
const FOLDER = join(cacheFolder(), `vault-${VERSION}-${digestOf(SOURCE)}`);
const BINARY = join(FOLDER, 'vault');
/** Without the date of the release its plugins fail. `minimal` leaves out 670 packages of other clouds and databases. */
const BUILD_DATE = '2026-01-06T16:33:05Z';
const FLAGS = [
  ...['-mod=mod', '-tags=minimal', '-trimpath'],
  `-ldflags=-s -w -X github.com/hashicorp/vault/version.BuildDate=${BUILD_DATE}`,
];

/** The binary's path. @throws Error that says how to get one */
export async function findVault(): Promise<string> {
  const found = await find();
  if (found === undefined)
    throw new Error('Vault is not on this machine; run npm run downloads vault once, or put vault on the PATH');
  return found;
}

/** Builds the binary if there is none. @throws Error with its fix */
export async function fetchVault(log: Log): Promise<void> {
  if ((await find()) !== undefined) return;
  await download(FOLDER, `Vault ${VERSION} with Go, built in about 10 minutes on two cores`, log, build);
}

async function find(): Promise<string | undefined> {
  return (await findOnPath('vault')) ?? ((await isExecutable(BINARY)) ? BINARY : undefined);
}

async function build(work: string): Promise<void> {
  // GOFLAGS of the developer's shell must not decide what is built; temporary files are where progress is measured.
  const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false', GOTOOLCHAIN: 'local', GOTMPDIR: work };
  await command('go', ['build', ...FLAGS, '-o', join(work, 'vault'), '.'], { cwd: SOURCE, env }).catch((failed) =>
    Promise.reject(withFix(failed)),
  );
}

function withFix(failed: unknown): unknown {
  if (!(failed instanceof CommandFailed)) return failed;
  if (failed.isMissing)
    return new Error('Vault is built by Go, which is not on this machine; install it, or put vault on the PATH');
  return new Error(
    `Go could not build Vault (${failed.why}); check its version and module proxy, or put vault on the PATH`,
  );
}

if (import.meta.main) console.log(await findVault());
