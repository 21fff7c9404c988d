// A pod that the injector would give an agent: what its annotations ask for, or why it stays as it is.
import { listAt, mapAt, mapsAt, textAt } from '../../manifest/nodes.ts';
import { quote } from '../../quote.ts';
import type { Path } from '../../yaml/change.ts';
import type { YamlMap } from '../../yaml/node.ts';
import { findBadName } from '../bad-name.ts';
import type { Obstacle } from '../movable.ts';
import type { Setup } from '../setup.ts';
import { isTemplate } from '../store-value.ts';
import { isPatch } from '../unbuilt.ts';
import type { Pod } from '../uses.ts';
import { type Annotation, Annotations } from './annotations.ts';
import { type InjectedFile, readFiles } from './injected-file.ts';
import { type Login, readLogin } from './login.ts';
import { type Note, noteOf } from './note.ts';

export interface PodMetadata {
  readonly map: YamlMap;
  readonly path: Path;
}

export interface InjectedPod {
  readonly pod: Pod;
  readonly metadata: PodMetadata;
  readonly annotations: readonly Annotation[];
  readonly files: readonly InjectedFile[];
  readonly login: Login;
  /** Those that mount the files. */
  readonly containers: readonly Path[];
  readonly obstacles: readonly Obstacle[];
  /** What became of each annotation, if the pod moves. */
  readonly notes: readonly Note[];
}

const NO_TEMPLATES = 'a class has no templates, only one value of one secret; keep the result in the store';

/** Undefined: the injector would not touch it, and it is told. */
export function readInjectedPod(pod: Pod, metadata: PodMetadata, setup: Setup): InjectedPod | undefined {
  const annotations = new Annotations(mapAt(metadata.map, 'annotations'));
  const [first] = annotations.list;
  if (!annotations.isOn('agent-inject') || annotations.text('agent-inject-status') === 'injected') {
    const why = 'left as it is, as the injector leaves it: agent-inject is not true, or its status is injected';
    if (first !== undefined) pod.input.report('left', first.at, why);
    return undefined;
  }
  const obstacles: Obstacle[] = [];
  const refuse = (obstacle: Obstacle) => void obstacles.push(obstacle);
  const { at } = metadata.map;
  const bad = findBadName(pod.input, pod.account);
  if (bad !== undefined) refuse(bad);
  const files = readFiles(annotations, refuse);
  const login = readLogin(annotations, pod.spec, setup, refuse);
  const notes = annotations.list.flatMap((one) => noteOf(one, files, login, refuse) ?? []);
  for (const { object, at: ofFile } of files)
    if (isTemplate(object.value)) refuse({ kind: 'text', at: ofFile, why: NO_TEMPLATES });
  if (files.length === 0 && obstacles.length === 0)
    refuse({ kind: 'field', at, why: 'no annotation names a secret or a template; remove agent-inject' });
  if (isPatch(pod))
    refuse({
      kind: 'template',
      at,
      why: 'a part of a pod (a container has no image); migrate what "kustomize build" makes of it',
    });
  const containers = containersOf(pod, annotations, files, refuse);
  return { pod, metadata, annotations: annotations.list, files, login, containers, obstacles, notes };
}

/** The agent fills the volumes as the last init container, unless it is told to be the first. */
function containersOf(
  { spec, path }: Pod,
  annotations: Annotations,
  files: readonly InjectedFile[],
  refuse: (obstacle: Obstacle) => void,
): readonly Path[] {
  const named = annotations.text('agent-inject-containers')?.split(',');
  const isFirst = annotations.isOn('agent-init-first');
  const mountPaths = files.map((file) => file.mountPath);
  const found: Path[] = [];
  for (const field of ['containers', 'initContainers'])
    for (const [index, container] of (listAt(spec, field)?.items ?? []).entries()) {
      const name = textAt(container, 'name') ?? '';
      const sees =
        field === 'containers'
          ? (named?.includes(name) ?? true)
          : isFirst || textAt(container, 'restartPolicy') === 'Always';
      if (!sees) continue;
      const mount = mapsAt(container, 'volumeMounts').find((one) =>
        mountPaths.includes(textAt(one, 'mountPath') ?? ''),
      );
      if (mount !== undefined)
        refuse({ kind: 'form', at: mount.at, why: `container ${quote(name)} mounts another volume there; remove it` });
      found.push([...path, field, index]);
    }
  if (found.length === 0)
    refuse({
      kind: 'form',
      at: annotations.find('agent-inject-containers')?.at ?? spec.at,
      why: 'it names no container of the pod',
    });
  return found;
}
