// The containers that see the files of the agent, and will mount the classes.
import { listAt, mapsAt, textAt } from '../../manifest/nodes.ts';
import { quote } from '../../quote.ts';
import type { Path } from '../../yaml/change.ts';
import type { YamlNode } from '../../yaml/node.ts';
import type { Obstacle } from '../movable.ts';
import type { Pod } from '../uses.ts';
import type { Annotations } from './annotations.ts';

export function containersOf(
  { spec, path }: Pod,
  annotations: Annotations,
  mountPaths: ReadonlySet<string>,
  refuse: (obstacle: Obstacle) => void,
): readonly Path[] {
  const named = annotations.text('agent-inject-containers')?.split(',');
  const sees = {
    containers: (name: string) => named?.includes(name) ?? true,
    initContainers: (_: string, container: YamlNode) => initSees(container, annotations),
  };
  const found: Path[] = [];
  for (const field of ['containers', 'initContainers'] as const)
    for (const [index, container] of (listAt(spec, field)?.items ?? []).entries()) {
      const name = textAt(container, 'name') ?? '';
      if (!sees[field](name, container)) continue;
      const own = mapsAt(container, 'volumeMounts').find((one) => mountPaths.has(textAt(one, 'mountPath') ?? ''));
      const why = `container ${quote(name)} mounts another volume there; remove it`;
      if (own !== undefined) refuse({ kind: 'form', at: own.at, why });
      found.push([...path, field, index]);
    }
  const at = annotations.find('agent-inject-containers')?.at ?? spec.at;
  const absent = named?.find((name) => !mapsAt(spec, 'containers').some((one) => textAt(one, 'name') === name));
  if (absent !== undefined) refuse({ kind: 'form', at, why: `the pod has no container ${quote(absent)}` });
  return found;
}

/** The agent is the last init container, unless it is told to be the first or to be none; a sidecar runs on behind it. */
function initSees(container: YamlNode, annotations: Annotations): boolean {
  if (annotations.find('agent-pre-populate') !== undefined && !annotations.isOn('agent-pre-populate')) return false;
  return annotations.isOn('agent-init-first') || textAt(container, 'restartPolicy') === 'Always';
}
