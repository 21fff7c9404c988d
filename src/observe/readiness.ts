// Whether the daemon can serve mounts, from the `ready` facts. There are several conditions; each is named by its detail up
// to the first colon, and a later fact replaces an earlier one. All must be met.
import type { Fact } from '../events.ts';

export class Readiness {
  /** By the condition's name: why it does not hold; undefined if it does. */
  readonly #conditions = new Map<string, string | undefined>();

  readonly emit = (fact: Fact): void => {
    if (fact.type !== 'ready') return;
    const [name = ''] = fact.detail.split(':', 1);
    this.#conditions.set(name, fact.isReady ? undefined : fact.detail);
  };

  /** Empty: ready. Before the first fact it is not ready. */
  reasons(): readonly string[] {
    if (this.#conditions.size === 0) return ['starting'];
    return [...this.#conditions.values()].filter((reason) => reason !== undefined);
  }
}
