// A notice with `once` is emitted the first time only, everything else always. Bounded; the text emitted longest ago is
// forgotten first, and may then be emitted again.
import type { Emit } from '../events.ts';

/** As the classes parsed (plan/object-cache.ts), doubled: a node has fewer. */
const MAX_EMITTED = 1_000;

export function emitOnce(emit: Emit): Emit {
  const emitted = new Set<string>();
  return (fact) => {
    if (fact.type === 'notice' && fact.once !== undefined) {
      const isNew = !emitted.delete(fact.once);
      emitted.add(fact.once);
      const [oldest] = emitted;
      if (emitted.size > MAX_EMITTED && oldest !== undefined) emitted.delete(oldest);
      if (!isNew) return;
    }
    emit(fact);
  };
}
