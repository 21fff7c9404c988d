// A pod that moves: a class and a volume for each folder of files, in place of the agent that its annotations asked for.
import { mapAt } from '../../manifest/nodes.ts';
import type { Change } from '../../yaml/change.ts';
import type { Value } from '../../yaml/emit.ts';
import { connectionFields, providerClass } from '../class-manifest.ts';
import type { ClassNames } from '../class-names.ts';
import { objectsText } from '../class-object.ts';
import { csiOf } from '../move.ts';
import type { PlacedChange } from '../rewrite-files.ts';
import type { InjectedPod } from './injected-pod.ts';

export interface MovedPod {
  readonly changes: readonly PlacedChange[];
  /** By mount path. */
  readonly classes: ReadonlyMap<string, string>;
}

/** What the injector calls its volume, which containers may name. */
const VOLUME = 'vault-secrets';

export function movePod(injected: InjectedPod, names: ClassNames): MovedPod {
  const { pod, files, login, containers } = injected;
  const { input } = pod;
  // Overlays of one workload get the same names.
  const owner = { input, of: JSON.stringify(pod.path.slice(input.path.length)), name: input.name };
  const changes: Change[] = [removalOf(injected)];
  const classes = new Map<string, string>();
  const manifests: Value[] = [];
  for (const [mountPath, own] of Map.groupBy(files, (file) => file.mountPath)) {
    const className = names.take(owner, pod.account, classes.size, false);
    const volume = names.takeVolume(pod, VOLUME);
    classes.set(mountPath, className);
    const parameters = {
      roleName: login.role,
      ...connectionFields(login.connection),
      objects: objectsText(own.map(({ object }) => object)),
    };
    manifests.push(providerClass(className, input, { provider: 'vault', parameters }));
    changes.push({ kind: 'append', path: [...pod.path, 'volumes'], values: [{ name: volume, csi: csiOf(className) }] });
    for (const container of containers) {
      const mount = { name: volume, mountPath, readOnly: true };
      changes.push({ kind: 'append', path: [...container, 'volumeMounts'], values: [mount] });
    }
  }
  const { place } = input;
  const placed: PlacedChange[] = changes.map((change) => ({ place, change }));
  return { changes: [...placed, { place, change: addition(injected, manifests) }], classes };
}

/** The annotations, and what would be empty without them. */
function removalOf({ metadata, annotations }: InjectedPod): Change {
  const { map, path } = metadata;
  const names = annotations.map(({ fullName }) => fullName);
  const all = mapAt(map, 'annotations')?.fields.size;
  if (all !== names.length) return { kind: 'remove', path: [...path, 'annotations'], names };
  if (map.fields.size > 1) return { kind: 'remove', path, names: ['annotations'] };
  return { kind: 'remove', path: path.slice(0, -1), names: ['metadata'] };
}

/** Behind the document, or at the end of the List in which the pod is an item. */
function addition({ pod: { input } }: InjectedPod, values: readonly Value[]): PlacedChange['change'] {
  if (input.path.length === 0) return { kind: 'add', values };
  return { kind: 'append', path: input.path.slice(0, -1), values };
}
