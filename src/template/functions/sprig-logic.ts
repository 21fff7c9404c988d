// sprig's functions of defaults and of types.
import { define, defineVariadic } from '../function.ts';
import { fail, safe } from '../safe-text.ts';
import { deepEqual, kindOf, typeName } from './kinds.ts';
import { isEmpty } from './walk.ts';

const ANY = 'interface {}';

export const SPRIG_LOGIC = {
  default: defineVariadic([ANY], ANY, (_, otherwise, given) => {
    return given.length === 0 || isEmpty(given[0]) ? otherwise : (given[0] ?? null);
  }),
  empty: define([ANY], (_, value) => isEmpty(value)),
  coalesce: defineVariadic([], ANY, (_, values) => values.find((value) => !isEmpty(value)) ?? null),
  all: defineVariadic([], ANY, (_, values) => values.every((value) => !isEmpty(value))),
  any: defineVariadic([], ANY, (_, values) => values.some((value) => !isEmpty(value))),
  ternary: define([ANY, ANY, 'bool'], (_, yes, no, isTrue) => (isTrue ? yes : no)),
  fail: define(['string'], (_, text) => {
    // `fail` has the template's own message, which may contain a value, so it is not shown.
    fail`${safe(text === '' ? '' : 'the template ended itself')}`;
  }),
  typeOf: define([ANY], (_, value) => typeName(value)),
  typeIs: define(['string', ANY], (_, type, value) => type === typeName(value)),
  typeIsLike: define(['string', ANY], (_, type, value) => [type, `*${type}`].includes(typeName(value))),
  kindOf: define([ANY], (_, value) => kindOf(value)),
  kindIs: define(['string', ANY], (_, kind, value) => kind === kindOf(value)),
  deepEqual: define([ANY, ANY], (context, left, right) => deepEqual(context, left, right)),
} as const;
