// How a function comes to be known to templates. A library maps names to functions; it is asked for a name when a template
// is compiled, so that a dialect can load its parts when they are first needed.
//
//   const trunc = define(['int', 'string'], (context, length, text) => ...);
//   const join = defineVariadic(['string'], 'interface {}', (context, separator, items) => ...);
//   const library = libraryOf({ trunc, join, env: refused(safe('it would read the environment of the provider')) });
//
// The interpreter counts arguments and checks and converts them as Go does; a function gets them unwrapped: a bigint for
// every integer type, never undefined. It answers with a value whose type is that of the Go function's result. It does not
// change an argument, unless the Go function does, and refuses with `fail`, whose text can hold no value.
import type { SafeText } from './safe-text.ts';
import type { CallContext, Result, Struct, TemplateFunction, Value } from './value.ts';

/** Go's types of parameters, and what a function gets for each. */
export interface Arguments {
  'interface {}': Exclude<Value, undefined>;
  string: string;
  bool: boolean;
  int: bigint;
  int64: bigint;
  uint64: bigint;
  float64: number;
  '[]uint8': Uint8Array;
  '[]string': readonly string[];
  '[]int': readonly bigint[];
  '[]interface {}': readonly Value[];
  'map[string]interface {}': Map<string, Value>;
  'map[string]string': Map<string, string>;
}

/** A pointer is a Struct of that type, or null where Go has nil; so is a slice or a map. */
export type ParameterType = keyof Arguments | `*${string}`;

type Argument<T> = T extends `[]${string}` | `map${string}`
  ? Arguments[T & keyof Arguments] | null
  : T extends keyof Arguments
    ? Arguments[T]
    : Struct | null;
type ArgumentsOf<P extends readonly ParameterType[]> = { [I in keyof P]: Argument<P[I]> };

/** A known but refused name, with the reason: `function "env" not defined; REASON`. */
export interface RefusedFunction {
  readonly reason: SafeText;
}

export interface FunctionLibrary {
  find(name: string): TemplateFunction | RefusedFunction | undefined;
  /** The text after `function "NAME" not defined; ` for a name that `find` does not know; undefined: no hint. */
  hintFor?(name: string): SafeText | undefined;
  /** For proposals and documentation. */
  names(): Iterable<string>;
}

export function define<const P extends readonly ParameterType[]>(
  params: P,
  call: (context: CallContext, ...args: ArgumentsOf<P>) => Result,
): TemplateFunction {
  return { params, call: (context, args) => call(context, ...(args as ArgumentsOf<P>)) };
}

export function defineVariadic<const P extends readonly ParameterType[], const R extends ParameterType>(
  params: P,
  rest: R,
  call: (context: CallContext, ...args: [...ArgumentsOf<P>, readonly Argument<R>[]]) => Result,
): TemplateFunction {
  const fixed = params.length;
  return {
    params,
    rest,
    call: (context, args) => {
      const all = [...args.slice(0, fixed), args.slice(fixed)];
      return call(context, ...(all as [...ArgumentsOf<P>, readonly Argument<R>[]]));
    },
  };
}

/** For a function whose result is an argument or a part of one. */
export function access(own: TemplateFunction): TemplateFunction {
  return { ...own, isAccess: true };
}

export function refused(reason: SafeText): RefusedFunction {
  return { reason };
}

/** Later libraries are asked first. */
export function merged(...libraries: readonly FunctionLibrary[]): FunctionLibrary {
  const order = libraries.toReversed();
  const first = <T>(ask: (library: FunctionLibrary) => T | undefined) => {
    for (const library of order) {
      const found = ask(library);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return {
    find: (name) => first((library) => library.find(name)),
    hintFor: (name) => first((library) => library.hintFor?.(name)),
    names: () => new Set(order.flatMap((library) => [...library.names()])),
  };
}

/** @param functions copied at once: a library is a Map, so that `constructor` is no function */
export function libraryOf(functions: Readonly<Record<string, TemplateFunction | RefusedFunction>>): FunctionLibrary {
  const byName = new Map(Object.entries(functions));
  return { find: (name) => byName.get(name), names: () => byName.keys() };
}
