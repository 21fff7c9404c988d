// Parameters that are valid but hardly intended, or that the node may refuse.
import { MountError } from '../errors.ts';
import type { Resource } from '../manifest/resources.ts';
import { isKnownParameter } from '../plan/parameter-source.ts';
import type { ParsedParameters } from '../plan/parse-plan.ts';
import { parseAddress } from '../vault/address.ts';
import { AddressRules } from '../vault/address-rules.ts';
import type { YamlMap } from '../yaml/node.ts';
import { findPlaceholder } from './placeholder.ts';

/** The daemon's default. */
const RULES = new AddressRules({ addresses: 'any', allowed: [] });

/** @param texts the parameters by their names. */
export function adviseParameters(
  parameters: YamlMap,
  texts: ReadonlyMap<string, string>,
  { store }: ParsedParameters,
  resource: Resource,
): void {
  const positionOf = (name: string) => parameters.fields.get(name)?.value.at ?? parameters.at;
  for (const [name, text] of texts) {
    // Any other name was reported as unknown.
    if (name === 'objects' || !isKnownParameter(name)) continue;
    const placeholder = findPlaceholder(text);
    if (placeholder !== undefined) resource.report('placeholder', positionOf(name), `${name}: ${placeholder}`);
    else if (name.endsWith('Address') && text !== '' && text === store.address) adviseAddress(name, text);
    else if (name.endsWith('SkipTLSVerify') && store.tls.skipVerify) {
      const why = "the store's certificate is not checked, and whoever answers gets the pod's token";
      resource.report('skip-verify', positionOf(name), `${name}: ${why}; name the store's CA (vaultCACertPath)`);
    }
  }

  function adviseAddress(name: string, text: string): void {
    try {
      RULES.admit(parseAddress(text), 'class');
    } catch (thrown) {
      if (!(thrown instanceof MountError)) throw thrown;
      resource.report('guarded-address', positionOf(name), thrown.message);
    }
  }
}
