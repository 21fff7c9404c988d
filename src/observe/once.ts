// What is to be said once is said once: a notice with `once` goes on the first time, everything else always.
// Bounded; what was said longest ago is forgotten first, and may then be said again.
import type { Emit } from '../events.ts';

/** As the classes parsed (object-cache.ts), doubled: a node has fewer. */
const MAX_SAID = 1_000;

export function sayOnce(emit: Emit): Emit {
  const said = new Set<string>();
  return (fact) => {
    if (fact.type === 'notice' && fact.once !== undefined) {
      const isNew = !said.delete(fact.once);
      said.add(fact.once);
      const [oldest] = said;
      if (said.size > MAX_SAID && oldest !== undefined) said.delete(oldest);
      if (!isNew) return;
    }
    emit(fact);
  };
}
