// Converts a value to an argument's type: with Go's rules, and Go's errors.
import type { Constant } from '../parse/node.ts';
import { textOf } from '../parse/node.ts';
import { type SafeText, safe } from '../safe-text.ts';
import { excerpt } from '../template-error.ts';
import { TypedInt, typeOf, type Value } from '../value.ts';

/** A refusal is a problem. */
export type Converted = { readonly value: Value } | { readonly problem: SafeText };

function isNillable(type: string): boolean {
  return type === 'interface {}' || type.startsWith('[]') || type.startsWith('map[') || type.startsWith('*');
}

export function convert(value: Value, type: string): Converted {
  if (type === 'interface {}') return { value: value === undefined ? null : value };
  if (typeof value === 'string' && type === 'string') return { value };
  if (value === undefined) {
    return isNillable(type) ? { value: null } : { problem: safe(`invalid value; expected ${type}`) };
  }
  const own = typeOf(value);
  if (own === type) return { value: value instanceof TypedInt ? value.value : value };
  return { problem: safe(`wrong type for value; expected ${type}; got ${own}`) };
}

/** A constant has no type of its own: it takes that of the parameter, if it can. */
export function convertConstant(node: Constant, type: string): Converted {
  if (node.type === 'nil') {
    return isNillable(type) ? { value: null } : { problem: safe(`cannot assign nil to ${type}`) };
  }
  const expected = (what: string) => ({ problem: safe(`expected ${what}; found ${excerpt(textOf(node))}`) });
  switch (type) {
    case 'interface {}':
      return idealValue(node);
    case 'string':
      return node.type === 'string' ? { value: node.value } : expected('string');
    case 'bool':
      return node.type === 'bool' ? { value: node.value } : expected('bool');
    case 'float64':
      return node.type === 'number' ? { value: node.float } : expected('float');
  }
  if (/^uint\d*$/.test(type)) {
    return node.type === 'number' && node.uint !== undefined ? { value: node.uint } : expected('unsigned integer');
  }
  if (/^int\d*$/.test(type)) {
    return node.type === 'number' && node.int !== undefined ? { value: node.int } : expected('integer');
  }
  return { problem: safe(`can't handle ${excerpt(textOf(node))} for arg of type ${type}`) };
}

/** If no type is required, the way it is written decides. */
export function idealValue(node: Exclude<Constant, { type: 'nil' }>): Converted {
  if (node.type !== 'number') return { value: node.value };
  if (node.isFloat) return { value: node.float };
  return node.int === undefined ? { problem: safe(`${excerpt(node.text)} overflows int`) } : { value: node.int };
}

/** For `call`, which also accepts integers of other types. */
export function prepare(value: Value, type: string): Converted {
  const converted = convert(value, type);
  if ('value' in converted) return converted;
  if (value === undefined || value === null) return { problem: safe(`value is nil; should be of type ${type}`) };
  const whole = typeof value === 'bigint' ? value : value instanceof TypedInt ? value.value : undefined;
  const bits = /^u?int(\d*)$/.exec(type)?.[1];
  if (whole !== undefined && bits !== undefined) {
    const size = Number(bits || 64);
    return { value: type.startsWith('u') ? BigInt.asUintN(size, whole) : BigInt.asIntN(size, whole) };
  }
  return { problem: safe(`value has type ${typeOf(value)}; should be ${type}`) };
}
