// `migrate --resolve`: the names of keys that the input does not name; never a value.
import { keyOfPath, type UnnamedKeys } from '../../migrate/movable.ts';
import type { StoreLookup } from '../check/ask-store.ts';

/** @returns names by path, without those that the store does not tell. @throws CommandFailed, MountError */
export async function resolveKeys(
  wanted: readonly UnnamedKeys[],
  store: StoreLookup,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const names = new Map<string, readonly string[]>();
  for (const one of wanted) {
    const keys = await store.keysAt(one.namespace ?? '', one.path);
    if (keys !== undefined) names.set(keyOfPath(one), keys);
  }
  await store.assertTokenIsTaken();
  return names;
}
