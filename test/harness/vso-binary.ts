// Finds the program that makes Secrets by Vault Secrets Operator's own packages, built from Go modules (vso/ beside this
// file pins them) and kept in the user's cache. Only what records its answers anew needs it; none of it is in what we publish.
import { join } from 'node:path';
import { cacheFolder, command, digestOf, download, type Log } from './download.ts';
import { isExecutable } from './executables.ts';

export const VSO_VERSION = '0.10.0';
const SOURCE = join(import.meta.dirname, 'vso');
const FOLDER = join(cacheFolder(), `vault-secrets-operator-${VSO_VERSION}-${digestOf(SOURCE)}`);
const BINARY = join(FOLDER, 'vso');
const FLAGS = ['-trimpath', '-ldflags=-s -w'];

/** The binary's path; undefined if it was not built yet. */
export async function findVso(): Promise<string | undefined> {
  return (await isExecutable(BINARY)) ? BINARY : undefined;
}

/** Builds the binary if there is none. */
export async function fetchVso(log: Log): Promise<void> {
  if ((await findVso()) !== undefined) return;
  await download(
    FOLDER,
    `packages of Vault Secrets Operator ${VSO_VERSION} with Go, built in about 3 minutes on two cores`,
    log,
    build,
  );
}

async function build(work: string): Promise<void> {
  // GOFLAGS of the developer's shell must not decide what is built; temporary files are where progress is measured.
  const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false', GOTOOLCHAIN: 'local', GOTMPDIR: work };
  await command('go', ['build', ...FLAGS, '-o', join(work, 'vso'), '.'], { cwd: SOURCE, env });
}
