// Hints for a function that the template's dialect lacks and the other dialect has.

import type { DialectName } from '../dialects.ts';
import type { FunctionLibrary } from '../function.ts';
import { type SafeText, safe } from '../safe-text.ts';

/** Sprig's functions in the dialect `agent`. */
export const SPRIG_PREFIX = 'sprig_';

/** Functions of the dialect `agent` only. The names are repeated here, as its code is not loaded for the other dialect. */
export const OF_AGENT_ALONE: ReadonlySet<string> = new Set([
  ...['secret', 'secrets', 'pkiCert', 'scratch', 'executeTemplate'],
  ...['base64Encode', 'base64Decode', 'base64URLEncode', 'base64URLDecode'],
  ...['toLower', 'toUpper', 'toTitle', 'trimSpace', 'replaceAll', 'splitToMap'],
  ...['parseBool', 'parseInt', 'parseUint', 'parseFloat', 'parseJSON', 'parseYAML'],
  ...['toJSON', 'toJSONPretty', 'toUnescapedJSON', 'toUnescapedJSONPretty', 'toYAML', 'toTOML'],
  ...['md5sum', 'sha256Hex', 'hmacSHA256Hex'],
  ...['subtract', 'multiply', 'divide', 'modulo', 'minimum', 'maximum', 'loop'],
  ...['in', 'containsAll', 'containsAny', 'containsNone', 'containsNotAll'],
  ...['mergeMap', 'mergeMapWithOverride', 'explodeMap'],
]);

/** @param prefixed sprig's functions by the names that `agent` gives them */
export function hintsOfAgent(prefixed: FunctionLibrary, sprig: FunctionLibrary): FunctionLibrary {
  return hints((name) => {
    const own = `${SPRIG_PREFIX}${name}`;
    return isCallable(sprig, name) ? isOf('sprig', isCallable(prefixed, own) ? own : undefined) : undefined;
  });
}

export function hintsOfSprig(sprig: FunctionLibrary): FunctionLibrary {
  return hints((name) => {
    const own = name.startsWith(SPRIG_PREFIX) ? name.slice(SPRIG_PREFIX.length) : '';
    if (isCallable(sprig, own)) return isOf('agent', own);
    return OF_AGENT_ALONE.has(name) ? isOf('agent', undefined) : undefined;
  });
}

function hints(hintFor: (name: string) => SafeText | undefined): FunctionLibrary {
  return { find: () => undefined, names: () => [], hintFor };
}

function isCallable(library: FunctionLibrary, name: string): boolean {
  const found = library.find(name);
  return found !== undefined && !('reason' in found);
}

/** @param own what the dialect at hand calls it */
function isOf(dialect: DialectName, own: string | undefined): SafeText {
  const where = `it is a function of templateSyntax: ${dialect}`;
  return safe(own === undefined ? where : `${where}; write ${own} here`);
}
