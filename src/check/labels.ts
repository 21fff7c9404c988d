// Labels and annotations as the API server takes them, of a class and of the Secrets that it syncs.

import { isText, mapAt } from '../manifest/nodes.ts';
import type { Resource } from '../manifest/resources.ts';
import { quote } from '../quote.ts';
import type { YamlNode } from '../yaml/node.ts';
import { isLabelValue, isQualifiedName } from './names.ts';

const FIX = 'letters, digits, "-", "_" and ".", 63 at most';

/** @param holder of the fields `labels` and `annotations`. */
export function checkLabels(holder: YamlNode | undefined, resource: Resource): void {
  for (const [field, what] of [
    ['labels', 'label'],
    ['annotations', 'annotation'],
  ] as const)
    for (const [name, { at, value }] of mapAt(holder, field)?.fields ?? []) {
      // The API server ignores the case of annotations.
      if (!isQualifiedName(field === 'labels' ? name : name.toLowerCase()))
        resource.reportUnlessKnown(
          'class-form',
          at,
          `the API server takes no ${what} named ${quote(name)}; use ${FIX}, behind a domain and "/" if need be`,
        );
      if (field === 'labels' && isText(value) && !isLabelValue(value.text))
        resource.reportUnlessKnown(
          'class-form',
          value.at,
          `the API server takes no label's value ${quote(value.text)}; use ${FIX}`,
        );
    }
}
