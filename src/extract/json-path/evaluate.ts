// The values that a JSONPath query selects, in the order of RFC 9535, each step counted.

import { JsonNumber } from '../../json.ts';
import { PATTERNS } from '../../patterns.ts';
import type { Pattern } from '../../re2.ts';
import type { Steps } from '../steps.ts';
import { compareExactly, isEqual, isList, isMap, isNumber, isTextBefore, type Value } from '../value.ts';
import type { Operand, Operator, Query, Segment, Selector, Test } from './query.ts';

/** @throws TooManySteps */
export function selectValues(query: Query, root: Value, steps: Steps): Value[] {
  return new Evaluation(root, steps).select(query, root);
}

class Evaluation {
  readonly #root: Value;
  readonly #steps: Steps;
  readonly #patterns = new Map<string, Pattern>();

  constructor(root: Value, steps: Steps) {
    this.#root = root;
    this.#steps = steps;
  }

  select({ isAbsolute, segments }: Query, current: Value): Value[] {
    let values = [isAbsolute ? this.#root : current];
    for (const segment of segments) values = this.#apply(segment, values);
    return values;
  }

  #apply({ isDescendant, selectors }: Segment, values: readonly Value[]): Value[] {
    const selected: Value[] = [];
    for (const value of isDescendant ? this.#withDescendants(values) : values)
      for (const selector of selectors) this.#pick(selector, value, selected);
    return selected;
  }

  /** Each before what is below it. */
  #withDescendants(values: readonly Value[]): Value[] {
    const all: Value[] = [];
    const add = (value: Value) => {
      this.#steps.take();
      all.push(value);
      for (const child of childrenOf(value)) add(child);
    };
    for (const value of values) add(value);
    return all;
  }

  #pick(selector: Selector, value: Value, selected: Value[]): void {
    this.#steps.take();
    switch (selector.kind) {
      case 'name': {
        const found = isMap(value) ? value.get(selector.name) : undefined;
        if (found !== undefined) selected.push(found);
        return;
      }
      case 'index': {
        const found = isList(value) ? value.at(selector.index) : undefined;
        if (found !== undefined) selected.push(found);
        return;
      }
      case 'slice':
        if (isList(value)) this.#slice(selector, value, selected);
        return;
      default:
        for (const child of childrenOf(value)) {
          this.#steps.take();
          if (selector.kind === 'wildcard' || this.#holds(selector.test, child)) selected.push(child);
        }
    }
  }

  #slice({ start, end, step }: Extract<Selector, { kind: 'slice' }>, list: readonly Value[], selected: Value[]): void {
    const { length } = list;
    const at = (index: number) => (index >= 0 ? index : length + index);
    const within = (index: number, least: number, most: number) => Math.min(Math.max(index, least), most);
    if (step > 0) {
      const to = within(at(end ?? length), 0, length);
      for (let i = within(at(start ?? 0), 0, length); i < to; i += step) this.#push(list[i] as Value, selected);
    } else if (step < 0) {
      const to = within(end === undefined ? -1 : at(end), -1, length - 1);
      for (let i = within(start === undefined ? length - 1 : at(start), -1, length - 1); i > to; i += step)
        this.#push(list[i] as Value, selected);
    }
  }

  #push(value: Value, selected: Value[]): void {
    this.#steps.take();
    selected.push(value);
  }

  #holds(test: Test, current: Value): boolean {
    this.#steps.take();
    switch (test.kind) {
      case 'or':
        return test.terms.some((term) => this.#holds(term, current));
      case 'and':
        return test.terms.every((term) => this.#holds(term, current));
      case 'not':
        return !this.#holds(test.term, current);
      case 'exists':
        return this.select(test.query, current).length > 0;
      case 'match':
        return this.#matches(test.pattern, this.#valueOf(test.of, current));
      case 'comparison':
        return this.#compare(test.operator, this.#valueOf(test.left, current), this.#valueOf(test.right, current));
    }
  }

  #matches(text: string, value: Value | undefined): boolean {
    if (typeof value !== 'string') return false;
    const pattern = this.#patterns.get(text) ?? compile(text);
    this.#patterns.set(text, pattern);
    this.#steps.take(1 + Math.ceil((pattern.size * (value.length + 1)) / INSTRUCTIONS_PER_STEP));
    return pattern.isIn(value);
  }

  /** undefined: nothing, which equals only nothing. */
  #valueOf(operand: Operand, current: Value): Value | undefined {
    switch (operand.kind) {
      case 'literal':
        return operand.value;
      case 'query': {
        const values = this.select(operand.query, current);
        return values.length === 1 ? values[0] : undefined;
      }
      case 'count':
        return new JsonNumber(String(this.select(operand.query, current).length));
      case 'length': {
        const length = lengthOf(this.#valueOf(operand.of, current), this.#steps);
        return length === undefined ? undefined : new JsonNumber(String(length));
      }
    }
  }

  #compare(operator: Operator, left: Value | undefined, right: Value | undefined): boolean {
    switch (operator) {
      case '==':
        return this.#isEqual(left, right);
      case '!=':
        return !this.#isEqual(left, right);
      case '<':
        return this.#isLess(left, right);
      case '>':
        return this.#isLess(right, left);
      case '<=':
        return this.#isLess(left, right) || this.#isEqual(left, right);
      case '>=':
        return this.#isLess(right, left) || this.#isEqual(left, right);
    }
  }

  #isEqual(left: Value | undefined, right: Value | undefined): boolean {
    if (left === undefined || right === undefined) return left === right;
    return isEqual(left, right, this.#steps);
  }

  #isLess(left: Value | undefined, right: Value | undefined): boolean {
    if (isNumber(left) && isNumber(right)) return compareExactly(left, right, this.#steps) < 0;
    return typeof left === 'string' && typeof right === 'string' && isTextBefore(left, right, this.#steps);
  }
}

/** A pattern's instructions that run, for one character each, in the time of one step. */
const INSTRUCTIONS_PER_STEP = 20;

/** Its syntax was checked when the class was read. */
function compile(text: string): Pattern {
  const pattern = PATTERNS.get().parsePattern(text);
  if (typeof pattern === 'string') throw new Error('a pattern that the plan lets through cannot be read');
  return pattern;
}

function childrenOf(value: Value): Iterable<Value> {
  if (isList(value)) return value;
  return isMap(value) ? value.values() : [];
}

/** The length of a text in characters. */
function lengthOf(value: Value | undefined, steps: Steps): number | undefined {
  if (isList(value)) return value.length;
  if (isMap(value)) return value.size;
  if (typeof value !== 'string') return undefined;
  steps.takeFor(value.length);
  let length = 0;
  for (let at = 0; at < value.length; length += 1) at += (value.codePointAt(at) as number) > 0xffff ? 2 : 1;
  return length;
}
