// Entry point of plan/: turns the driver's untrusted strings into a frozen Plan, or throws one MountError that lists
// every problem of the class. Pure except for the cache that the caller passes. Throws nothing but MountError.
import {
  type Attributes,
  readAttributes,
  readClassName,
  readIdentity,
  readPermission,
  readTokens,
} from './attributes.ts';
import type { ObjectCache } from './object-cache.ts';
import type { ParsedObjects } from './objects.ts';
import { ParameterSource } from './parameter-source.ts';
import { readLogin, readStore } from './parameters.ts';
import type { LoginSettings, Plan, PlanDefaults, PlanRequest, StoreSettings } from './plan.ts';
import { describeWarning, type Problem, Problems, refuseClass } from './problems.ts';

/** @throws MountError `request-invalid` (the driver's fault) or `class-invalid` (the class's, all of it). */
export function parsePlan(request: PlanRequest, defaults: PlanDefaults, cache: ObjectCache): Plan {
  const attributes = readAttributes(request);
  const identity = readIdentity(attributes, request.targetPath);
  const className = readClassName(attributes);
  const mode = readPermission(request.permission);
  const tokens = readTokens(attributes, request.secrets);

  const parsed = parseParameters(attributes, defaults, tokens, (text) => cache.parse(text, mode));
  const { store, login, objects, reads, problems, warnings, splitPairs } = parsed;
  if (problems.count > 0) throw refuseClass(identity.namespace, className, problems);

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
  /** If there are any, the other fields must not be used. */
  readonly problems: Problems;
  readonly warnings: readonly Problem[];
}

/** Parses what does not depend on the caller. @param parse parseObjects, or a cache of it. */
export function parseParameters(
  parameters: Attributes,
  defaults: PlanDefaults,
  tokens: LoginSettings['tokens'],
  parse: (text: string) => ParsedObjects,
): ParsedParameters {
  const problems = new Problems();
  const source = new ParameterSource(parameters, problems);
  const store = readStore(source, defaults);
  const login = readLogin(source, defaults, tokens);
  const { objects, reads, splitPairs, problems: ofObjects, warnings } = parse(parameters.get('objects') ?? '');
  if (!source.isReported(['objects'])) problems.addAll(ofObjects);
  return { store, login, objects, reads, splitPairs, problems, warnings: [...source.warnings(), ...warnings] };
}
