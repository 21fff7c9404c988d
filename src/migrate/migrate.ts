// The story of a migration: texts to resources, what can move, who takes it, and what is written in its place. Pure: it
// asks nobody and writes nothing. A Secret moves whole, with all who take it, or it stays.
import { compareFindings, type Source } from '../manifest/finding.ts';
import { quote } from '../quote.ts';
import { findPlaceholders } from './avp/find.ts';
import { findAwsSecrets } from './aws/find.ts';
import { findBadName } from './bad-name.ts';
import { ClassNames } from './class-names.ts';
import { findExternalSecrets } from './eso/find.ts';
import type { Improvement } from './improve.ts';
import { findInjectedPods } from './injector/find.ts';
import type { InjectedPod } from './injector/injected-pod.ts';
import { type MovedPod, movePod } from './injector/move-pod.ts';
import { reportPod } from './injector/report-pod.ts';
import { type Input, type Place, readInput } from './input.ts';
import { type Kind, type Outcome, UNCHANGEABLE } from './kinds.ts';
import type { Movable, NotMapped, Obstacle, UnnamedKeys } from './movable.ts';
import { type Moved, move, valueOfKey } from './move.ts';
import { findOtherSystems, isClassOfOurs } from './other-systems.ts';
import { type PlacedChange, rewriteFiles, type WrittenFile } from './rewrite-files.ts';
import { type Role, Roles } from './roles.ts';
import type { Setup, System } from './setup.ts';
import { isTemplate, sourceOf } from './store-value.ts';
import { isPatch, reportKustomizations } from './unbuilt.ts';
import { type FilesUse, findUses, type Use, type VariableUse } from './uses.ts';

export interface Migration {
  /** Every source, also those that stay as they are. */
  readonly files: readonly WrittenFile[];
  /** By file, then by place. */
  readonly outcomes: readonly Outcome[];
  readonly roles: readonly Role[];
  /** Whose names are needed and not known. */
  readonly unnamed: readonly UnnamedKeys[];
}

interface Candidate {
  readonly movable: Movable;
  readonly uses: readonly Use[];
  readonly obstacles: readonly (Obstacle & { readonly input: Input })[];
}

export function migrate(sources: readonly Source[], setup: Setup): Migration {
  const outcomes: Outcome[] = [];
  const report = (outcome: Outcome) => void outcomes.push(outcome);
  const inputs = sources.flatMap((source) => readInput(source, report));
  const improvements = setup.from === undefined ? findOtherSystems(inputs, setup) : [];
  const all = inputs.filter((input) => !isClassOfOurs(input)).flatMap(findUses);
  const uses = Map.groupBy(all, ({ of, name }) => `${of}/${name}`);
  const candidates = findMovable(inputs, setup).map((movable) => {
    return toCandidate(movable, uses.get(`${movable.of}/${movable.name}`) ?? [], setup);
  });
  const pods = isWanted('vault-agent-injector', setup) ? findInjectedPods(inputs, setup) : [];
  if (candidates.length > 0 || pods.length > 0) reportKustomizations(inputs);
  const { moves, movedPods, roles, files, refused } = moveAll(
    { candidates, pods, improvements },
    sources,
    inputs,
    setup,
  );
  for (const improvement of improvements) improvement.tell();
  for (const candidate of candidates) {
    const moved = moves.get(candidate);
    if (moved !== undefined) {
      reportMoved(candidate.movable, moved);
      if (!setup.isNamespaceGiven) reportNamespace(candidate, setup.namespace);
    } else reportStaying(candidate, refused.get(candidate));
  }
  for (const pod of pods) reportPod(pod, movedPods.get(pod));
  const unnamed = candidates
    .filter(({ obstacles }) => obstacles.some(({ kind }) => kind === 'all-keys'))
    .flatMap(
      ({ movable: { all, connection, unnamed: several } }) =>
        several ?? (all === undefined ? [] : [{ namespace: connection.namespace, path: all.path }]),
    );
  return { files, outcomes: withoutDuplicates(outcomes).sort(compareFindings), roles, unnamed };
}

/** What keeps several Secrets, as their store does, is told once. */
function withoutDuplicates(outcomes: readonly Outcome[]): Outcome[] {
  return [...new Map(outcomes.map((outcome) => [JSON.stringify(outcome), outcome])).values()];
}

function findMovable(inputs: readonly Input[], setup: Setup): readonly Movable[] {
  return [
    ...(isWanted('argocd-vault-plugin', setup) ? findPlaceholders(inputs, setup) : []),
    ...(isWanted('external-secrets', setup) ? findExternalSecrets(inputs, setup) : []),
    ...(isWanted('aws-secret-operator', setup) ? findAwsSecrets(inputs) : []),
  ];
}

function isWanted(system: System, { from }: Setup): boolean {
  return from?.includes(system) ?? true;
}

/** @param named of every namespace. */
function toCandidate(movable: Movable, named: readonly Use[], setup: Setup): Candidate {
  const { input } = movable;
  const uses = named.filter((use) => inputOf(use).mayShareNamespace(input));
  const own = movable.obstacles.map((obstacle) => ({ input, ...obstacle }));
  return {
    movable,
    uses,
    obstacles: [
      ...own,
      ...unnamed(input, movable.name),
      ...uses.flatMap((use) => obstaclesOf(use, movable, setup)),
      ...nobody(movable, uses, setup),
    ],
  };
}

function unnamed(input: Input, name: string): Candidate['obstacles'] {
  const bad = findBadName(input, name);
  return bad === undefined ? [] : [{ ...bad, input }];
}

function inputOf(use: Use): Input {
  return use.how === 'files' || use.how === 'variable' ? use.pod.input : use.input;
}

/** Of keys that are not named there is nothing to write for the sync controller. */
function isForSync({ of, all, aws }: Movable, setup: Setup): boolean {
  return setup.isSyncOnly && of === 'Secret' && all === undefined && aws === undefined;
}

function nobody(movable: Movable, uses: readonly Use[], setup: Setup): Candidate['obstacles'] {
  if (uses.length > 0 || isForSync(movable, setup)) return [];
  const { input, of } = movable;
  const fix =
    of === 'Secret' ? 'give the manifests of its pods too, or --sync-only' : 'give the manifests of its pods too';
  return [{ kind: 'no-pod', at: input.map.at, why: `no pod of the input takes it; ${fix}`, input }];
}

function obstaclesOf(use: Use, movable: Movable, setup: Setup): Candidate['obstacles'] {
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
  if (use.how === 'variable' && use.key === undefined && movable.all !== undefined)
    return obstacle(
      'all-keys',
      `${named} has keys that are not named, and envFrom needs their names; list them in the input, or take --resolve`,
    );
  if (movable.aws !== undefined) return awsObstacles(use, movable).flatMap(({ kind, why }) => obstacle(kind, why));
  const isOptional = [...movable.values.values()].some(({ value }) => !isTemplate(value) && value.isOptional);
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

interface ToMove {
  readonly candidates: readonly Candidate[];
  readonly pods: readonly InjectedPod[];
  readonly improvements: readonly Improvement[];
}

interface MovedAll {
  readonly moves: ReadonlyMap<Candidate, Moved>;
  readonly movedPods: ReadonlyMap<InjectedPod, MovedPod>;
  readonly roles: readonly Role[];
  readonly files: readonly WrittenFile[];
  readonly refused: ReadonlyMap<Candidate | InjectedPod, Place>;
}

/** Until every document can be written: what cannot be changed in place takes its Secret with it. */
function moveAll(
  { candidates, pods, improvements }: ToMove,
  sources: readonly Source[],
  inputs: readonly Input[],
  setup: Setup,
): MovedAll {
  const refused = new Map<Candidate | InjectedPod, Place>();
  const improved = improvements.flatMap(({ input: { place }, change }) => (change ? [{ place, change }] : []));
  for (;;) {
    const roles = new Roles(setup.namespace);
    const names = new ClassNames(inputs.filter(isClassOfOurs));
    const hasSecret = (name: string, near: Input) =>
      inputs.some((one) => one.kind === 'Secret' && one.name === name && one.mayShareNamespace(near));
    const moves = new Map<Candidate, Moved>();
    for (const candidate of candidates)
      if (candidate.obstacles.length === 0 && !refused.has(candidate))
        moves.set(candidate, move(candidate.movable, candidate.uses, { roles, names, hasSecret }));
    const movedPods = new Map<InjectedPod, MovedPod>();
    for (const pod of pods)
      if (pod.obstacles.length === 0 && !refused.has(pod)) movedPods.set(pod, movePod(pod, names));
    const changesOfPods = [...movedPods.values()].flatMap((moved) => moved.changes);
    const { files, unwritable } = rewriteFiles(sources, [...changesOf(moves), ...changesOfPods, ...improved]);
    if (unwritable.size === 0) return { moves, movedPods, roles: roles.list(), files, refused };
    for (const [candidate, moved] of moves) {
      const place = placesOf(candidate, moved).find((one) => unwritable.has(one));
      if (place !== undefined) refused.set(candidate, place);
    }
    for (const pod of movedPods.keys()) if (unwritable.has(pod.pod.input.place)) refused.set(pod, pod.pod.input.place);
  }
}

function changesOf(moves: ReadonlyMap<Candidate, Moved>): readonly PlacedChange[] {
  return [...moves].flatMap(([{ movable }, { manifests, changes }]) => {
    const { place, path } = movable.input;
    return [{ place, change: { kind: 'replace', path, values: manifests } as const }, ...changes];
  });
}

function placesOf({ movable }: Candidate, { changes }: Moved): readonly Place[] {
  return [movable.input.place, ...changes.map(({ place }) => place)];
}

function reportMoved(movable: Movable, { mainClass, notes }: Moved): void {
  const { input, values } = movable;
  movable.reportRest();
  for (const [key, { at, value, warnings }] of values) {
    const where = `${quote(key)}: ${sourceOf(value)} in SecretProviderClass ${mainClass}`;
    input.report(warnings.length === 0 ? 'mapped' : 'differs', at, [where, ...warnings].join('; '));
  }
  const immutable = input.map.fields.get('immutable');
  if (immutable !== undefined)
    input.report('differs', immutable.at, 'immutable: what the driver writes follows the store');
  for (const { input: pod, at, rule, text } of notes) pod.report(rule, at, text);
}

/** Argo CD knows the namespace of such manifests from its Application, and a role for another one refuses the pods. */
function reportNamespace({ movable: { input }, uses }: Candidate, namespace: string): void {
  const isNamed = uses.length > 0 && uses.every((use) => inputOf(use).namespace !== undefined);
  if (input.namespace !== undefined || isNamed) return;
  const why = `no namespace is named, and its role is for pods of ${quote(namespace)}; if they run in another, give --namespace`;
  input.report('differs', input.map.at, why);
}

function reportStaying({ movable, obstacles }: Candidate, place: Place | undefined): void {
  const { input, values } = movable;
  for (const obstacle of obstacles) obstacle.input.report(obstacle.kind, obstacle.at, obstacle.why);
  if (place !== undefined) {
    const where = place === input.place ? 'its document' : `what takes it, in ${quote(place.document.file)},`;
    input.report('form', input.map.at, `${where} ${UNCHANGEABLE}`);
  }
  const [first] = obstacles;
  const cause = first === undefined ? '' : `, as ${placeOf(first, input)} cannot move`;
  for (const [key, { at }] of values)
    input.report(first?.kind ?? 'form', at, `${quote(key)} stays with ${input.kind} ${input.name}${cause}`);
}

function placeOf({ input, at }: Candidate['obstacles'][number], near: Input): string {
  const { file, linesBefore } = input.place.document;
  const line = `line ${linesBefore + at.line}`;
  return file === near.place.document.file ? line : `${line} of ${quote(file)}`;
}
