// The operations of a template as the compiler makes them, one after the other.
import type { Operation } from './machine/machine.ts';

/** A jump whose target is set later. */
export interface Jumping extends Operation {
  target: number;
}

export class Emitter {
  readonly operations: Operation[] = [];

  emit<T extends Operation>(operation: T): T {
    this.operations.push(operation);
    return operation;
  }

  /** Sets the target of all to the next operation. */
  land(...jumps: readonly Jumping[]): void {
    for (const jump of jumps) jump.target = this.operations.length;
  }
}
