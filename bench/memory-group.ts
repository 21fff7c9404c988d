// A memory cgroup of our own for the daemon, version 1 or 2, where this user may make one: it tells the working set
// that the kubelet counts, and can set a limit. Where there is none the scenarios do without.
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Version {
  readonly root: string;
  readonly limit: string;
  readonly usage: string;
  readonly inactive: string;
  readonly kills: { readonly file: string; readonly field: string };
}

const V1: Version = {
  root: '/sys/fs/cgroup/memory',
  limit: 'memory.limit_in_bytes',
  usage: 'memory.usage_in_bytes',
  inactive: 'total_inactive_file',
  kills: { file: 'memory.oom_control', field: 'oom_kill' },
};
const V2: Version = {
  root: '/sys/fs/cgroup',
  limit: 'memory.max',
  usage: 'memory.current',
  inactive: 'inactive_file',
  kills: { file: 'memory.events', field: 'oom_kill' },
};

export class MemoryGroup {
  readonly #version: Version;
  readonly #folder: string;

  private constructor(version: Version, folder: string) {
    this.#version = version;
    this.#folder = folder;
  }

  /** undefined if the machine has no memory cgroup that we may use. */
  static create(limitBytes?: number): MemoryGroup | undefined {
    const version = existsSync(V1.root) ? V1 : V2;
    const folder = join(version.root, `secretmount-bench-${process.pid}-${performance.now().toFixed(3)}`);
    try {
      mkdirSync(folder);
      const group = new MemoryGroup(version, folder);
      if (limitBytes !== undefined) writeFileSync(join(folder, version.limit), String(limitBytes));
      readFileSync(join(folder, version.usage));
      return group;
    } catch {
      if (existsSync(folder)) rmdirSync(folder);
      return undefined;
    }
  }

  /** A process writes its id here to enter. */
  get entry(): string {
    return join(this.#folder, 'cgroup.procs');
  }

  /** Moves a process in; what it has taken already stays counted where it was. */
  admit(pid: number): void {
    writeFileSync(this.entry, String(pid));
  }

  /** As the kubelet computes it: all memory of the group less the files' pages that were not used of late. */
  workingSetBytes(): number {
    const usage = Number(this.#read(this.#version.usage));
    return usage - this.#field('memory.stat', this.#version.inactive);
  }

  /** Processes killed for want of memory. */
  kills(): number {
    const { file, field } = this.#version.kills;
    return this.#field(file, field);
  }

  /** Only when its processes have ended. */
  remove(): void {
    rmdirSync(this.#folder);
  }

  #read(file: string): string {
    return readFileSync(join(this.#folder, file), 'utf8');
  }

  #field(file: string, name: string): number {
    const line = this.#read(file)
      .split('\n')
      .find((one) => one.startsWith(`${name} `));
    return Number(line?.split(' ')[1] ?? 0);
  }
}
