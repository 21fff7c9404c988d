// The story of the room: the driver's untrusted strings to a frozen Plan, or one refusal that lists every
// mistake of the class. Pure, apart from the cache it is handed. Throws MountError and nothing else.
import { readAttributes, readClassName, readIdentity, readPermission, readTokens } from './attributes.ts';
import { Mistakes, refuseClass } from './mistakes.ts';
import type { ObjectCache } from './object-cache.ts';
import { ParameterSource } from './parameter-source.ts';
import { readLogin, readStore } from './parameters.ts';
import type { Plan, PlanDefaults, PlanRequest } from './plan.ts';

/** @throws MountError `request-invalid` (the driver's fault) or `class-invalid` (the class's, all of it). */
export function parsePlan(request: PlanRequest, defaults: PlanDefaults, cache: ObjectCache): Plan {
  const attributes = readAttributes(request);
  const identity = readIdentity(attributes, request.targetPath);
  const className = readClassName(attributes);
  const mode = readPermission(request.permission);
  const tokens = readTokens(attributes, request.secrets);

  const mistakes = new Mistakes();
  const source = new ParameterSource(attributes, mistakes);
  const store = readStore(source, defaults);
  const login = readLogin(source, defaults, tokens);
  const parsed = cache.parse(attributes.get('objects') ?? '', mode);
  mistakes.addAll(parsed.mistakes);
  if (mistakes.count > 0) throw refuseClass(identity.namespace, className, mistakes);

  return Object.freeze({
    identity,
    className,
    targetPath: request.targetPath,
    store,
    login,
    objects: parsed.objects,
    reads: parsed.reads,
    warnings: Object.freeze([...source.warnings(), ...parsed.warnings]),
  });
}
