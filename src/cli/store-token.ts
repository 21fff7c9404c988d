// A person's own store token, for the commands a person runs. The daemon never takes one: it acts only as the pod.
import { readFileSync } from 'node:fs';
import { Secret } from '../secret.ts';
import { UsageError } from './args.ts';
import type { FlagSource } from './flag-source.ts';

/** Out of --token-file, BAO_TOKEN or VAULT_TOKEN; undefined where there is none. @throws UsageError */
export function readStoreToken(source: FlagSource): Secret<string> | undefined {
  const file = source.text('token-file');
  const token = file === undefined ? source.env('BAO_TOKEN', 'VAULT_TOKEN') : readSecretFile('token-file', file);
  return token === undefined ? undefined : new Secret(token);
}

/** The text of the file a flag names, trimmed. @throws UsageError, which never holds any of it. */
export function readSecretFile(flag: string, file: string): string {
  try {
    const text = readFileSync(file, 'utf8').trim();
    if (text !== '') return text;
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unreadable';
    throw new UsageError(`--${flag}: cannot read ${JSON.stringify(file)} (${code})`);
  }
  throw new UsageError(`--${flag}: ${JSON.stringify(file)} is empty`);
}
