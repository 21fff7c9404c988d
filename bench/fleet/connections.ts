// The connections that one node keeps to the store: last in, first out, as its agent has them.
import { FREE_CONNECTION_MS } from './settings.ts';

export class Connections {
  /** When each free one was used last, the newest at the end. */
  #free: number[] = [];
  #inUse = 0;

  /** @returns whether it had to be opened */
  take(now: number): boolean {
    this.#inUse += 1;
    this.#dropIdle(now);
    return this.#free.pop() === undefined;
  }

  release(now: number): void {
    this.#inUse -= 1;
    this.#free.push(now);
  }

  /** One that is given up has an answer under way and cannot be used again. */
  close(): void {
    this.#inUse -= 1;
  }

  /** Its process has ended. */
  closeFree(): void {
    this.#free = [];
  }

  open(now: number): number {
    this.#dropIdle(now);
    return this.#inUse + this.#free.length;
  }

  #dropIdle(now: number): void {
    const first = this.#free.findIndex((usedAt) => now - usedAt <= FREE_CONNECTION_MS);
    if (first !== 0) this.#free = first < 0 ? [] : this.#free.slice(first);
  }
}
