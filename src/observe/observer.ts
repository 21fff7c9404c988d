// One Emit for all listeners. The emitter may be in the middle of a mount: a failing listener must not affect it or the
// other listeners.
import type { Emit } from '../events.ts';

export function createObserver(...listeners: readonly Emit[]): Emit {
  return (fact) => {
    for (const listen of listeners) {
      try {
        listen(fact);
      } catch {
        // A failing listener cannot be reported anywhere.
      }
    }
  };
}
