// The token with which a person's command asks a store: their own, and never printed.
import type { Secret } from '../../secret.ts';
import { UsageError } from '../args.ts';
import type { FlagSource } from '../flag-source.ts';
import { Input, toToken } from '../input.ts';

/** @param flag that needs it. @throws UsageError, CommandFailed */
export async function readStoreToken(source: FlagSource, flag: string): Promise<Secret<string>> {
  const file = source.text('token-file');
  if (file !== undefined) return new Input().readToken(file);
  const token = source.env('BAO_TOKEN', 'VAULT_TOKEN');
  if (token !== undefined) return toToken('BAO_TOKEN or VAULT_TOKEN', token);
  throw new UsageError(`${flag} needs a token: --token-file, BAO_TOKEN or VAULT_TOKEN`);
}
