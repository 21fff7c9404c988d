// Everything the suite runs that is not this project's own, ready to run. `node test/cluster/tools/tools.ts` makes it
// ahead of time.
import { mkdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fetchOpenBao, findOpenBao } from '../../harness/openbao-binary.ts';
import { cacheFolder, type Log } from './cache.ts';
import { unpackDebianPackages } from './debian-packages.ts';
import { buildGoPrograms } from './go-programs.ts';

export interface Tools {
  readonly program: (name: Program) => string;
  /** Folder with the unpacked Debian packages. */
  readonly debian: string;
  /** The driver's own manifests. */
  readonly driverManifests: string;
  readonly bao: string;
}

export type Program =
  | 'helm'
  | 'kubectl'
  | 'kube-apiserver'
  | 'kubelet'
  | 'kube-controller-manager'
  | 'kube-scheduler'
  | 'registrar'
  | 'secrets-store-csi-driver'
  | 'etcd'
  | 'containerd'
  | 'ctr'
  | 'runc'
  | 'busybox'
  | 'buildah'
  | 'mmdebstrap';

const DEBIAN_PLACES: Partial<Record<Program, string>> = {
  etcd: 'usr/bin/etcd',
  containerd: 'usr/bin/containerd',
  ctr: 'usr/bin/ctr',
  runc: 'usr/sbin/runc',
  busybox: 'bin/busybox',
  buildah: 'usr/bin/buildah',
  mmdebstrap: 'usr/bin/mmdebstrap',
};

export async function prepareTools(log: Log, signal?: AbortSignal): Promise<Tools> {
  const debian = await unpackDebianPackages(log);
  const go = await buildGoPrograms(log, signal);
  await fetchOpenBao(log);
  const bao = await findOpenBao();
  const program = (name: Program) => {
    const place = DEBIAN_PLACES[name];
    if (place !== undefined) return join(debian, place);
    if (name === 'helm') return join(go.helm, name);
    return join(name === 'secrets-store-csi-driver' ? go.driver : go.kubernetes, name);
  };
  await linkForPeople(program);
  return { program, debian, driverManifests: join(go.driverSource, 'deploy'), bao };
}

/** Names without versions, for a person's shell and for chart.ts. */
async function linkForPeople(program: Tools['program']): Promise<void> {
  const folder = join(cacheFolder, 'bin');
  await mkdir(folder, { recursive: true });
  for (const name of ['helm', 'kubectl'] as const) {
    // In its place at each moment: another suite may run it.
    const fresh = join(folder, `.${name}.${process.pid}`);
    await rm(fresh, { force: true });
    await symlink(program(name), fresh);
    await rename(fresh, join(folder, name));
  }
}

if (import.meta.main) await prepareTools(console.log);
