// What is measured side by side in one run: this build, with --base an older one, with --peer another provider.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ProviderName } from './client-process.ts';
import { type DaemonOptions, DaemonProcess } from './daemon-process.ts';
import type { MemoryGroup } from './memory-group.ts';
import { type Peer, preparePeer } from './peer.ts';
import type { World } from './world.ts';

export interface Contender {
  readonly name: ProviderName;
  start(options?: StartOptions): Promise<DaemonProcess>;
}

export interface StartOptions {
  readonly isTls?: boolean;
  /** Of the daemon; another provider has its own and is started without. */
  readonly args?: readonly string[];
  readonly group?: MemoryGroup | undefined;
}

export interface Contenders {
  readonly all: readonly Contender[];
  stop(): void;
}

/** @throws Error if `base` is no folder of a build. */
export async function gatherContenders(
  world: World,
  { base, peer }: { base: string | undefined; peer: string | undefined },
): Promise<Contenders> {
  if (base !== undefined) assertBuild(base);
  const other = peer === undefined ? undefined : await preparePeer(peer);
  return {
    all: [
      daemon('daemon', world, undefined),
      ...(base === undefined ? [] : [daemon('base', world, base)]),
      ...(other === undefined ? [] : [peerOf(other, world)]),
    ],
    stop: () => other?.stop(),
  };
}

/** In an order that changes from turn to turn, so that none is always the first after a pause. */
export function inTurn<T>(all: readonly T[], turn: number): readonly T[] {
  const first = turn % all.length;
  return [...all.slice(first), ...all.slice(0, first)];
}

function daemon(name: ProviderName, world: World, folder: string | undefined): Contender {
  return {
    name,
    start: ({ isTls = false, args = [], group } = {}) => {
      const options: DaemonOptions = { args, group, folder, tls: isTls ? world.tls : undefined };
      return DaemonProcess.start(world.storePort, options);
    },
  };
}

function peerOf(peer: Peer, world: World): Contender {
  return {
    name: 'peer',
    start: ({ isTls = false, group } = {}) =>
      peer.start(world.storePort, { tls: isTls ? world.tls : undefined, group }),
  };
}

function assertBuild(folder: string): void {
  for (const file of ['Dockerfile', 'dist/secretmount.js']) {
    if (!existsSync(join(folder, file))) throw new Error(`--base ${folder} has no ${file}; build it there first`);
  }
}
