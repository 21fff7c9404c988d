// The store of the person who migrates, for flags that need one: BAO_ADDR or VAULT_ADDR, with their own token.
import { asMountError } from '../../errors.ts';
import { readProxySettings } from '../../vault/proxy.ts';
import { StoreLookup } from '../check/ask-store.ts';
import { readStoreToken } from '../check/store-token.ts';
import { CommandFailed } from '../command-failed.ts';
import { type Environment, FlagSource } from '../flag-source.ts';
import { FLAGS } from '../flags.ts';
import { storeDefaults } from '../options.ts';
import { refuseVerboseLibraries } from '../refused-environment.ts';

/** @param flag that needs it. @throws UsageError, CommandFailed */
export async function withOwnStore<T>(
  flag: string,
  source: FlagSource,
  env: Environment,
  work: (store: StoreLookup) => Promise<T>,
): Promise<T> {
  refuseVerboseLibraries(env);
  // A manifest may name any address, so the token goes to the environment's only.
  const reach = new FlagSource(new Map(), env, FLAGS);
  const store = new StoreLookup({
    store: storeDefaults(reach),
    token: await readStoreToken(source, flag),
    proxy: readProxySettings(env),
    requestTimeoutMs: reach.time('request-timeout', 1),
  });
  try {
    return await work(store);
  } catch (thrown) {
    throw thrown instanceof CommandFailed ? thrown : new CommandFailed(asMountError(thrown).message);
  } finally {
    store.close();
  }
}
