// ExternalSecrets whose values are objects of a class.
import { textAt } from '../../manifest/nodes.ts';
import type { Input } from '../input.ts';
import type { Movable } from '../movable.ts';
import type { Setup } from '../setup.ts';
import { isGenerator, readGenerator } from './generator.ts';
import { ExternalSecretReader } from './reader.ts';
import { isStore, readStore } from './store.ts';

const GROUP = 'external-secrets.io/';

export function isExternalSecret(input: Input): boolean {
  if (isGenerator(input)) return true;
  const isOurs = (textAt(input.map, 'apiVersion') ?? '').startsWith(GROUP);
  return isOurs && (isStore(input) || input.kind === 'ExternalSecret');
}

export function findExternalSecrets(inputs: readonly Input[], setup: Setup): readonly Movable[] {
  const ours = inputs.filter(isExternalSecret);
  const stores = ours.filter(isStore).map(readStore);
  const generators = ours.filter(isGenerator).map(readGenerator);
  // Where templates may come from.
  const texts = inputs.filter(({ kind }) => kind === 'ConfigMap' || kind === 'Secret');
  return ours
    .filter(({ kind }) => kind === 'ExternalSecret')
    .map((input) => new ExternalSecretReader(input, { stores, generators, texts, setup }).read());
}
