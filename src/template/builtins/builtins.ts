// The functions that every template has. `and`, `or` and `call` are the interpreter's own: the first two do not evaluate
// all arguments, the last takes another function's.
import { define, defineVariadic, type FunctionLibrary, libraryOf } from '../function.ts';
import { sprint, sprintf, sprintln } from '../print/printf.ts';
import { fail } from '../safe-text.ts';
import { isTrue } from '../truth.ts';
import { eq, ge, gt, le, lt, ne } from './compare.ts';
import { index, len, slice } from './elements.ts';
import { html, js, urlquery } from './escape.ts';

const interpreted = () => fail`is called by the interpreter`;
export const and = defineVariadic(['interface {}'], 'interface {}', interpreted);
export const or = defineVariadic(['interface {}'], 'interface {}', interpreted);
export const call = defineVariadic(['interface {}'], 'interface {}', interpreted);

export const BUILTINS: FunctionLibrary = libraryOf({
  and,
  or,
  call,
  eq,
  ge,
  gt,
  html,
  index,
  js,
  le,
  len,
  lt,
  ne,
  not: define(['interface {}'], (_, value) => !isTrue(value)),
  print: defineVariadic([], 'interface {}', sprint),
  printf: defineVariadic(['string'], 'interface {}', sprintf),
  println: defineVariadic([], 'interface {}', sprintln),
  slice,
  urlquery,
});
