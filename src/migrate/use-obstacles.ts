// Reasons other than its own values that prevent a Secret from moving: who takes it, and how, or that nothing does.
import { quote } from '../quote.ts';
import { findBadName } from './bad-name.ts';
import type { Input } from './input.ts';
import type { Kind } from './kinds.ts';
import type { Movable, NotMapped, Obstacle } from './movable.ts';
import { valueOfKey } from './move.ts';
import type { Setup } from './setup.ts';
import { isTemplate, type ObjectValue } from './store-value.ts';
import { isPatch } from './unbuilt.ts';
import type { FilesUse, Use, VariableUse } from './uses.ts';

export interface PlacedObstacle extends Obstacle {
  readonly input: Input;
}

export function unnamed(input: Input, name: string): readonly PlacedObstacle[] {
  const bad = findBadName(input, name);
  return bad === undefined ? [] : [{ ...bad, input }];
}

export function inputOf(use: Use): Input {
  return use.how === 'files' || use.how === 'variable' ? use.pod.input : use.input;
}

/** The sync controller needs named keys. */
function isForSync({ of, all, aws }: Movable, setup: Setup): boolean {
  return setup.isSyncOnly && of === 'Secret' && all === undefined && aws === undefined;
}

export function nobody(movable: Movable, uses: readonly Use[], setup: Setup): readonly PlacedObstacle[] {
  if (uses.length > 0 || isForSync(movable, setup)) return [];
  const { input, of } = movable;
  const fix =
    of === 'Secret' ? 'give the manifests of its pods too, or --sync-only' : 'give the manifests of its pods too';
  return [{ kind: 'no-pod', at: input.map.at, why: `no pod of the input takes it; ${fix}`, input }];
}

export function obstaclesOf(use: Use, movable: Movable, setup: Setup): readonly PlacedObstacle[] {
  const input = inputOf(use);
  if (use.how === 'files' || use.how === 'variable') {
    const wrong = unnamed(input, use.pod.account);
    if (wrong.length > 0) return wrong;
  }
  const obstacle = (kind: Kind, why: string) => [{ kind, at: use.at, why, input }];
  const named = `${use.of} ${quote(use.name)}`;
  if ((use.how === 'files' || use.how === 'variable') && isPatch(use.pod))
    return obstacle(
      'template',
      `${named} is taken by a part of a pod (a container has no image); migrate what "kustomize build" makes of it`,
    );
  if (use.how === 'other' || use.how === 'mixed') {
    if (use.how === 'mixed')
      return obstacle('form', `a projected volume of several sources takes ${named}; mount it as a volume of its own`);
    if (isForSync(movable, setup)) return [];
    return obstacle(
      'stays',
      `${use.where} takes ${named} itself, and no pod mounts it; keep what serves it, or take --sync-only`,
    );
  }
  const keys = use.how === 'variable' ? [use.key] : (use.items ?? []).map(({ key }) => key);
  const missing = keys.find((key) => key !== undefined && valueOfKey(movable, key) === undefined);
  if (missing !== undefined && (movable.all?.renames.length ?? 0) > 0)
    return obstacle(
      'all-keys',
      `${named} has its keys renamed, and the input does not say which becomes ${quote(missing)}; list it, or take --resolve`,
    );
  // Told where the key stands, if it does.
  if (missing !== undefined && movable.obstacles.length === 0)
    return obstacle('form', `${named} has no key ${quote(missing)}; remove it here`);
  if (use.how === 'variable' && movable.isLeased === true)
    return obstacle(
      'leased',
      `${named} is taken as variables, and each pod has a credential of its own; mount it as files, which follow it`,
    );
  if (use.how === 'variable' && use.key === undefined && movable.all !== undefined)
    return obstacle(
      'all-keys',
      `${named} has keys that are not named, and envFrom needs their names; list them in the input, or take --resolve`,
    );
  if (movable.aws !== undefined) return awsObstacles(use, movable).flatMap(({ kind, why }) => obstacle(kind, why));
  const synced = movable.all === undefined ? [...movable.values.keys()] : keys;
  const isOptional = synced.some((key) => key !== undefined && isAbsentable(movable.values.get(key)?.value));
  if (use.how === 'variable' && isOptional)
    return obstacle(
      'absent',
      `${named} is taken as variables, and a key of it may be absent (remove-missing); the driver syncs all keys or none`,
    );
  return [];
}

/** Only the store can name the other keys. */
function awsObstacles(use: FilesUse | VariableUse, { name }: Movable): readonly NotMapped[] {
  const keys = use.how === 'variable' ? [use.key] : (use.items?.map(({ key }) => key) ?? [undefined]);
  if (keys.includes(undefined))
    return [
      {
        kind: 'all-keys',
        why: `Secret ${quote(name)} is taken whole, and a class of the AWS provider names each key; name them here (items, env)`,
      },
    ];
  if (!keys.includes('AWSVersionId')) return [];
  return [{ kind: 'field', why: 'AWSVersionId: no class has the version of a secret; remove it here' }];
}

function isAbsentable(value: ObjectValue | undefined): boolean {
  return value !== undefined && !isTemplate(value) && value.isOptional;
}
