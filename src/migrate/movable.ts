// A Secret or ConfigMap whose values can be taken from the store, or what keeps it from that: it moves whole or stays.
import type { Position } from '../yaml/position.ts';
import type { Input } from './input.ts';
import type { Kind } from './kinds.ts';
import type { StoreValue } from './store-value.ts';

export interface MovableValue {
  readonly at: Position;
  readonly value: StoreValue;
  readonly warnings: readonly string[];
}

/** Why a value has no place in a class. */
export interface NotMapped {
  readonly kind: Kind;
  readonly why: string;
}

export interface Obstacle extends NotMapped {
  readonly at: Position;
}

export interface Movable {
  readonly input: Input;
  /** By their keys, in the order of the input. */
  readonly values: ReadonlyMap<string, MovableValue>;
  readonly obstacles: readonly Obstacle[];
  /** Tells what became of the rest of it. */
  readonly reportRest: () => void;
}
