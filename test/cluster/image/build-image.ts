// Builds the project's Dockerfile as its users do, and puts the image into an archive that `ctr images import` takes.
// As a program it prints what it made: node test/cluster/image/build-image.ts [FOLDER]
import { readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { VERSION } from '../../../src/version.ts';
import { ensureBuildBase } from './build-base.ts';
import { buildah } from './buildah.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

export interface Image {
  /** What a pod's `image` says. */
  readonly name: string;
  readonly archive: string;
  /** The size of all layers, unpacked. */
  readonly sizeBytes: number;
}

/** The store is shared by all checkouts of this machine, so there the image has no name, which would be every one's. */
export async function buildImage(folder: string): Promise<Image> {
  const base = await ensureBuildBase();
  const name = `secretmount:${VERSION}`;
  const idFile = join(folder, 'secretmount.id');
  // A fixed time, so that the same files are the same image; layers, so that a second build takes a second.
  const how = ['--pull=never', '--layers', '--timestamp=0', `--build-arg=BUILD_BASE=${base}`];
  await buildah('bud', ...how, '--iidfile', idFile, ROOT);
  const id = (await readFile(idFile, 'utf8')).trim().replace('sha256:', '');
  const archive = join(folder, 'secretmount.tar');
  await rm(archive, { force: true });
  await buildah('push', id, `docker-archive:${archive}:${name}`);
  return { name, archive, sizeBytes: (await stat(archive)).size };
}

if (import.meta.main) {
  const startedAt = performance.now();
  const { name, archive, sizeBytes } = await buildImage(process.argv[2] ?? tmpdir());
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${name} in ${archive}, ${(sizeBytes / 1e6).toFixed(1)} MB, ${seconds} s`);
}
