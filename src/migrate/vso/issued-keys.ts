// Keys that Vault Secrets Operator makes of a certificate that was issued: a chain as one text, and the two of a TLS Secret
// (v0.10.0, controllers/vaultpkisecret_controller.go).
import type { Position } from '../../yaml/position.ts';
import { isTaken, type KeyFilter } from '../key-filter.ts';
import type { MovableValue } from '../movable.ts';
import { PLAIN } from '../store-value.ts';
import type { Source } from './source.ts';

const CHAINED = 'join(`"\\n"`, ca_chain)';
/** Empty if there is no chain, as directly below a root. */
const CHAIN = `ca_chain && ${CHAINED}`;
const WITH_CHAIN = `join(\`"\\n"\`, [certificate, (${CHAIN}) || issuing_ca])`;
/** null if there is a chain, so that the file is absent. */
const ROOT = '[@][?!ca_chain].issuing_ca | [0]';

/** Keys that no answer has. */
export const MADE_KEYS: readonly string[] = ['tls.crt', 'tls.key', 'ca.crt'];

/** @param isTls of type kubernetes.io/tls, without templates. */
export function issuedKeys(
  source: Source,
  filter: KeyFilter,
  isTls: boolean,
  at: Position,
): readonly (readonly [string, MovableValue])[] {
  const { path, request } = source;
  const taken = (key: string) => isTaken(key, filter);
  const value = (jmesPath: string, isOptional: boolean): MovableValue => ({
    at,
    value: { ...PLAIN, ...request, path, key: undefined, jmesPath, isOptional },
    warnings: [],
  });
  const key = (name: string): MovableValue => ({ at, value: { ...PLAIN, ...request, path, key: name }, warnings: [] });
  const certificate = taken('issuing_ca') || taken('ca_chain') ? value(chained(taken), false) : key('certificate');
  return [
    ...(taken('ca_chain') ? [['ca_chain', value(CHAIN, true)] as const] : []),
    ...(isTls && taken('certificate') ? [['tls.crt', certificate] as const] : []),
    ...(isTls && taken('private_key') ? [['tls.key', key('private_key')] as const] : []),
    ...(isTls && taken('issuing_ca')
      ? [['ca.crt', value(taken('ca_chain') ? ROOT : 'issuing_ca', true)] as const]
      : []),
  ];
}

/** The chain, or the issuer's certificate, as far as these keys are taken. */
function chained(taken: (key: string) => boolean): string {
  if (taken('issuing_ca') && taken('ca_chain')) return WITH_CHAIN;
  if (taken('issuing_ca')) return 'join(`"\\n"`, [certificate, issuing_ca])';
  return `(ca_chain && join(\`"\\n"\`, [certificate, ${CHAINED}])) || certificate`;
}
