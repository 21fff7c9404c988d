// A JMESPath expression as its specification has it, once its text is read.
import type { Value } from '../value.ts';

export const COMPARATORS = ['==', '!=', '<=', '>=', '<', '>'] as const;
export type Comparator = (typeof COMPARATORS)[number];

export type Query =
  /** `@`, and what stands where nothing is written. */
  | { readonly kind: 'current' }
  | { readonly kind: 'literal'; readonly value: Value }
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'slice'; readonly parts: readonly (number | undefined)[] }
  /** The right side of what the left one is. */
  | { readonly kind: 'then' | 'pipe' | 'or' | 'and'; readonly left: Query; readonly right: Query }
  | { readonly kind: 'not'; readonly of: Query }
  | { readonly kind: 'comparison'; readonly comparator: Comparator; readonly left: Query; readonly right: Query }
  /** The right side of each item, of each value of a map, of each item that passes. */
  | { readonly kind: 'items' | 'values'; readonly left: Query; readonly right: Query }
  | { readonly kind: 'filter'; readonly left: Query; readonly right: Query; readonly test: Query }
  | { readonly kind: 'flatten'; readonly of: Query }
  | { readonly kind: 'list'; readonly items: readonly Query[] }
  | { readonly kind: 'map'; readonly members: readonly (readonly [key: string, value: Query])[] }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Argument[]; readonly at: number };

/** `&` before it: a function gets the expression itself. */
export interface Argument {
  readonly isExpression: boolean;
  readonly query: Query;
}

export const CURRENT: Query = { kind: 'current' };
