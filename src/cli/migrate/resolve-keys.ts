// `migrate --resolve`: the names of keys that the input does not name, asked of the person's own store; never a value.
import { asMountError } from '../../errors.ts';
import { keyOfPath, type UnnamedKeys } from '../../migrate/movable.ts';
import { readProxySettings } from '../../vault/proxy.ts';
import { StoreLookup } from '../check/ask-store.ts';
import { readStoreToken } from '../check/store-token.ts';
import { CommandFailed } from '../command-failed.ts';
import { type Environment, FlagSource } from '../flag-source.ts';
import { FLAGS } from '../flags.ts';
import { storeDefaults } from '../options.ts';
import { refuseVerboseLibraries } from '../refused-environment.ts';

/** @returns names by path, without those that the store does not tell. @throws CommandFailed */
export async function resolveKeys(
  wanted: readonly UnnamedKeys[],
  source: FlagSource,
  env: Environment,
): Promise<ReadonlyMap<string, readonly string[]>> {
  refuseVerboseLibraries(env);
  // An address out of a manifest may be anybody's: the token goes to that of the environment.
  const reach = new FlagSource(new Map(), env, FLAGS);
  const lookup = new StoreLookup({
    store: storeDefaults(reach),
    token: await readStoreToken(source, '--resolve'),
    proxy: readProxySettings(env),
    requestTimeoutMs: reach.time('request-timeout', 1),
  });
  try {
    const names = new Map<string, readonly string[]>();
    for (const one of wanted) {
      const keys = await lookup.keysAt(one.namespace ?? '', one.path);
      if (keys !== undefined) names.set(keyOfPath(one), keys);
    }
    await lookup.assertTokenIsTaken();
    return names;
  } catch (thrown) {
    throw thrown instanceof CommandFailed ? thrown : new CommandFailed(asMountError(thrown).message);
  } finally {
    lookup.close();
  }
}
