// Finds the pods in a manifest, wherever their template is; a pod is any map with containers.

import { fieldOf, listAt, mapAt, mapsAt, textAt } from '../manifest/nodes.ts';
import type { YamlMap, YamlNode } from '../yaml/node.ts';
import { goBoolean, goInteger } from '../yaml/scalar.ts';

export const DRIVER = 'secrets-store.csi.k8s.io';
export const CLASS_NAME = 'secretProviderClass';

/** Recurses as deep as the document is nested, which manifest/documents.ts has bounded. */
export function* findPodSpecs(node: YamlNode): Generator<YamlMap> {
  if (node.kind === 'list') for (const item of node.items) yield* findPodSpecs(item);
  if (node.kind !== 'map') return;
  if (listAt(node, 'containers') !== undefined) yield node;
  for (const { value } of node.fields.values()) yield* findPodSpecs(value);
}

export function containersOf(spec: YamlMap): readonly YamlMap[] {
  return ['containers', 'initContainers', 'ephemeralContainers'].flatMap((field) => mapsAt(spec, field));
}

export interface ClassVolume {
  readonly className: string;
  /** A pod may give parameters of its own beside the class's name, and these take precedence. */
  readonly hasOwnObjects: boolean;
}

/** The pod's volumes of the driver, by their names. */
export function classVolumesOf(spec: YamlMap): ReadonlyMap<string, ClassVolume> {
  const ours = mapsAt(spec, 'volumes').filter((one) => textAt(one, 'csi', 'driver') === DRIVER);
  return new Map(
    ours.map((one) => {
      const attributes = mapAt(one, 'csi', 'volumeAttributes');
      const className = textAt(attributes, CLASS_NAME) ?? '';
      return [textAt(one, 'name') ?? '', { className, hasOwnObjects: attributes?.fields.has('objects') ?? false }];
    }),
  );
}

/** A field of a container's `securityContext`, which takes precedence over the one of its pod. */
export class SecurityContext {
  readonly #contexts: readonly YamlNode[];

  constructor(spec: YamlMap, container: YamlMap) {
    this.#contexts = [container, spec].flatMap((one) => mapAt(one, 'securityContext') ?? []);
  }

  number(field: string): number | undefined {
    const found = this.#scalar(field);
    const value = found === undefined ? undefined : goInteger(found.text);
    return value === undefined ? undefined : Number(value);
  }

  isOn(field: string): boolean {
    const found = this.#scalar(field);
    return found !== undefined && goBoolean(found) === true;
  }

  text(field: string): string | undefined {
    return this.#scalar(field)?.text;
  }

  texts(...path: readonly string[]): readonly string[] {
    const items = this.#contexts.flatMap((one) => listAt(one, ...path)?.items ?? []);
    return items.flatMap((item) => (item.kind === 'scalar' ? [item.text] : []));
  }

  #scalar(field: string) {
    const values = this.#contexts.map((one) => fieldOf(one, field)?.value);
    return values.find((value) => value?.kind === 'scalar');
  }
}
