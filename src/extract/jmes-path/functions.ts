// The functions of JMESPath. Numbers are added, rounded and compared as decimal text; only avg divides, as a double.
import { JsonNumber } from '../../json.ts';
import { STEPS_PER_KEY } from '../../json-text/tree-reader.ts';
import { addNumbers, roundNumber } from '../decimal.ts';
import { NotApplicable } from '../not-applicable.ts';
import type { Steps } from '../steps.ts';
import {
  compareExactly,
  compareTexts,
  isEqual,
  isList,
  isMap,
  isNumber,
  toJson,
  type Value,
  type ValueList,
  type ValueMap,
} from '../value.ts';
import { type FunctionName, signatureOf, type Type, type Types } from './signatures.ts';

/** An argument: its value, or an expression to apply. */
export type Given = { readonly value: Value } | { readonly apply: (item: Value) => Value };

const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;

/** @throws NotApplicable, TooManySteps */
export function callFunction(name: FunctionName, given: readonly Given[], steps: Steps): Value {
  const { args } = signatureOf(name);
  for (const [index, one] of given.entries()) {
    const types = args[Math.min(index, args.length - 1)] ?? [];
    if ('value' in one) checkType(name, index, types, typeOf(one.value));
  }
  return FUNCTIONS[name](new Arguments(name, given, steps));
}

function checkType(name: string, index: number, types: Types, type: Type): void {
  if (types.length > 0 && !types.includes(type))
    throw new NotApplicable(`${name}() takes ${types.join(' or ')} as argument ${index + 1}, and it is ${type}`);
}

function typeOf(value: Value): Exclude<Type, 'expression'> {
  if (value === null) return 'null';
  if (isNumber(value)) return 'number';
  if (isList(value)) return 'array';
  if (isMap(value)) return 'object';
  return typeof value === 'string' ? 'string' : 'boolean';
}

/** Arguments that match the signature's types. */
class Arguments {
  readonly name: string;
  readonly steps: Steps;
  readonly #given: readonly Given[];

  constructor(name: string, given: readonly Given[], steps: Steps) {
    this.name = name;
    this.steps = steps;
    this.#given = given;
  }

  get values(): readonly Value[] {
    return this.#given.map((_, index) => this.value(index));
  }

  value(index: number): Value {
    const given = this.#given[index];
    if (given === undefined || !('value' in given)) throw new Error('a function asks for what its signature has not');
    return given.value;
  }

  text(index: number): string {
    return this.value(index) as string;
  }

  number(index: number): string {
    return (this.value(index) as JsonNumber).text;
  }

  list(index: number): ValueList {
    return this.value(index) as ValueList;
  }

  map(index: number): ValueMap {
    return this.value(index) as ValueMap;
  }

  applied(index: number, items: ValueList): Value[] {
    const given = this.#given[index];
    if (given === undefined || !('apply' in given)) throw new Error('a function asks for what its signature has not');
    return items.map((item) => given.apply(item));
  }

  fail(what: string): never {
    throw new NotApplicable(`${this.name}() ${what}`);
  }
}

const FUNCTIONS: Readonly<Record<FunctionName, (args: Arguments) => Value>> = {
  abs: (args) => {
    const text = args.number(0);
    return new JsonNumber(text.startsWith('-') ? text.slice(1) : text);
  },
  avg: (args) => {
    const { length } = args.list(0);
    if (length === 0) return null;
    const average = Number(sum(args)) / length;
    return Number.isFinite(average) ? new JsonNumber(String(average)) : args.fail('goes beyond all numbers');
  },
  ceil: (args) => toNumber(roundNumber(args.number(0), 'ceil'), args),
  contains: (args) => {
    const [where, what] = [args.value(0), args.value(1)];
    if (isList(where)) return where.some((item) => isEqual(item, what, args.steps));
    if (typeof what !== 'string') return false;
    // Worst case of the search: every character of the text may begin a match.
    args.steps.takeFor(args.text(0).length * Math.max(1, what.length));
    return args.text(0).includes(what);
  },
  ends_with: (args) => args.text(0).endsWith(args.text(1)),
  floor: (args) => toNumber(roundNumber(args.number(0), 'floor'), args),
  join: (args) => {
    const [between, texts] = [args.text(0), args.list(1)];
    const all = texts.map((text) => (typeof text === 'string' ? text : args.fail('takes a list of strings')));
    for (const text of all) args.steps.takeFor(text.length + between.length);
    return all.join(between);
  },
  keys: (args) => [...counted(args.map(0).keys(), args)],
  length: (args) => {
    const value = args.value(0);
    if (isList(value)) return toNumber(String(value.length), args);
    if (isMap(value)) return toNumber(String(value.size), args);
    return toNumber(String(characters(args.text(0), args).length), args);
  },
  map: (args) => args.applied(0, args.list(1)),
  max: (args) => outermost(args, args.list(0), args.list(0), 1),
  max_by: (args) => outermost(args, args.list(0), args.applied(1, args.list(0)), 1),
  merge: (args) => merged(args),
  min: (args) => outermost(args, args.list(0), args.list(0), -1),
  min_by: (args) => outermost(args, args.list(0), args.applied(1, args.list(0)), -1),
  not_null: (args) => args.values.find((value) => value !== null) ?? null,
  reverse: (args) => {
    const value = args.value(0);
    if (!isList(value)) return characters(args.text(0), args).reverse().join('');
    return [...counted(value, args)].reverse();
  },
  sort: (args) => sorted(args, args.list(0), args.list(0)),
  sort_by: (args) => sorted(args, args.list(0), args.applied(1, args.list(0))),
  starts_with: (args) => args.text(0).startsWith(args.text(1)),
  sum: (args) => new JsonNumber(sum(args)),
  to_array: (args) => {
    const value = args.value(0);
    return isList(value) ? value : [value];
  },
  to_number: (args) => {
    const value = args.value(0);
    if (typeof value !== 'string') return isNumber(value) ? value : null;
    args.steps.takeFor(value.length);
    return NUMBER.test(value) ? new JsonNumber(value) : null;
  },
  to_string: (args) => {
    const value = args.value(0);
    return typeof value === 'string' ? value : toJson(value, args.steps);
  },
  type: (args) => typeOf(args.value(0)),
  values: (args) => [...counted(args.map(0).values(), args)],
};

function toNumber(text: string | undefined, args: Arguments): JsonNumber {
  return new JsonNumber(text ?? args.fail('takes no number of so many digits'));
}

function sum(args: Arguments): string {
  const numbers = args.list(0).map((item) => {
    if (!isNumber(item)) return args.fail('takes a list of numbers');
    args.steps.takeFor(500 + item.text.length);
    return item.text;
  });
  return addNumbers(numbers) ?? args.fail('takes no numbers of so many digits');
}

function* counted<Item>(items: Iterable<Item>, { steps }: Arguments): Iterable<Item> {
  for (const item of items) {
    steps.take();
    yield item;
  }
}

function characters(text: string, { steps }: Arguments): string[] {
  // One step each: every character becomes a string.
  steps.take(text.length);
  return [...text];
}

function merged(args: Arguments): ValueMap {
  const all = new Map<string, Value>();
  for (const map of args.values) {
    for (const [key, value] of map as ValueMap) {
      args.steps.take(STEPS_PER_KEY);
      all.set(key, value);
    }
  }
  return all;
}

type Compare = (a: number, b: number) => number;

/** Compares by rank; all ranks are numbers, or all are strings. */
function comparing(ranks: ValueList, args: Arguments): Compare {
  if (ranks.every(isNumber))
    return (a, b) => compareExactly(ranks[a] as JsonNumber, ranks[b] as JsonNumber, args.steps);
  if (ranks.every((rank) => typeof rank === 'string'))
    return (a, b) => compareTexts(ranks[a] as string, ranks[b] as string, args.steps);
  return args.fail('takes a list of numbers or a list of strings, not of both or of anything else');
}

function sorted(args: Arguments, items: ValueList, ranks: ValueList): Value {
  const compare = comparing(ranks, args);
  const order = items.map((_, index) => index).sort(compare);
  return order.map((index) => items[index] as Value);
}

/** The first one if several are equal. */
function outermost(args: Arguments, items: ValueList, ranks: ValueList, direction: 1 | -1): Value {
  const compare = comparing(ranks, args);
  let best = 0;
  for (let index = 1; index < items.length; index += 1) if (compare(index, best) * direction > 0) best = index;
  return items[best] ?? null;
}
