// What Debian already builds, unpacked into one folder of the cache and run from there: nothing is installed.
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf, keep, type Log } from './cache.ts';
import { runCommand } from './commands.ts';
import { locked } from './locked.ts';

const PACKAGES = [
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

/** A folder with usr/bin, usr/sbin and usr/lib. Versions are those of the machine's Debian, told in the folder's name. */
export async function unpackDebianPackages(log: Log): Promise<string> {
  let candidates = await findCandidates();
  if (missingOf(candidates).length > 0) {
    // A new machine's package lists are empty. A second apt does not wait for the first.
    await runCommand(await locked('apt', ['apt-get', 'update', '-q']), { timeoutMs: 600_000 });
    candidates = await findCandidates();
  }
  const missing = missingOf(candidates);
  if (missing.length > 0) throw new Error(`apt knows no ${missing.join(', ')}: the suite needs Debian`);
  return keep(`debian-${await digestOf([...PACKAGES, ...candidates])}`, log, async (folder) => {
    // apt-get drops root for its downloads and needs a folder where its own user may write.
    const downloads = await mkdtemp(join(tmpdir(), 'secretmount-debian-'));
    try {
      await runCommand(['apt-get', 'download', '-q', ...PACKAGES], { cwd: downloads, timeoutMs: 600_000 });
      await mkdir(join(folder, 'usr'), { recursive: true });
      for (const file of (await readdir(downloads)).filter((name) => name.endsWith('.deb'))) {
        await runCommand(['dpkg', '-x', join(downloads, file), folder]);
      }
    } finally {
      await rm(downloads, { recursive: true, force: true });
    }
  });
}

/** Versions, in the order of PACKAGES. */
async function findCandidates(): Promise<readonly string[]> {
  const policy = await runCommand(['apt-cache', 'policy', ...PACKAGES]);
  return [...policy.matchAll(/^ {2}Candidate: (.*)$/gm)].map((match) => match[1] ?? '');
}

function missingOf(candidates: readonly string[]): readonly string[] {
  return PACKAGES.filter((_, index) => [undefined, '(none)'].includes(candidates[index]));
}
