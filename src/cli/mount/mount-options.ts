// Flags and environment of `secretmount mount` as one frozen object. What the daemon would be told by its flags
// is read as the daemon reads it; no two mounts run at once here, so nothing is coalesced.
import { accessSync, constants } from 'node:fs';
import { resolve } from 'node:path';
import type { Secret } from '../../secret.ts';
import { unexpandedHint } from '../../unexpanded.ts';
import { type GivenFlags, UsageError } from '../args.ts';
import { cannotRead } from '../command-failed.ts';
import { type Environment, FlagSource } from '../flag-source.ts';
import { toToken } from '../input.ts';
import { readOptions, type ServeOptions } from '../options.ts';
import { MOUNT_FLAGS } from './mount-flags.ts';
import { type Overrides, readOverrides } from './overrides.ts';

export type LoginChoice =
  | { readonly kind: 'jwt'; readonly file: string }
  | { readonly kind: 'token'; readonly file: string }
  | { readonly kind: 'token'; readonly token: Secret<string> };

export interface MountOptions {
  /** `-` is standard input, also for the file of a login. */
  readonly file: string;
  /** undefined: the only one. */
  readonly className: string | undefined;
  readonly overrides: Overrides;
  readonly folder: string;
  readonly allowsDisk: boolean;
  readonly isWatching: boolean;
  readonly output: 'text' | 'json';
  readonly intervalMs: number;
  readonly login: LoginChoice;
  /** The pod's, if its token does not say. */
  readonly namespace: string | undefined;
  readonly account: string | undefined;
  readonly node: ServeOptions;
}

/** A store asked more often serves nobody; a day fits any timer. */
const LEAST_INTERVAL_MS = 1_000;
const MOST_INTERVAL_MS = 24 * 3_600_000;

/** @throws UsageError, CommandFailed */
export function readMountOptions(files: readonly string[], given: GivenFlags, env: Environment): MountOptions {
  const source = new FlagSource(given, env, MOUNT_FLAGS);
  const [file, another] = files;
  if (file === undefined) throw new UsageError('mount needs the file of a class: secretmount mount FILE --out FOLDER');
  if (another !== undefined) throw new UsageError('mount takes one file; if it holds several classes, --class chooses');
  if (file !== '-') assertReadable(file);
  const folder = source.once('out');
  if (folder === undefined) throw new UsageError('mount needs --out FOLDER, for example --out /dev/shm/secrets');
  const hint = unexpandedHint(folder);
  if (hint !== '') throw new UsageError(`--out is ${folder}${hint}`);
  const login = readLogin(source);
  const options = readOptions(given, env);
  assertReadableFiles(options);
  // A token of the person's own goes to their own store, and to no address that a class names and they did not.
  const addresses = login.kind === 'token' ? 'listed' : options.addresses;
  const overrides = readOverrides(source.list('override') ?? []);
  const named = overrides.get('Address');
  const allowedAddresses = [...options.allowedAddresses, ...(named ? [named] : [])];
  const node = Object.freeze({ ...options, addresses, allowedAddresses, coalesceWindowMs: 0, pollWindowMs: 0 });
  if (file === '-' && 'file' in login && login.file === '-')
    throw new UsageError('standard input cannot be both the class and the token');
  return Object.freeze({
    file,
    className: source.text('class'),
    overrides,
    folder: resolve(folder),
    allowsDisk: source.isOn('allow-disk'),
    isWatching: source.isOn('watch'),
    output: source.oneOf('output', ['text', 'json']),
    intervalMs: readInterval(source, given),
    login,
    namespace: source.text('namespace'),
    account: source.text('service-account'),
    node,
  });
}

/** The connection's files that flags or variables name; what a class names, the mount checks. */
function assertReadableFiles({ defaults }: ServeOptions): void {
  const { caCertPath, caDirectory, clientCertPath, clientKeyPath } = defaults.store.tls;
  for (const file of [caCertPath, caDirectory, clientCertPath, clientKeyPath]) if (file) assertReadable(file);
}

/** Before flags and a login are asked for, as a misspelt file is the first thing to correct. @throws CommandFailed */
function assertReadable(file: string): void {
  try {
    accessSync(file, constants.R_OK);
  } catch (thrown) {
    throw cannotRead(file, thrown);
  }
}

function readLogin(source: FlagSource): LoginChoice {
  const jwtFile = source.text('jwt-file');
  const tokenFile = source.text('token-file');
  if (jwtFile !== undefined && tokenFile !== undefined)
    throw new UsageError('--jwt-file and --token-file are two ways to log in; give one');
  if (jwtFile !== undefined) return { kind: 'jwt', file: jwtFile };
  if (tokenFile !== undefined) return { kind: 'token', file: tokenFile };
  const token = source.env('BAO_TOKEN', 'VAULT_TOKEN');
  if (token !== undefined) return { kind: 'token', token: toToken('BAO_TOKEN or VAULT_TOKEN', token) };
  throw new UsageError(
    'mount needs a login: --jwt-file FILE (a service account token), --token-file FILE or BAO_TOKEN (a store token)',
  );
}

function readInterval(source: FlagSource, given: GivenFlags): number {
  if (given.has('interval') && !source.isOn('watch'))
    throw new UsageError('--interval says how often to look again, which is only done with --watch; add it');
  const intervalMs = source.time('interval', LEAST_INTERVAL_MS);
  if (intervalMs <= MOST_INTERVAL_MS) return intervalMs;
  throw new UsageError(`--interval is ${JSON.stringify(source.text('interval'))}; it takes a time of at most 24h`);
}
