// Names as the API server takes them: they go into commands.
import { quote } from '../quote.ts';
import type { Input } from './input.ts';
import type { Obstacle } from './movable.ts';

const NAME = /^[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?$/;

/** @param others beside those of `input`: a Secret's, an account's. */
export function findBadName(input: Input, ...others: readonly string[]): Obstacle | undefined {
  const names = [input.name, input.namespace ?? 'default', ...others];
  const bad = names.find((name) => !NAME.test(name) || name.length > 253);
  if (bad === undefined) return undefined;
  return { kind: 'form', at: input.map.at, why: `the API server takes no name ${quote(bad)}; write another` };
}
