// Maps merged into one, as Go's mergo does for sprig and consul-template.
import type { CallContext, Value } from '../value.ts';
import { descend, isEmpty } from './walk.ts';

/** Changes `target`: copies keys of `source` that are missing or empty in it; all keys if `overwrites`. Maps are merged. */
export function mergeInto(
  context: CallContext,
  target: Map<string, Value>,
  source: ReadonlyMap<string, Value>,
  overwrites: boolean,
  depth = 0,
): void {
  descend(context, depth);
  for (const [key, value] of source) {
    context.charge(1);
    const own = target.get(key);
    if (value === null || value === undefined) {
      if (overwrites) target.set(key, value);
    } else if (value instanceof Map && own instanceof Map) {
      if (own !== value) mergeInto(context, own, value, overwrites, depth + 1);
    } else if (overwrites || !target.has(key) || isEmpty(own)) {
      target.set(key, value);
    }
  }
}
