// The syntax tree of a JSONPath query (RFC 9535).
import type { Value } from '../value.ts';

export interface Query {
  /** From `$`; otherwise from `@`. */
  readonly isAbsolute: boolean;
  readonly segments: readonly Segment[];
}

export interface Segment {
  /** `..`: also applies to all descendants. */
  readonly isDescendant: boolean;
  readonly selectors: readonly Selector[];
}

export type Selector =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'index'; readonly index: number }
  | {
      readonly kind: 'slice';
      readonly start: number | undefined;
      readonly end: number | undefined;
      readonly step: number;
    }
  | { readonly kind: 'filter'; readonly test: Test };

/** The test of a filter. */
export type Test =
  | { readonly kind: 'or' | 'and'; readonly terms: readonly Test[] }
  | { readonly kind: 'not'; readonly term: Test }
  | { readonly kind: 'exists'; readonly query: Query }
  /** match() and search(): a value that is no text does not match. */
  | { readonly kind: 'match'; readonly of: Operand; readonly pattern: string }
  | { readonly kind: 'comparison'; readonly operator: Operator; readonly left: Operand; readonly right: Operand };

export const OPERATORS = ['==', '!=', '<=', '>=', '<', '>'] as const;
export type Operator = (typeof OPERATORS)[number];

/** One value, or nothing. */
export type Operand =
  | { readonly kind: 'literal'; readonly value: Value }
  /** Selects one value at most, except as the argument of `value()`. */
  | { readonly kind: 'query'; readonly query: Query }
  | { readonly kind: 'length'; readonly of: Operand }
  | { readonly kind: 'count'; readonly query: Query };

/** True if its form selects one value at most. */
export function isSingular({ segments }: Query): boolean {
  return segments.every(
    ({ isDescendant, selectors }) =>
      !isDescendant && selectors.length === 1 && (selectors[0]?.kind === 'name' || selectors[0]?.kind === 'index'),
  );
}
