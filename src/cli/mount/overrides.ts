// Parameters that a person gives in place of the class's: a class names its store and its files as they are in the
// cluster, and from a laptop the same store has another address and its CA certificates another file.
import { resolve } from 'node:path';
import { MountError } from '../../errors.ts';
import { describeDifference } from '../../invisible.ts';
import { nearest } from '../../nearest.ts';
import { CONNECTION_PARAMETERS, type ConnectionParameter, PREFIXES } from '../../plan/parameter-table.ts';
import { parseAddress } from '../../vault/address.ts';
import { UsageError } from '../args.ts';

/** By the parameter's name without its prefix. An empty value takes the parameter out of the class. */
export type Overrides = ReadonlyMap<string, string>;

/** @param texts `vaultAddress=https://127.0.0.1:8200` @throws UsageError */
export function readOverrides(texts: readonly string[]): Overrides {
  return new Map(texts.map(readOverride));
}

function readOverride(text: string): readonly [string, string] {
  const [, name = text, value] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  const bare = name.slice(PREFIXES.find((prefix) => name.startsWith(prefix))?.length ?? name.length);
  if (!isParameter(bare)) throw new UsageError(unknown(name));
  if (value === undefined) throw new UsageError(`--override ${name} has no value; write --override ${name}=VALUE`);
  const { form } = CONNECTION_PARAMETERS[bare];
  if (value === '') return [bare, value];
  if (form === 'address') assertAddress(name, value);
  // A person writes a path as seen from where they are; a class needs it from the root.
  return [bare, form === 'path' ? resolve(value) : value];
}

function isParameter(name: string): name is ConnectionParameter {
  return Object.hasOwn(CONNECTION_PARAMETERS, name);
}

function assertAddress(name: string, value: string): void {
  try {
    parseAddress(value);
  } catch (thrown) {
    throw thrown instanceof MountError ? new UsageError(`--override ${name}: ${thrown.message}`) : thrown;
  }
}

function unknown(name: string): string {
  const names = Object.keys(CONNECTION_PARAMETERS).map((one) => `vault${one}`);
  const near = nearest(name, names);
  const hint =
    near === undefined ? `; it takes ${names.join(', ')}` : `${describeDifference(name, near)}; did you mean ${near}?`;
  return `--override does not take ${JSON.stringify(name)}${hint}`;
}

/** Whichever prefix the class has. */
export function override(parameters: ReadonlyMap<string, string>, overrides: Overrides): ReadonlyMap<string, string> {
  const result = new Map(parameters);
  for (const [bare, value] of overrides) {
    for (const prefix of PREFIXES) result.delete(`${prefix}${bare}`);
    if (value !== '') result.set(`vault${bare}`, value);
  }
  return result;
}
