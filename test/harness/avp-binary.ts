// Finds argocd-vault-plugin, built from Go modules (avp/ beside this file pins them) and kept in the user's cache. Only
// what records its answers anew needs it; none of it is in what we publish.
import { join } from 'node:path';
import { cacheFolder, command, digestOf, download, type Log } from './download.ts';
import { isExecutable } from './executables.ts';

export const AVP_VERSION = '1.18.1';
const SOURCE = join(import.meta.dirname, 'avp');
const FOLDER = join(cacheFolder(), `argocd-vault-plugin-${AVP_VERSION}-${digestOf(SOURCE)}`);
const BINARY = join(FOLDER, 'argocd-vault-plugin');
const FLAGS = ['-mod=mod', '-trimpath', '-ldflags=-s -w'];

/** The binary's path; undefined if it was not built yet. */
export async function findAvp(): Promise<string | undefined> {
  return (await isExecutable(BINARY)) ? BINARY : undefined;
}

/** Builds the binary if there is none. */
export async function fetchAvp(log: Log): Promise<void> {
  if ((await findAvp()) !== undefined) return;
  await download(
    FOLDER,
    `argocd-vault-plugin ${AVP_VERSION} with Go, built in about 4 minutes on two cores`,
    log,
    build,
  );
}

async function build(work: string): Promise<void> {
  // GOFLAGS of the developer's shell must not decide what is built; temporary files are where progress is measured.
  const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false', GOTOOLCHAIN: 'local', GOTMPDIR: work };
  const out = join(work, 'argocd-vault-plugin');
  await command('go', ['build', ...FLAGS, '-o', out, 'github.com/argoproj-labs/argocd-vault-plugin'], {
    cwd: SOURCE,
    env,
  });
}
