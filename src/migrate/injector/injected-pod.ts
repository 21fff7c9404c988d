// A pod that the injector would give an agent: what its annotations ask for, or why it stays as it is.
import { mapAt } from '../../manifest/nodes.ts';
import type { Path } from '../../yaml/change.ts';
import type { YamlMap } from '../../yaml/node.ts';
import { findBadName } from '../bad-name.ts';
import type { Obstacle } from '../movable.ts';
import type { Setup } from '../setup.ts';
import { isPatch } from '../unbuilt.ts';
import type { Pod } from '../uses.ts';
import { type Annotation, Annotations } from './annotations.ts';
import { containersOf } from './containers.ts';
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
  if (files.length === 0 && obstacles.length === 0)
    refuse({ kind: 'field', at, why: 'no annotation names a secret or a template; remove agent-inject' });
  const part = 'a part of a pod (a container has no image); migrate what "kustomize build" makes of it';
  if (isPatch(pod)) refuse({ kind: 'template', at, why: part });
  const mountPaths = new Set(files.map(({ mountPath }) => mountPath));
  const containers = containersOf(pod, annotations, mountPaths, refuse);
  return { pod, metadata, annotations: annotations.list, files, login, containers, obstacles, notes };
}
