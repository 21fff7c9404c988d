// One Emit for all who listen. Whoever states a fact is in the middle of a mount: a listener that fails must not
// be noticed there, nor keep the others from hearing.
import type { Emit } from '../events.ts';

export function createObserver(...listeners: readonly Emit[]): Emit {
  return (fact) => {
    for (const listen of listeners) {
      try {
        listen(fact);
      } catch {
        // There is nobody left to tell.
      }
    }
  };
}
