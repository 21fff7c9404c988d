// A position in a text, for messages to its author.

export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 1, in characters (UTF-16 units, as editors count them). */
  readonly column: number;
}

/** Where a text begins. */
export const START: Position = Object.freeze({ line: 1, column: 1 });
