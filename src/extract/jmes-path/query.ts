// The syntax tree of a JMESPath expression.
import type { Value } from '../value.ts';

export const COMPARATORS = ['==', '!=', '<=', '>=', '<', '>'] as const;
export type Comparator = (typeof COMPARATORS)[number];

export type Query =
  /** `@`, also implied if nothing is written. */
  | { readonly kind: 'current' }
  | { readonly kind: 'literal'; readonly value: Value }
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'slice'; readonly parts: readonly (number | undefined)[] }
  /** `then` and `pipe` apply `right` to the result of `left`; `or` and `and` apply both to the same value. */
  | { readonly kind: 'then' | 'pipe' | 'or' | 'and'; readonly left: Query; readonly right: Query }
  | { readonly kind: 'not'; readonly of: Query }
  | { readonly kind: 'comparison'; readonly comparator: Comparator; readonly left: Query; readonly right: Query }
  /** `right` is applied to each item, each value of a map, or each item that passes `test`. */
  | { readonly kind: 'items' | 'values'; readonly left: Query; readonly right: Query }
  | { readonly kind: 'filter'; readonly left: Query; readonly right: Query; readonly test: Query }
  | { readonly kind: 'flatten'; readonly of: Query }
  | { readonly kind: 'list'; readonly items: readonly Query[] }
  | { readonly kind: 'map'; readonly members: readonly (readonly [key: string, value: Query])[] }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Argument[]; readonly at: number };

/** Preceded by `&`: the function gets the expression itself. */
export interface Argument {
  readonly isExpression: boolean;
  readonly query: Query;
}

export const CURRENT: Query = { kind: 'current' };
