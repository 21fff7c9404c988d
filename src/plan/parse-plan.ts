// The story of the room: the driver's untrusted strings to a frozen Plan, or one refusal that lists every
// mistake of the class. Pure, apart from the cache it is handed. Throws MountError and nothing else.
import {
  type Attributes,
  readAttributes,
  readClassName,
  readIdentity,
  readPermission,
  readTokens,
} from './attributes.ts';
import { describeWarning, type Mistake, Mistakes, refuseClass } from './mistakes.ts';
import type { ObjectCache } from './object-cache.ts';
import type { ParsedObjects } from './objects.ts';
import { ParameterSource } from './parameter-source.ts';
import { readLogin, readStore } from './parameters.ts';
import type { LoginSettings, Plan, PlanDefaults, PlanRequest, StoreSettings } from './plan.ts';

/** @throws MountError `request-invalid` (the driver's fault) or `class-invalid` (the class's, all of it). */
export function parsePlan(request: PlanRequest, defaults: PlanDefaults, cache: ObjectCache): Plan {
  const attributes = readAttributes(request);
  const identity = readIdentity(attributes, request.targetPath);
  const className = readClassName(attributes);
  const mode = readPermission(request.permission);
  const tokens = readTokens(attributes, request.secrets);

  const parsed = parseParameters(attributes, defaults, tokens, (text) => cache.parse(text, mode));
  const { store, login, objects, reads, mistakes, warnings, splitPairs } = parsed;
  if (mistakes.count > 0) throw refuseClass(identity.namespace, className, mistakes);

  return Object.freeze({
    identity,
    className,
    targetPath: request.targetPath,
    store,
    login,
    objects,
    reads,
    warnings: Object.freeze([...warnings, ...splitPairs].map(describeWarning)),
    splitPairs: splitPairs.length,
  });
}

export interface ParsedParameters extends Pick<ParsedObjects, 'objects' | 'reads' | 'splitPairs'> {
  readonly store: StoreSettings;
  readonly login: LoginSettings;
  /** Where there are any, the rest is of no use. */
  readonly mistakes: Mistakes;
  readonly warnings: readonly Mistake[];
}

/** What a class says by itself, whoever asks. @param parse parseObjects, or a cache of it. */
export function parseParameters(
  parameters: Attributes,
  defaults: PlanDefaults,
  tokens: LoginSettings['tokens'],
  parse: (text: string) => ParsedObjects,
): ParsedParameters {
  const mistakes = new Mistakes();
  const source = new ParameterSource(parameters, mistakes);
  const store = readStore(source, defaults);
  const login = readLogin(source, defaults, tokens);
  const { objects, reads, splitPairs, mistakes: ofObjects, warnings } = parse(parameters.get('objects') ?? '');
  if (!source.isTold(['objects'])) mistakes.addAll(ofObjects);
  return { store, login, objects, reads, splitPairs, mistakes, warnings: [...source.warnings(), ...warnings] };
}
