// The steps of a migration: texts become resources; then what can move, who takes it, and what replaces it. Pure: no I/O. A
// Secret moves whole, with all that take it, or it stays.
import { compareFindings, type Source } from '../manifest/finding.ts';
import { quote } from '../quote.ts';
import { findPlaceholders } from './avp/find.ts';
import { findAwsSecrets } from './aws/find.ts';
import { ClassNames } from './class-names.ts';
import { type DriverNeeds, driverNeeds } from './driver-needs.ts';
import { findExternalSecrets } from './eso/find.ts';
import type { Improvement } from './improve.ts';
import { findInjectedPods } from './injector/find.ts';
import type { InjectedPod } from './injector/injected-pod.ts';
import { type MovedPod, movePod } from './injector/move-pod.ts';
import { reportPod } from './injector/report-pod.ts';
import { type Input, type Place, readInput } from './input.ts';
import { type Outcome, UNCHANGEABLE } from './kinds.ts';
import type { Movable, StoreWrite, UnnamedKeys } from './movable.ts';
import { type Moved, move } from './move.ts';
import { findOtherSystems, isClassOfOurs } from './other-systems.ts';
import { type PlacedChange, rewriteFiles, type WrittenFile } from './rewrite-files.ts';
import { type Role, Roles } from './roles.ts';
import { findSealedSecrets } from './sealed/find.ts';
import type { Setup, System } from './setup.ts';
import { sourceOf } from './store-value.ts';
import { reportKustomizations } from './unbuilt.ts';
import { inputOf, nobody, obstaclesOf, type PlacedObstacle, unnamed } from './use-obstacles.ts';
import { findUses, type Use } from './uses.ts';
import { findVsoSecrets } from './vso/find.ts';

export interface Migration {
  /** Every source, also those that stay as they are. */
  readonly files: readonly WrittenFile[];
  /** By file, then by position. */
  readonly outcomes: readonly Outcome[];
  readonly roles: readonly Role[];
  /** Secrets whose key names are needed and unknown. */
  readonly unnamed: readonly UnnamedKeys[];
  /** What has to be in the store before the output can be mounted. */
  readonly writes: readonly StoreWrite[];
  readonly driver: DriverNeeds;
}

interface Candidate {
  readonly movable: Movable;
  readonly uses: readonly Use[];
  readonly obstacles: readonly PlacedObstacle[];
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
  const writes = [...moves.keys()].flatMap(({ movable: { write } }) => write ?? []);
  const driver = driverNeeds(
    [...moves.values()],
    [
      ...[...moves.keys()].flatMap(({ movable: { aws, connection } }) => (aws === undefined ? connection : [])),
      ...[...movedPods.keys()].map(({ login }) => login.connection),
    ],
  );
  return { files, outcomes: withoutDuplicates(outcomes).sort(compareFindings), roles, unnamed, writes, driver };
}

/** A problem that several Secrets share, such as their store's, is reported once. */
function withoutDuplicates(outcomes: readonly Outcome[]): Outcome[] {
  return [...new Map(outcomes.map((outcome) => [JSON.stringify(outcome), outcome])).values()];
}

function findMovable(inputs: readonly Input[], setup: Setup): readonly Movable[] {
  return [
    ...(isWanted('argocd-vault-plugin', setup) ? findPlaceholders(inputs, setup) : []),
    ...(isWanted('external-secrets', setup) ? findExternalSecrets(inputs, setup) : []),
    ...(isWanted('vault-secrets-operator', setup) ? findVsoSecrets(inputs, setup) : []),
    ...(isWanted('sealed-secrets', setup) ? findSealedSecrets(inputs, setup) : []),
    ...(isWanted('aws-secret-operator', setup) ? findAwsSecrets(inputs) : []),
  ];
}

function isWanted(system: System, { from }: Setup): boolean {
  return from?.includes(system) ?? true;
}

/** @param named uses in all namespaces. */
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

/** Tries again until every document can be written: a document that cannot be changed in place excludes its Secret. */
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
    const changes = [...changesOf(moves), ...improved, ...[...movedPods.values()].flatMap((moved) => moved.changes)];
    const { files, unwritable } = rewriteFiles(sources, changes);
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
