// The Git repository that Argo CD reads: served on the node by Git's own daemon, written by the suite.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Node } from '../node/node.ts';
import { runCommand } from '../tools/commands.ts';

const PORT = '9418';
const AUTHOR = ['-c', 'user.name=suite', '-c', 'user.email=suite@secretmount.test'];

export class Repository {
  readonly folder: string;
  /** As Applications name it. */
  readonly url = `git://127.0.0.1:${PORT}/platform`;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async open(root: string): Promise<Repository> {
    const repository = new Repository(join(root, 'platform'));
    await mkdir(repository.folder, { recursive: true });
    await repository.git('init', '--quiet', '--initial-branch=main');
    return repository;
  }

  serve(node: Node): ReturnType<Node['start']> {
    const flags = [`--base-path=${dirname(this.folder)}`, '--export-all', '--reuseaddr', '--listen=127.0.0.1'];
    return node.start('argocd-git', ['git', 'daemon', ...flags, `--port=${PORT}`]);
  }

  async write(path: string, text: string): Promise<void> {
    const file = join(this.folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }

  remove(path: string): Promise<void> {
    return rm(join(this.folder, path), { recursive: true });
  }

  /** @returns the revision */
  async commit(subject: string): Promise<string> {
    await this.git('add', '--all');
    await this.git(...AUTHOR, 'commit', '--quiet', `--message=${subject}`);
    return (await this.git('rev-parse', 'HEAD')).trim();
  }

  /** All that was ever committed, as text: Git itself keeps it compressed. */
  async content(): Promise<Buffer> {
    const objects = await this.git('cat-file', '--batch-all-objects', '--batch', '--unordered');
    return Buffer.from(objects);
  }

  git(...args: readonly string[]): Promise<string> {
    return runCommand(['git', '-C', this.folder, ...args]);
  }
}
