// What the step of Argo CD runs: Argo CD and argocd-vault-plugin, built from Go modules, and Debian's Redis. The builds
// take too long to be a part of every run, so that the step is run where they are cached. `node
// test/cluster/tools/argocd.ts` makes them (`npm run argocd` does, and runs the step); with `--find` it only says by its
// exit code whether they are there.
import { join } from 'node:path';
import { fetchAvp, findAvp } from '../../harness/avp-binary.ts';
import type { Log } from './cache.ts';
import { REDIS_PACKAGES, unpackDebianPackages } from './debian-packages.ts';
import { type ArgoCd, buildArgoCd, findArgoCd } from './go-programs.ts';

export interface ArgoCdTools extends ArgoCd {
  readonly program: string;
  readonly plugin: string;
  /** Folder with the unpacked Debian packages. */
  readonly redis: string;
}

/** @returns undefined if any of it was not built */
export async function findArgoCdTools(log: Log): Promise<ArgoCdTools | undefined> {
  const [argoCd, plugin] = [await findArgoCd(), await findAvp()];
  return argoCd && plugin ? withRedis(argoCd, plugin, log) : undefined;
}

async function withRedis(argoCd: ArgoCd, plugin: string, log: Log): Promise<ArgoCdTools> {
  const redis = await unpackDebianPackages(log, REDIS_PACKAGES);
  return { ...argoCd, program: join(argoCd.folder, 'argocd'), plugin, redis };
}

if (import.meta.main) {
  if (process.argv[2] === '--find') {
    const found = (await findArgoCd()) && (await findAvp());
    process.exitCode = found ? 0 : 1;
  } else {
    await buildArgoCd(console.log);
    await fetchAvp(console.log);
    await unpackDebianPackages(console.log, REDIS_PACKAGES);
  }
}
