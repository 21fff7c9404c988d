// Finds kubeseal, built from Go modules (kubeseal/ beside this file pins them) and kept in the user's cache. Only what records
// its answers anew needs it; none of it is in what we publish.
import { join } from 'node:path';
import { cacheFolder, command, digestOf, download, type Log } from './download.ts';
import { isExecutable } from './executables.ts';

export const KUBESEAL_VERSION = '0.32.2';
const SOURCE = join(import.meta.dirname, 'kubeseal');
const FOLDER = join(cacheFolder(), `kubeseal-${KUBESEAL_VERSION}-${digestOf(SOURCE)}`);
const BINARY = join(FOLDER, 'kubeseal');
const FLAGS = ['-mod=mod', '-trimpath', '-ldflags=-s -w'];

/** The binary's path; undefined if it was not built yet. */
export async function findKubeseal(): Promise<string | undefined> {
  return (await isExecutable(BINARY)) ? BINARY : undefined;
}

/** Builds the binary if there is none. */
export async function fetchKubeseal(log: Log): Promise<void> {
  if ((await findKubeseal()) !== undefined) return;
  await download(FOLDER, `kubeseal ${KUBESEAL_VERSION} with Go, built in about 2 minutes on two cores`, log, build);
}

async function build(work: string): Promise<void> {
  // GOFLAGS of the developer's shell must not decide what is built; temporary files are where progress is measured.
  const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false', GOTOOLCHAIN: 'local', GOTMPDIR: work };
  const target = 'github.com/bitnami-labs/sealed-secrets/cmd/kubeseal';
  await command('go', ['build', ...FLAGS, '-o', join(work, 'kubeseal'), target], { cwd: SOURCE, env });
}
