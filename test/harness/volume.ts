// The driver's decision (v1.6.0) before it writes a pod's volume: an answer that brings nothing new leaves the folder
// as it is. The writing itself is what `secretmount mount` does.
import { readVolume, replaceVolume, type VolumeFile } from '../../src/cli/mount/volume-folder.ts';
import type { MountedFile } from './driver.ts';

export { currentData, readVolume, type VolumeFile } from '../../src/cli/mount/volume-folder.ts';

/**
 * @returns false if the folder was left as it is: an answer without files, or none whose contents differ (a mode alone
 *   changes nothing).
 * @throws Error for a path that the driver refuses; then nothing is written.
 */
export async function writeVolume(folder: string, files: readonly MountedFile[]): Promise<boolean> {
  if (files.length === 0 || holdsAll(await readVolume(folder), files)) return false;
  await replaceVolume(folder, files);
  return true;
}

function holdsAll(present: ReadonlyMap<string, VolumeFile>, files: readonly MountedFile[]): boolean {
  return (
    present.size === files.length &&
    files.every(({ path, contents }) => present.get(path)?.contents.equals(contents) ?? false)
  );
}
