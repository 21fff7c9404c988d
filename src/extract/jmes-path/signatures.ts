// The signatures of JMESPath's functions. A call that can never work is refused with the class.
import { nearest } from '../../nearest.ts';
import { quote } from '../../quote.ts';
import type { Argument } from './query.ts';

export type Type = 'null' | 'boolean' | 'string' | 'number' | 'array' | 'object' | 'expression';

/** Types that an argument may have; empty: any. */
export type Types = readonly Type[];

export interface Signature {
  readonly args: readonly Types[];
  /** True if the last argument may be repeated. */
  readonly isOpen?: true;
}

const ANY: Types = [];
const NUMBER: Types = ['number'];
const TEXT: Types = ['string'];
const LIST: Types = ['array'];
const MAP: Types = ['object'];
const EXPRESSION: Types = ['expression'];

const SIGNATURES = {
  abs: { args: [NUMBER] },
  avg: { args: [LIST] },
  ceil: { args: [NUMBER] },
  contains: { args: [['array', 'string'], ANY] },
  ends_with: { args: [TEXT, TEXT] },
  floor: { args: [NUMBER] },
  join: { args: [TEXT, LIST] },
  keys: { args: [MAP] },
  length: { args: [['array', 'object', 'string']] },
  map: { args: [EXPRESSION, LIST] },
  max: { args: [LIST] },
  max_by: { args: [LIST, EXPRESSION] },
  merge: { args: [MAP], isOpen: true },
  min: { args: [LIST] },
  min_by: { args: [LIST, EXPRESSION] },
  not_null: { args: [ANY], isOpen: true },
  reverse: { args: [['array', 'string']] },
  sort: { args: [LIST] },
  sort_by: { args: [LIST, EXPRESSION] },
  starts_with: { args: [TEXT, TEXT] },
  sum: { args: [LIST] },
  to_array: { args: [ANY] },
  to_number: { args: [ANY] },
  to_string: { args: [ANY] },
  type: { args: [ANY] },
  values: { args: [MAP] },
} as const satisfies Readonly<Record<string, Signature>>;

export type FunctionName = keyof typeof SIGNATURES;
const NAMES = Object.keys(SIGNATURES);

export function signatureOf(name: FunctionName): Signature {
  return SIGNATURES[name];
}

export function isFunctionName(name: string): name is FunctionName {
  return Object.hasOwn(SIGNATURES, name);
}

/** @returns the problem of a call that no data can make valid. */
export function checkCall(name: string, args: readonly Argument[]): string | undefined {
  if (!isFunctionName(name)) {
    const near = nearest(name, NAMES);
    return `unknown function ${quote(name)}${near === undefined ? '' : `; did you mean ${quote(near)}?`}`;
  }
  const { args: wanted, isOpen } = signatureOf(name);
  if (isOpen ? args.length < wanted.length : args.length !== wanted.length)
    return `${name}() takes ${isOpen ? 'at least ' : ''}${wanted.length} ${wanted.length === 1 ? 'argument' : 'arguments'}, not ${args.length}`;
  for (const [index, { isExpression }] of args.entries()) {
    const wantsExpression = wanted[index] === EXPRESSION;
    if (isExpression !== wantsExpression)
      return `${name}() takes argument ${index + 1} ${wantsExpression ? 'with' : 'without'} & before it`;
  }
  return undefined;
}
