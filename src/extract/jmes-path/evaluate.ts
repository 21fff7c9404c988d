// Evaluates a JMESPath expression and counts each step. A missing value is null.

import type { Steps } from '../steps.ts';
import { compareExactly, isEqual, isList, isMap, isNumber, type Value, type ValueList } from '../value.ts';
import { callFunction, type Given } from './functions.ts';
import type { Comparator, Query } from './query.ts';
import type { FunctionName } from './signatures.ts';

/** @throws TooManySteps, NotApplicable */
export function search(query: Query, value: Value, steps: Steps): Value {
  return new Evaluation(steps).of(query, value);
}

type Of<Kind extends Query['kind']> = Extract<Query, { readonly kind: Kind }>;

class Evaluation {
  readonly #steps: Steps;

  constructor(steps: Steps) {
    this.#steps = steps;
  }

  of(query: Query, value: Value): Value {
    this.#steps.take();
    switch (query.kind) {
      case 'current':
        return value;
      case 'literal':
        return query.value;
      case 'field':
        return (isMap(value) ? value.get(query.name) : undefined) ?? null;
      case 'index':
        return (isList(value) ? value.at(query.index) : undefined) ?? null;
      case 'slice':
        return isList(value) ? this.#slice(query, value) : null;
      case 'then':
      case 'pipe':
        return this.of(query.right, this.of(query.left, value));
      case 'or': {
        const left = this.of(query.left, value);
        return isTrue(left) ? left : this.of(query.right, value);
      }
      case 'and': {
        const left = this.of(query.left, value);
        return isTrue(left) ? this.of(query.right, value) : left;
      }
      case 'not':
        return !isTrue(this.of(query.of, value));
      case 'comparison':
        return this.#compare(query.comparator, this.of(query.left, value), this.of(query.right, value));
      case 'items': {
        const list = this.of(query.left, value);
        return isList(list) ? this.#project(query.right, list) : null;
      }
      case 'values': {
        const map = this.of(query.left, value);
        return isMap(map) ? this.#project(query.right, map.values()) : null;
      }
      case 'filter': {
        const list = this.of(query.left, value);
        if (!isList(list)) return null;
        return this.#project(query.right, list, (item) => isTrue(this.of(query.test, item)));
      }
      case 'flatten':
        return this.#flatten(this.of(query.of, value));
      case 'list':
        return value === null ? null : query.items.map((item) => this.of(item, value));
      case 'map':
        return value === null ? null : new Map(query.members.map(([key, member]) => [key, this.of(member, value)]));
      case 'call':
        return this.#call(query, value);
    }
  }

  #project(query: Query, items: Iterable<Value>, isWanted: (item: Value) => boolean = () => true): ValueList {
    const projected: Value[] = [];
    for (const item of items) {
      this.#steps.take();
      const result = isWanted(item) ? this.of(query, item) : null;
      if (result !== null) projected.push(result);
    }
    return projected;
  }

  #flatten(value: Value): Value {
    if (!isList(value)) return null;
    const flat: Value[] = [];
    for (const item of value) {
      this.#steps.take(isList(item) ? 1 + item.length : 1);
      if (isList(item)) for (const inner of item) flat.push(inner);
      else flat.push(item);
    }
    return flat;
  }

  /** Slices as Python does. */
  #slice({ parts }: Of<'slice'>, list: ValueList): ValueList {
    const { length } = list;
    const [start, stop, step = 1] = parts;
    const [least, most] = step > 0 ? [0, length] : [-1, length - 1];
    const within = (index: number) => Math.min(Math.max(index < 0 ? length + index : index, least), most);
    const from = start === undefined ? (step > 0 ? 0 : length - 1) : within(start);
    const to = stop === undefined ? (step > 0 ? length : -1) : within(stop);
    const sliced: Value[] = [];
    for (let i = from; step > 0 ? i < to : i > to; i += step) {
      this.#steps.take();
      sliced.push(list[i] as Value);
    }
    return sliced;
  }

  #compare(comparator: Comparator, left: Value, right: Value): Value {
    if (comparator === '==') return isEqual(left, right, this.#steps);
    if (comparator === '!=') return !isEqual(left, right, this.#steps);
    // Only numbers have an order.
    if (!isNumber(left) || !isNumber(right)) return null;
    const order = compareExactly(left, right, this.#steps);
    switch (comparator) {
      case '<':
        return order < 0;
      case '<=':
        return order <= 0;
      case '>':
        return order > 0;
      case '>=':
        return order >= 0;
    }
  }

  #call({ name, args }: Of<'call'>, value: Value): Value {
    const given = args.map(({ isExpression, query }): Given => {
      if (isExpression) return { apply: (item) => this.of(query, item) };
      return { value: this.of(query, value) };
    });
    // The parser accepts no other.
    return callFunction(name as FunctionName, given, this.#steps);
  }
}

function isTrue(value: Value): boolean {
  if (isList(value)) return value.length > 0;
  if (isMap(value)) return value.size > 0;
  return value !== null && value !== false && value !== '';
}
