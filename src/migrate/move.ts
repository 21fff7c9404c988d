// A Secret or ConfigMap that moves: its classes, and what changes in the pods that take it. Files come by a volume of
// the same name at the same place; variables need the Secret that the driver syncs, and a volume that makes it do so.
import { listAt, mapsAt, textAt } from '../manifest/nodes.ts';
import { quote } from '../quote.ts';
import type { Change } from '../yaml/change.ts';
import type { Value } from '../yaml/emit.ts';
import { classManifest, secretSync, serviceAccount } from './class-manifest.ts';
import type { ClassNames } from './class-names.ts';
import type { Input, Place } from './input.ts';
import type { Movable } from './movable.ts';
import type { Roles } from './roles.ts';
import type { Setup } from './setup.ts';
import { type ClassObject, DEFAULT_MODE } from './store-value.ts';
import type { FilesUse, Pod, Use, VariableUse } from './uses.ts';

const DRIVER = 'secrets-store.csi.k8s.io';
/** Where the volumes are mounted that only make the driver sync. */
const SYNC_FOLDER = '/run/secretmount';
/** Reads for Secrets that no pod takes. */
export const SYNC_ACCOUNT = 'secretmount-sync';

export interface MoveContext {
  readonly setup: Setup;
  readonly roles: Roles;
  readonly names: ClassNames;
  /** Whether another Secret of the input has the name. */
  readonly hasSecret: (name: string, input: Input) => boolean;
}

export interface Note {
  readonly input: Input;
  readonly at: Use['at'];
  readonly text: string;
}

export interface Moved {
  /** In the place of the Secret or ConfigMap. */
  readonly manifests: readonly Value[];
  readonly changes: readonly { readonly place: Place; readonly change: Change }[];
  readonly notes: readonly Note[];
  /** The class that holds every key. */
  readonly mainClass: string;
}

/** @param uses files and variables of pods; none or others: what the sync controller needs is written. */
export function move(movable: Movable, uses: readonly Use[], context: MoveContext): Moved {
  const ofPods = uses.filter((use) => use.how === 'files' || use.how === 'variable');
  if (ofPods.length < uses.length || ofPods.length === 0) return moveWithoutPod(movable, context);
  return new PodMove(movable, context).run(ofPods);
}

function moveWithoutPod(movable: Movable, { setup, roles, names }: MoveContext): Moved {
  const { input } = movable;
  const objects = objectsOf(movable, DEFAULT_MODE);
  const role = roles.roleOf(input.namespace, SYNC_ACCOUNT, pathsOf(objects));
  const name = names.take(input, SYNC_ACCOUNT, 0, false);
  const manifests = [
    classManifest({ name, role, objects, synced: undefined }, input, setup),
    secretSync(name, SYNC_ACCOUNT, input, [...movable.values.keys()]),
    ...(names.takeAccount(input, SYNC_ACCOUNT) ? [serviceAccount(SYNC_ACCOUNT, input)] : []),
  ];
  return { manifests, changes: [], notes: [], mainClass: name };
}

/** Files of one shape, of one account. */
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
    for (const [, ofPod] of Map.groupBy(variables, ({ pod }) => pod)) this.#syncVariables(ofPod, files);
    const shapes = [...this.#shapes.values()];
    const { input } = this.#movable;
    const manifests = shapes.map(({ className: name, role, objects, isSynced }) => {
      const synced = isSynced ? { name: this.#secretName(), input } : undefined;
      return classManifest({ name, role, objects, synced }, input, this.#context.setup);
    });
    const main = shapes.find(({ holdsAll }) => holdsAll) ?? shapes[0];
    return { manifests, changes: this.#changes, notes: this.#notes, mainClass: main?.className ?? '' };
  }

  #mountFiles(use: FilesUse): void {
    const shape = this.#shapeOf(use.pod, filesOf(this.#movable, use), use.items === undefined);
    this.#change(use.pod, { kind: 'field', path: use.path, name: 'csi', value: csiOf(shape.className) });
    this.#note(use, `volume ${quote(use.volume)} mounts SecretProviderClass ${shape.className} at the same place`);
  }

  /** One more volume, unless the pod has one of a class with all keys. */
  #syncVariables(uses: readonly VariableUse[], files: readonly FilesUse[]): void {
    const [first] = uses;
    if (first === undefined) return;
    const { pod } = first;
    const mounted = files.find((use) => use.pod === pod && use.items === undefined && isMounted(use));
    const mode = mounted?.mode ?? DEFAULT_MODE;
    const shape = this.#shapeOf(pod, objectsOf(this.#movable, mode), true);
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

  /** The driver makes Secrets only. */
  #takeSecret(use: VariableUse): void {
    const field = use.path.at(-1) === 'configMapRef' ? 'secretRef' : 'secretKeyRef';
    const name = this.#secretName();
    if (name !== use.name) this.#change(use.pod, { kind: 'scalar', path: [...use.path, 'name'], value: name });
    this.#change(use.pod, { kind: 'name', path: use.path, name: field });
  }

  #secretName(): string {
    const { input } = this.#movable;
    const isTaken = input.kind === 'ConfigMap' && this.#context.hasSecret(input.name, input);
    return isTaken ? `${input.name}-config` : input.name;
  }

  #shapeOf(pod: Pod, objects: readonly ClassObject[], holdsAll: boolean): Shape {
    const key = JSON.stringify([accountKey(pod), objects.map(({ name, mode, value }) => [name, mode, value])]);
    const known = this.#shapes.get(key);
    if (known !== undefined) return known;
    const { input } = this.#movable;
    const { roles, names } = this.#context;
    const shape: Shape = {
      className: names.take(input, pod.account, this.#shapes.size, this.#hasSeveralAccounts),
      account: pod.account,
      role: roles.roleOf(pod.input.namespace ?? input.namespace, pod.account, pathsOf(objects)),
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

  #note({ pod, at }: FilesUse | VariableUse, text: string): void {
    this.#notes.push({ input: pod.input, at, text });
  }
}

function accountKey({ input, account }: Pod): string {
  return JSON.stringify([input.namespace, account]);
}

function csiOf(className: string): Value {
  return { driver: DRIVER, readOnly: true, volumeAttributes: { secretProviderClass: className } };
}

function objectsOf({ values }: Movable, mode: number): readonly ClassObject[] {
  return [...values].map(([name, { value }]) => ({ name, value, mode }));
}

function filesOf(movable: Movable, { items, mode }: FilesUse): readonly ClassObject[] {
  if (items === undefined) return objectsOf(movable, mode);
  return items.flatMap((item) => {
    const found = movable.values.get(item.key);
    return found === undefined ? [] : [{ name: item.path, value: found.value, mode: item.mode ?? mode }];
  });
}

function pathsOf(objects: readonly ClassObject[]): readonly string[] {
  return objects.map(({ value }) => value.path);
}

/** The kubelet leaves out a volume that no container mounts. */
function isMounted({ pod, volume }: FilesUse): boolean {
  return ['containers', 'initContainers'].some((field) =>
    (listAt(pod.spec, field)?.items ?? []).some((container) =>
      mapsAt(container, 'volumeMounts').some((mount) => textAt(mount, 'name') === volume),
    ),
  );
}
