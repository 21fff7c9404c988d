// What Debian already builds, unpacked into one folder of the cache and run from there: nothing is installed.
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf, keep, type Log } from './cache.ts';
import { runCommand } from './commands.ts';
import { locked } from './locked.ts';

const NODE_PACKAGES = [
  // The node.
  'etcd-server',
  'containerd',
  'runc',
  'containernetworking-plugins',
  'busybox-static',
  // Builds the product's image from its Dockerfile.
  'buildah',
  'libsubid4',
  'libgpgme11',
  'libassuan0',
  'libgpg-error0',
  'golang-github-containers-common',
  'mmdebstrap',
];

/** Redis in whose memory Argo CD keeps what it rendered, with the libraries that not every machine has. */
export const REDIS_PACKAGES = [
  'redis-server',
  'redis-tools',
  'libjemalloc2',
  'liblua5.1-0',
  'lua-bitop',
  'lua-cjson',
  'liblzf1',
];

/** A folder with usr/bin, usr/sbin and usr/lib. Versions are those of the machine's Debian, told in the folder's name. */
export async function unpackDebianPackages(log: Log, packages: readonly string[] = NODE_PACKAGES): Promise<string> {
  const findCandidates = () => candidatesOf(packages);
  const missingOf = (found: readonly string[]) =>
    packages.filter((_, index) => [undefined, '(none)'].includes(found[index]));
  let candidates = await findCandidates();
  if (missingOf(candidates).length > 0) {
    // A new machine's package lists are empty. A second apt does not wait for the first.
    await runCommand(await locked('apt', ['apt-get', 'update', '-q']), { timeoutMs: 600_000 });
    candidates = await findCandidates();
  }
  const missing = missingOf(candidates);
  if (missing.length > 0) throw new Error(`apt knows no ${missing.join(', ')}: the suite needs Debian`);
  return keep(`debian-${await digestOf([...packages, ...candidates])}`, log, async (folder) => {
    // apt-get drops root for its downloads and needs a folder where its own user may write.
    const downloads = await mkdtemp(join(tmpdir(), 'secretmount-debian-'));
    try {
      await runCommand(['apt-get', 'download', '-q', ...packages], { cwd: downloads, timeoutMs: 600_000 });
      await mkdir(join(folder, 'usr'), { recursive: true });
      for (const file of (await readdir(downloads)).filter((name) => name.endsWith('.deb'))) {
        await runCommand(['dpkg', '-x', join(downloads, file), folder]);
      }
    } finally {
      await rm(downloads, { recursive: true, force: true });
    }
  });
}

/** Versions, in the order of the packages. */
async function candidatesOf(packages: readonly string[]): Promise<readonly string[]> {
  const policy = await runCommand(['apt-cache', 'policy', ...packages]);
  return [...policy.matchAll(/^ {2}Candidate: (.*)$/gm)].map((match) => match[1] ?? '');
}
