// Images made of files of this machine, as no registry is reachable: one layer, in the form `docker save` writes.
import { createHash } from 'node:crypto';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runCommand } from '../tools/commands.ts';

export interface Image {
  readonly name: string;
  /** Where in the image each file of the machine goes; all become readable and executable by everyone. */
  readonly files: Readonly<Record<string, string>>;
  readonly links?: Readonly<Record<string, string>>;
  readonly entrypoint: readonly string[];
}

/** Writes the image's archive into `folder` and returns its path. */
export async function writeImage(image: Image, folder: string): Promise<string> {
  const work = await mkdtemp(join(folder, 'image-'));
  try {
    const root = join(work, 'root');
    for (const place of ['tmp', 'etc', 'run', 'proc', 'sys', 'dev'])
      await mkdir(join(root, place), { recursive: true });
    for (const [place, source] of Object.entries(image.files)) {
      await mkdir(dirname(join(root, place)), { recursive: true });
      await copyFile(source, join(root, place));
      await chmod(join(root, place), 0o755);
    }
    for (const [place, target] of Object.entries(image.links ?? {})) {
      await mkdir(dirname(join(root, place)), { recursive: true });
      await symlink(target, join(root, place));
    }
    const layer = join(work, 'layer.tar');
    await runCommand(['tar', '-C', root, '--owner=0', '--group=0', '--numeric-owner', '-cf', layer, '.']);
    const digest = createHash('sha256')
      .update(await readFile(layer))
      .digest('hex');
    const config = {
      architecture: process.arch === 'x64' ? 'amd64' : process.arch,
      os: 'linux',
      config: { Entrypoint: image.entrypoint, Env: ['PATH=/usr/sbin:/usr/bin:/sbin:/bin'], WorkingDir: '/' },
      rootfs: { type: 'layers', diff_ids: [`sha256:${digest}`] },
    };
    await writeFile(join(work, 'config.json'), JSON.stringify(config));
    const manifest = [{ Config: 'config.json', RepoTags: [image.name], Layers: ['layer.tar'] }];
    await writeFile(join(work, 'manifest.json'), JSON.stringify(manifest));
    const archive = join(folder, `${image.name.replace(/[^a-z0-9]+/g, '-')}.tar`);
    await runCommand(['tar', '-C', work, '-cf', archive, 'manifest.json', 'config.json', 'layer.tar']);
    return archive;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
