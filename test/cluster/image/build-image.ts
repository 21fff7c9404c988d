// Builds the project's Dockerfile as its users do, and puts the image into an archive that `ctr images import` takes.
// As a program it prints what it made: node test/cluster/image/build-image.ts
import { rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { VERSION } from '../../../src/version.ts';
import { ensureBuildBase } from './build-base.ts';
import { buildah, CACHE } from './buildah.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

export interface Image {
  /** What a pod's `image` says. */
  readonly name: string;
  readonly archive: string;
  /** Of all layers, unpacked. */
  readonly sizeBytes: number;
}

export async function buildImage(): Promise<Image> {
  const base = await ensureBuildBase();
  const name = `secretmount:${VERSION}`;
  const stored = `localhost/${name}`;
  // A fixed time, so that the same files are the same image; layers, so that a second build takes a second.
  const how = ['--pull=never', '--layers', '--timestamp=0', `--build-arg=BUILD_BASE=${base}`];
  await buildah('bud', ...how, '--tag', stored, ROOT);
  const archive = join(CACHE, 'secretmount.tar');
  await rm(`${archive}.new`, { force: true });
  await buildah('push', stored, `docker-archive:${archive}.new:${name}`);
  await rename(`${archive}.new`, archive);
  return { name, archive, sizeBytes: (await stat(archive)).size };
}

if (import.meta.main) {
  const startedAt = performance.now();
  const { name, archive, sizeBytes } = await buildImage();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${name} in ${archive}, ${(sizeBytes / 1e6).toFixed(1)} MB, ${seconds} s`);
}
