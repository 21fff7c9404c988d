// The values that a template computes with, and which of Go's types each stands for. A type is Go's own text, as errors and
// `%T` write it. Plain objects are no values: a name out of a template never meets a prototype.
//
// | here                  | Go                                                                     |
// | --------------------- | ---------------------------------------------------------------------- |
// | undefined             | no value at all: a key that is missing; a function never gets it       |
// | null                  | a nil of type interface {}                                             |
// | boolean               | bool                                                                   |
// | string                | string; a byte that is no UTF-8 is half a surrogate pair, see text.ts  |
// | bigint                | int, 64 bits                                                           |
// | number                | float64                                                                |
// | TypedInt              | any other integer: int64, uint8, ...                                   |
// | JsonNumber            | json.Number: a number of a JSON text, as it was written                |
// | Uint8Array            | []uint8, which is []byte                                               |
// | Array                 | []interface {}                                                         |
// | TypedList             | any other slice: []string, []int, ...                                  |
// | Map                   | map[string]interface {}                                                |
// | TypedMap              | any other map whose keys are strings: map[string]string, ...           |
// | Struct                | a struct or a pointer to one: fields and methods by name               |
// | NilPointer            | a nil pointer of a type                                                |
// | FunctionValue         | a function as a value, for `call`                                      |
import { type SafeText, safe } from './safe-text.ts';

export type Value =
  | undefined
  | null
  | boolean
  | string
  | bigint
  | number
  | TypedInt
  | JsonNumber
  | Uint8Array
  | readonly Value[]
  | Map<string, Value>
  | Struct
  | NilPointer
  | FunctionValue;

export type IntType = 'int8' | 'int16' | 'int32' | 'int64' | 'uint' | 'uint8' | 'uint16' | 'uint32' | 'uint64';

/** An integer that is no `int`. Its maker sees to it that the value fits the type. */
export class TypedInt {
  readonly type: IntType;
  readonly value: bigint;

  constructor(type: IntType, value: bigint) {
    this.type = type;
    this.value = value;
  }
}

export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** An array that tells its type; `map` and its like answer a plain one. */
export class TypedList<T extends Value = Value> extends Array<T> {
  readonly type: string;

  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  /** @param type for example `[]string` */
  constructor(type: string, items: Iterable<T> = []) {
    super();
    this.type = type;
    for (const item of items) this.push(item);
  }
}

export class TypedMap<T extends Value = Value> extends Map<string, T> {
  readonly type: string;

  /** @param type for example `map[string]string` */
  constructor(type: string, entries: Iterable<readonly [string, T]> = []) {
    super(entries);
    this.type = type;
  }
}

/** Fields and methods are found by name; one that it lacks is an error, unlike a key that a map lacks. */
export class Struct {
  /** For example `*dependency.Secret`. */
  readonly type: string;
  readonly fields: ReadonlyMap<string, Value>;
  readonly methods: ReadonlyMap<string, TemplateFunction>;

  constructor(
    type: string,
    fields: ReadonlyMap<string, Value>,
    methods: ReadonlyMap<string, TemplateFunction> = new Map(),
  ) {
    this.type = type;
    this.fields = fields;
    this.methods = methods;
  }
}

export class NilPointer {
  readonly type: string;

  constructor(type: string) {
    this.type = type;
  }
}

export class FunctionValue {
  readonly type: string;
  readonly function: TemplateFunction;

  constructor(type: string, value: TemplateFunction) {
    this.type = type;
    this.function = value;
  }
}

/** What a call may ask of the render that it belongs to. */
export interface CallContext {
  /**
   * Takes steps from the budget, and throws once it is spent. Each call is one step by itself. Work that grows faster than
   * the size of the arguments or the result charges for it: about a step per 100 ns, and per element of a list or map
   * that it walks through or makes, as lists may share what they hold.
   */
  charge(steps: number): void;
  /** Called before a text of this many characters is made, unless it is about as long as an argument. */
  claim(length: number): void;
  /** What the host gave to this render: a dialect's own state. */
  readonly host: unknown;
}

/** The result of a function that renders another template: the interpreter does, and takes its output as a string. */
export class TemplateCall {
  readonly name: string;
  readonly dot: Value;

  constructor(name: string, dot: Value) {
    this.name = name;
    this.dot = dot;
  }
}

export type Result = Value | TemplateCall;

/** A function as the interpreter calls it; `define` of function.ts makes one. */
export interface TemplateFunction {
  /** Go's types of the parameters. */
  readonly params: readonly string[];
  /** The type of each further argument, if it takes any number. */
  readonly rest?: string;
  /** It answers with a part of an argument, as `index` does: nothing is made, and nothing counts as made. */
  readonly isAccess?: boolean;
  /** Gets exactly the arguments that the types say; those of `rest` follow one by one. */
  readonly call: (context: CallContext, args: readonly Value[]) => Result;
}

/** Go's name of the value's type. A type is no secret, so errors may tell it. */
export function typeOf(value: Value): SafeText {
  return safe(nameOfType(value));
}

function nameOfType(value: Value): string {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'bigint':
      return 'int';
    case 'number':
      return 'float64';
    case 'boolean':
      return 'bool';
    case 'undefined':
      return '<nil>';
  }
  if (value === null) return 'interface {}';
  if (value instanceof Map) return value instanceof TypedMap ? value.type : 'map[string]interface {}';
  if (Array.isArray(value)) return value instanceof TypedList ? value.type : '[]interface {}';
  if (value instanceof JsonNumber) return 'json.Number';
  if (value instanceof Uint8Array) return '[]uint8';
  return (value as TypedInt | Struct | NilPointer | FunctionValue).type;
}
