// A Secret or ConfigMap that moves: its classes, and what changes in the pods that take it. Files come by a volume of
// the same name at the same place; variables need the Secret that the driver syncs, and a volume that makes it do so.
import { listAt, mapsAt, textAt } from '../manifest/nodes.ts';
import { quote } from '../quote.ts';
import type { Change } from '../yaml/change.ts';
import type { Value } from '../yaml/emit.ts';
import { classManifest, secretSync, serviceAccount } from './class-manifest.ts';
import type { ClassNames } from './class-names.ts';
import { type ClassObject, DEFAULT_MODE } from './class-object.ts';
import type { Input, Place } from './input.ts';
import { exactly, isTaken } from './key-filter.ts';
import type { Kind } from './kinds.ts';
import type { Movable } from './movable.ts';
import type { Roles } from './roles.ts';
import { type ObjectValue, PLAIN, type Right, rightsOf } from './store-value.ts';
import type { FilesUse, Pod, Use, VariableUse } from './uses.ts';

const DRIVER = 'secrets-store.csi.k8s.io';
/** Mount path of volumes that only make the driver sync. */
const SYNC_FOLDER = '/run/secretmount';
/** Folder name for the root of the mount. */
const WHOLE_VOLUME = '.';
/** Account with read access for Secrets that no pod takes. */
export const SYNC_ACCOUNT = 'secretmount-sync';

export interface MoveContext {
  readonly roles: Roles;
  readonly names: ClassNames;
  /** Whether another Secret of the input has the name. */
  readonly hasSecret: (name: string, input: Input) => boolean;
}

export interface Note {
  readonly input: Input;
  readonly at: Use['at'];
  readonly rule: Kind;
  readonly text: string;
}

export interface Moved {
  /** In the place of the Secret or ConfigMap. */
  readonly manifests: readonly Value[];
  readonly changes: readonly { readonly place: Place; readonly change: Change }[];
  readonly notes: readonly Note[];
  /** The class that holds every key. */
  readonly mainClass: string;
  /** Whether the driver makes a Secret of it. */
  readonly isSynced: boolean;
}

/** @param uses files and variables of pods; none or others: what the sync controller needs is written. */
export function move(movable: Movable, uses: readonly Use[], context: MoveContext): Moved {
  const ofPods = uses.filter((use) => use.how === 'files' || use.how === 'variable');
  if (ofPods.length < uses.length || ofPods.length === 0) return moveWithoutPod(movable, context);
  return new PodMove(movable, context).run(ofPods);
}

function moveWithoutPod(movable: Movable, { roles, names }: MoveContext): Moved {
  const { input } = movable;
  const objects = objectsOf(movable, DEFAULT_MODE);
  const role = roles.roleOf(movable.connection, input.namespace, SYNC_ACCOUNT, neededBy(objects));
  const name = names.take(movable, SYNC_ACCOUNT, 0, false);
  const manifests = [
    classManifest({ name, role, objects, synced: undefined }, movable),
    secretSync(name, SYNC_ACCOUNT, movable),
    ...(names.takeAccount(input, SYNC_ACCOUNT) ? [serviceAccount(SYNC_ACCOUNT, input)] : []),
  ];
  return { manifests, changes: [], notes: [], mainClass: name, isSynced: false };
}

/** Files with the same names, values and modes, for one account. */
interface Shape {
  readonly className: string;
  readonly account: string;
  readonly role: string;
  readonly objects: readonly ClassObject[];
  readonly holdsAll: boolean;
  isSynced: boolean;
}

class PodMove {
  readonly #movable: Movable;
  readonly #context: MoveContext;
  readonly #shapes = new Map<string, Shape>();
  readonly #changes: { readonly place: Place; readonly change: Change }[] = [];
  readonly #notes: Note[] = [];
  /** Keys for all pods that take variables, so that one class serves all. */
  readonly #variableKeys = new Set<string>();
  #hasSeveralAccounts = false;

  constructor(movable: Movable, context: MoveContext) {
    this.#movable = movable;
    this.#context = context;
  }

  run(uses: readonly (FilesUse | VariableUse)[]): Moved {
    this.#hasSeveralAccounts = new Set(uses.map(({ pod }) => accountKey(pod))).size > 1;
    const files = uses.filter((use) => use.how === 'files');
    const variables = uses.filter((use) => use.how === 'variable');
    for (const use of files) this.#mountFiles(use);
    for (const { key } of variables) if (key !== undefined) this.#variableKeys.add(key);
    for (const [, ofPod] of Map.groupBy(variables, ({ pod }) => pod)) this.#syncVariables(ofPod, files);
    const shapes = [...this.#shapes.values()];
    const manifests = shapes.map(({ className: name, role, objects, isSynced }) => {
      const synced = isSynced ? this.#secretName() : undefined;
      return classManifest({ name, role, objects, synced }, this.#movable);
    });
    const main = shapes.find(({ holdsAll }) => holdsAll) ?? shapes[0];
    const isSynced = shapes.some((shape) => shape.isSynced);
    return { manifests, changes: this.#changes, notes: this.#notes, mainClass: main?.className ?? '', isSynced };
  }

  #mountFiles(use: FilesUse): void {
    const shape = this.#shapeOf(use.pod, filesOf(this.#movable, use), use.items === undefined);
    this.#change(use.pod, { kind: 'field', path: use.path, name: 'csi', value: csiOf(shape.className) });
    const where = `volume ${quote(use.volume)} mounts SecretProviderClass ${shape.className} at the same place`;
    if (use.isOptional) this.#note(use, `${where}; optional: the pod now waits until the store has it`, 'differs');
    else this.#note(use, where);
  }

  /** Adds a volume, unless the pod already has one of a class with all keys. */
  #syncVariables(uses: readonly VariableUse[], files: readonly FilesUse[]): void {
    const [first] = uses;
    if (first === undefined) return;
    const { pod } = first;
    // If the keys are not named, a folder of them cannot be synced.
    const isWhole = this.#movable.all === undefined && this.#movable.aws === undefined;
    const mounted = files.find((use) => isWhole && use.pod === pod && use.items === undefined && isMounted(use));
    const mode = mounted?.mode ?? DEFAULT_MODE;
    const shape = this.#shapeOf(pod, this.#objectsToSync(mode), true);
    shape.isSynced = true;
    if (mounted === undefined) this.#addVolume(first, shape.className);
    for (const use of uses) {
      if (use.of === 'ConfigMap') this.#takeSecret(use);
      this.#note(use, `Secret ${this.#secretName()} is synced by SecretProviderClass ${shape.className} of the pod`);
    }
  }

  #addVolume({ pod, container }: VariableUse, className: string): void {
    const name = this.#context.names.takeVolume(pod, className);
    const mount = { name, mountPath: `${SYNC_FOLDER}/${className}`, readOnly: true };
    this.#change(pod, { kind: 'append', path: [...pod.path, 'volumes'], values: [{ name, csi: csiOf(className) }] });
    this.#change(pod, { kind: 'append', path: [...container, 'volumeMounts'], values: [mount] });
  }

  /** If the keys are not named, only those that pods name: no other is taken as a variable. */
  #objectsToSync(mode: number): readonly ClassObject[] {
    const { all, aws } = this.#movable;
    if (all === undefined && aws === undefined) return objectsOf(this.#movable, mode);
    return [...this.#variableKeys].flatMap((name) => {
      const value = valueOfKey(this.#movable, name);
      return value === undefined ? [] : [{ name, value, mode }];
    });
  }

  /** The driver makes Secrets only. */
  #takeSecret(use: VariableUse): void {
    const field = use.path.at(-1) === 'configMapRef' ? 'secretRef' : 'secretKeyRef';
    const name = this.#secretName();
    if (name !== use.name) this.#change(use.pod, { kind: 'scalar', path: [...use.path, 'name'], value: name });
    this.#change(use.pod, { kind: 'name', path: use.path, name: field });
  }

  #secretName(): string {
    const { input, of, name } = this.#movable;
    const isTaken = of === 'ConfigMap' && this.#context.hasSecret(name, input);
    return isTaken ? `${name}-config` : name;
  }

  #shapeOf(pod: Pod, objects: readonly ClassObject[], holdsAll: boolean): Shape {
    const key = JSON.stringify([accountKey(pod), objects.map(({ name, mode, value }) => [name, mode, value])]);
    const known = this.#shapes.get(key);
    if (known !== undefined) return known;
    const { input, connection, aws } = this.#movable;
    const namespace = pod.input.namespace ?? input.namespace;
    const { roles, names } = this.#context;
    const shape: Shape = {
      className: names.take(this.#movable, pod.account, this.#shapes.size, this.#hasSeveralAccounts),
      account: pod.account,
      role: aws === undefined ? roles.roleOf(connection, namespace, pod.account, neededBy(objects)) : '',
      objects,
      holdsAll,
      isSynced: false,
    };
    this.#shapes.set(key, shape);
    return shape;
  }

  #change(pod: Pod, change: Change): void {
    this.#changes.push({ place: pod.input.place, change });
  }

  #note({ pod, at }: FilesUse | VariableUse, text: string, rule: Kind = 'mapped'): void {
    this.#notes.push({ input: pod.input, at, rule, text });
  }
}

function accountKey({ input, account }: Pod): string {
  return JSON.stringify([input.namespace, account]);
}

export function csiOf(className: string): Value {
  return { driver: DRIVER, readOnly: true, volumeAttributes: { secretProviderClass: className } };
}

function objectsOf({ values, all }: Movable, mode: number): readonly ClassObject[] {
  const named = [...values].map(([name, { value }]) => ({ name, value, mode }));
  if (all === undefined) return named;
  const { at: _, renames, filter = { include: [], exclude: [...values.keys()].map(exactly) }, ...read } = all;
  const value = { ...PLAIN, ...read, key: undefined, keys: { ...filter, renames } };
  return [{ name: WHOLE_VOLUME, value, mode }, ...named];
}

/** A key by its name, also if only its path is known. */
export function valueOfKey(
  { values, all, aws }: Pick<Movable, 'values' | 'all' | 'aws'>,
  key: string,
): ObjectValue | undefined {
  if (aws !== undefined) return { ...PLAIN, path: aws.id, key };
  const named = values.get(key)?.value;
  if (named !== undefined || all === undefined || all.renames.length > 0) return named;
  const { at: _, renames: __, filter, ...read } = all;
  return filter === undefined || isTaken(key, filter) ? { ...PLAIN, ...read, key } : undefined;
}

function filesOf(movable: Movable, { items, mode }: FilesUse): readonly ClassObject[] {
  if (items === undefined) return objectsOf(movable, mode);
  return items.flatMap((item) => {
    const value = valueOfKey(movable, item.key);
    return value === undefined ? [] : [{ name: item.path, value, mode: item.mode ?? mode }];
  });
}

function neededBy(objects: readonly ClassObject[]): readonly Right[] {
  return objects.flatMap(({ value }) => rightsOf(value));
}

/** The kubelet leaves out a volume that no container mounts. */
function isMounted({ pod, volume }: FilesUse): boolean {
  return ['containers', 'initContainers'].some((field) =>
    (listAt(pod.spec, field)?.items ?? []).some((container) =>
      mapsAt(container, 'volumeMounts').some((mount) => textAt(mount, 'name') === volume),
    ),
  );
}
