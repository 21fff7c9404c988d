// The dialect `sprig`: sprig and the additions of External Secrets and Vault Secrets Operator.
import { type FunctionLibrary, libraryOf, merged, refused } from '../function.ts';
import { safe } from '../safe-text.ts';
import type { TemplateFunction } from '../value.ts';
import { type ToInt64, toInt64, toInt64OfWhole } from './cast.ts';
import { SPRIG_DURATIONS } from './duration.ts';
import { hintsOfSprig, SPRIG_PREFIX } from './elsewhere.ts';
import { SPRIG_PATHS } from './paths.ts';
import { REFUSED_IN_SPRIG } from './refused-functions.ts';
import { SPRIG_CERTIFICATES } from './sprig-certificates.ts';
import { SPRIG_ENCODINGS } from './sprig-encodings.ts';
import { sprigLists } from './sprig-lists.ts';
import { SPRIG_LOGIC } from './sprig-logic.ts';
import { SPRIG_MAPS } from './sprig-maps.ts';
import { sprigNumbers } from './sprig-numbers.ts';
import { SPRIG_REGEX } from './sprig-regex.ts';
import { SPRIG_STRINGS } from './sprig-strings.ts';
import { SPRIG_VERSIONS } from './sprig-versions.ts';
import { SPRIG_YAML } from './sprig-yaml.ts';
import { SPRIG_URLS } from './url.ts';

/** @param toInt64 the version's conversion to integers */
const sprigFunctions = (toInt64: ToInt64): Readonly<Record<string, TemplateFunction>> => ({
  ...SPRIG_STRINGS,
  ...sprigNumbers(toInt64),
  ...sprigLists(toInt64),
  ...SPRIG_MAPS,
  ...SPRIG_LOGIC,
  ...SPRIG_ENCODINGS,
  ...SPRIG_REGEX,
  ...SPRIG_PATHS,
  ...SPRIG_URLS,
  ...SPRIG_DURATIONS,
  ...SPRIG_VERSIONS,
  ...SPRIG_CERTIFICATES,
});

/** What External Secrets alone has, though some of it is in a table with sprig's. */
const OF_EXTERNAL_SECRETS = ['filterPEM', 'filterCertChain', 'jwkPublicKeyPem', 'jwkPrivateKeyPem', 'rsaDecrypt'];

const OWN = libraryOf({ ...sprigFunctions(toInt64), ...SPRIG_YAML });

export const SPRIG: FunctionLibrary = merged(hintsOfSprig(OWN), refusals(REFUSED_IN_SPRIG), OWN);

/** sprig alone, under the names that consul-template gives. */
export function prefixedSprig(): FunctionLibrary {
  const own = Object.entries(sprigFunctions(toInt64OfWhole)).filter(([name]) => !OF_EXTERNAL_SECRETS.includes(name));
  return libraryOf(Object.fromEntries(own.map(([name, call]) => [`${SPRIG_PREFIX}${name}`, call])));
}

export function refusals(reasons: ReadonlyMap<string, string>): FunctionLibrary {
  return libraryOf(Object.fromEntries([...reasons].map(([name, reason]) => [name, refused(safe(reason))])));
}
