// Whatever the demo starts is ended, last first: at its end, after a failure and after Ctrl-C. What a thing started
// late (during the clean-up) would leave behind is refused.
import { setTimeout as sleep } from 'node:timers/promises';

/** The daemon takes up to 5 s to revoke its logins; past this the end of the process takes what is left. */
const LONGEST_END_MS = 8_000;

export class CleanUp {
  readonly #ends: (() => unknown)[] = [];
  #isOver = false;

  /** Starts a thing and sees to its end, also if the end is asked for while it still starts. */
  async hold<Held>(start: () => Held | Promise<Held>, end: (held: Held) => unknown): Promise<Held> {
    if (this.#isOver) throw new Error('the demo is ending');
    const held = Promise.resolve(start());
    this.#ends.push(() => held.then(end, () => {}));
    return held;
  }

  /** @throws the first failure, after everything else was ended. */
  async run(): Promise<void> {
    this.#isOver = true;
    const failures: unknown[] = [];
    for (let end = this.#ends.pop(); end !== undefined; end = this.#ends.pop()) {
      try {
        await Promise.race([end(), sleep(LONGEST_END_MS)]);
      } catch (failure) {
        failures.push(failure);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
