// A JSONPath query as RFC 9535 has it, once its text is read.
import type { Value } from '../value.ts';

export interface Query {
  /** From `$`; otherwise from `@`. */
  readonly isAbsolute: boolean;
  readonly segments: readonly Segment[];
}

export interface Segment {
  /** `..`: also of everything below. */
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

/** What a filter asks of each value. */
export type Test =
  | { readonly kind: 'or' | 'and'; readonly terms: readonly Test[] }
  | { readonly kind: 'not'; readonly term: Test }
  | { readonly kind: 'exists'; readonly query: Query }
  /** match() and search(): what is no text matches nothing. */
  | { readonly kind: 'match'; readonly of: Operand; readonly pattern: string }
  | { readonly kind: 'comparison'; readonly operator: Operator; readonly left: Operand; readonly right: Operand };

export const OPERATORS = ['==', '!=', '<=', '>=', '<', '>'] as const;
export type Operator = (typeof OPERATORS)[number];

/** One value, or nothing. */
export type Operand =
  | { readonly kind: 'literal'; readonly value: Value }
  /** Which selects one value at most; of `value()` one that may select more. */
  | { readonly kind: 'query'; readonly query: Query }
  | { readonly kind: 'length'; readonly of: Operand }
  | { readonly kind: 'count'; readonly query: Query };

/** It selects one value at most, by its form. */
export function isSingular({ segments }: Query): boolean {
  return segments.every(
    ({ isDescendant, selectors }) =>
      !isDescendant && selectors.length === 1 && (selectors[0]?.kind === 'name' || selectors[0]?.kind === 'index'),
  );
}
