// `migrate --write-store`: values that were sealed go into KV version 2. All paths are looked at before anything is written,
// and each write says which version it takes the place of, so that nothing that came in between is lost.
import { asMountError } from '../../errors.ts';
import type { StoreWrite } from '../../migrate/movable.ts';
import { makeRead } from '../../plan/read.ts';
import type { StoreLookup } from '../check/ask-store.ts';
import { CommandFailed } from '../command-failed.ts';

export interface WriteOptions {
  readonly mount: string;
  /** Namespace of the store; empty: the environment's. */
  readonly namespace: string;
  /** Whether other values may be there. */
  readonly mayOverwrite: boolean;
}

interface PlannedWrite {
  readonly write: StoreWrite;
  /** The current version; 0: none. */
  readonly version: number;
}

/** @returns how many secrets were written. @throws CommandFailed, MountError, without a value */
export async function writeStore(
  writes: readonly StoreWrite[],
  store: StoreLookup,
  options: WriteOptions,
): Promise<number> {
  const planned = await plan(distinct(writes), store, options);
  for (const [index, { write, version }] of planned.entries()) {
    const body = JSON.stringify({ data: write.data.reveal(), options: { cas: version } });
    try {
      await store.request(options.namespace, makeRead('POST', write.path, '', body));
    } catch (thrown) {
      const done = planned.slice(0, index).map((one) => one.write.path);
      const before = done.length === 0 ? 'nothing was written' : `written before: ${done.join(', ')}`;
      throw new CommandFailed(`${asMountError(thrown).message}; ${before}; run it again once this is repaired`);
    }
  }
  return planned.length;
}

/** The same Secret in several files, as overlays have it, is one. */
function distinct(writes: readonly StoreWrite[]): readonly StoreWrite[] {
  const byPath = new Map<string, StoreWrite>();
  for (const write of writes) {
    const known = byPath.get(write.path);
    if (known !== undefined && !isSame(known.data.reveal(), write.data.reveal()))
      throw new CommandFailed(
        `two SealedSecrets with other values would both be ${write.path}; migrate them one by one`,
      );
    byPath.set(write.path, write);
  }
  return [...byPath.values()];
}

async function plan(
  writes: readonly StoreWrite[],
  store: StoreLookup,
  { mount, namespace, mayOverwrite }: WriteOptions,
): Promise<readonly PlannedWrite[]> {
  const [first] = writes;
  const found = first && (await store.ask(namespace, first.path));
  await store.assertTokenIsTaken();
  if (first !== undefined && (found?.kvVersion !== 2 || found.path !== `${mount}/`))
    throw new CommandFailed(
      `${mount} is no mount of KV version 2 that the token may see; name one by --sealed-mount, or give the token rights there`,
    );
  const planned: PlannedWrite[] = [];
  const taken: string[] = [];
  for (const write of writes) {
    const there = await lookAt(write.path, { mount, namespace }, store);
    if (there.data !== undefined && isSame(there.data, write.data.reveal())) continue;
    if (there.version > 0 && !mayOverwrite) taken.push(write.path);
    planned.push({ write, version: there.version });
  }
  if (taken.length > 0)
    throw new CommandFailed(
      `nothing was written: ${taken.join(', ')} ${taken.length === 1 ? 'has' : 'have'} other values already; compare them, and give --overwrite-store if those of the SealedSecrets are right`,
    );
  return planned;
}

interface There {
  readonly version: number;
  /** Undefined: none, or deleted. */
  readonly data: unknown;
}

async function lookAt(
  path: string,
  { mount, namespace }: Pick<WriteOptions, 'mount' | 'namespace'>,
  store: StoreLookup,
): Promise<There> {
  try {
    const body = await store.request(namespace, makeRead('GET', path, '', undefined));
    const { data, metadata } = (body as { data: { data: unknown; metadata: { version: number } } }).data;
    return { data, version: metadata.version };
  } catch (thrown) {
    const { reason } = asMountError(thrown);
    if (reason === 'path-missing') return { data: undefined, version: 0 };
    if (reason !== 'version-deleted') throw thrown;
  }
  const way = `${mount}/metadata/${path.slice(`${mount}/data/`.length)}`;
  const body = await store.request(namespace, makeRead('GET', way, '', undefined));
  return { data: undefined, version: (body as { data: { current_version: number } }).data.current_version };
}

function isSame(there: unknown, ours: Readonly<Record<string, string>>): boolean {
  if (typeof there !== 'object' || there === null) return false;
  const entries = Object.entries(there);
  return entries.length === Object.keys(ours).length && entries.every(([key, value]) => ours[key] === value);
}
