// Operations that call functions.
import { LimitError } from '../budget.ts';
import type { Identifier, Operand, Shown } from '../parse/node.ts';
import { count, FunctionError, type SafeText, safe } from '../safe-text.ts';
import { excerpt, TemplateError } from '../template-error.ts';
import { FunctionValue, TemplateCall, type TemplateFunction, typeOf, type Value } from '../value.ts';
import { type Converted, convert, convertConstant, prepare } from './conversion.ts';
import type { Machine, Operation } from './machine.ts';
import { unpacked } from './operands.ts';

/** Layout of a call's values on the stack: the pipeline's value, if any, below the words' values. */
export interface Given {
  readonly words: number;
  readonly hasFinal: boolean;
}

export interface CallShape extends Given {
  /** The call is a command of its own, so that its result is unpacked. */
  readonly isCommand: boolean;
}

export function arityProblem(name: string, wanted: TemplateFunction, { words, hasFinal }: Given): SafeText | undefined {
  const { params, rest } = wanted;
  const given = words + (hasFinal ? 1 : 0);
  const shownName = excerpt(name);
  if (rest === undefined) {
    if (given === params.length) return undefined;
    return safe(`wrong number of args for ${shownName}: want ${count(params.length)} got ${count(given)}`);
  }
  if (given >= params.length) return undefined;
  return safe(`wrong number of args for ${shownName}: want at least ${count(params.length)} got ${count(words)}`);
}

/** The type that the argument at this place must have. */
export function typeAt({ params, rest }: TemplateFunction, at: number): string {
  return params[at] ?? (rest as string);
}

export function converted(machine: Machine, result: Converted, node?: Shown): Value {
  return 'value' in result ? result.value : machine.fail(result.problem, node);
}

/** Brings the argument on top of the stack to its type. */
export class Convert implements Operation {
  readonly at = undefined;
  readonly #type: string;

  constructor(type: string) {
    this.#type = type;
  }

  run(machine: Machine): void {
    machine.push(converted(machine, convert(machine.pop(), this.#type)));
  }
}

/** Pops the values of a call, in the order in which the function takes them. */
export function takeArguments({ stack }: Machine, { words, hasFinal }: Given): Value[] {
  const args = words === 0 ? [] : stack.splice(-words);
  if (hasFinal) args.push(stack.pop());
  return args;
}

/** Calls a function. All arguments must already have the types of its parameters. */
export function invoke(
  machine: Machine,
  name: string,
  own: TemplateFunction,
  args: readonly Value[],
  node: Shown,
  isUnpacked: boolean,
): void {
  const { budget, context } = machine;
  for (const arg of args) budget.reads(arg);
  let result: ReturnType<TemplateFunction['call']>;
  try {
    result = own.call(context, args);
  } catch (error) {
    throw failedCall(machine, name, node, error);
  }
  if (result instanceof TemplateCall) {
    // The message leaves the name out, as it may be a value.
    const isKnown = machine.program.codes.has(result.name);
    if (!isKnown) throw failedCall(machine, name, node, new FunctionError(safe('template: no template of that name')));
    machine.enter(result.name, result.dot, true);
  } else {
    if (own.isAccess !== true) budget.made(result);
    machine.push(isUnpacked ? unpacked(result) : result);
  }
}

/** Only the text of a FunctionError is shown: any other may contain a value. */
function failedCall(machine: Machine, name: string, node: Shown, error: unknown): unknown {
  if (error instanceof TemplateError || error instanceof LimitError) return error;
  const reason = error instanceof FunctionError ? error.message : 'it failed';
  return machine.fail(safe(`error calling ${excerpt(name)}: ${reason}`), node);
}

export class Call implements Operation {
  readonly at: Shown | undefined;
  readonly #node: Shown;
  readonly #name: string;
  readonly #own: TemplateFunction;
  readonly #shape: CallShape;
  readonly #finalType: string;

  /** @param node what an error of the function points to; one of a lone argument from the pipeline, to the function's name */
  constructor(node: Shown, { name, ...at }: Identifier, own: TemplateFunction, shape: CallShape) {
    this.at = shape.words === 0 ? { name, ...at } : undefined;
    this.#node = node;
    this.#name = name;
    this.#own = own;
    this.#shape = shape;
    this.#finalType = typeAt(own, shape.words);
  }

  run(machine: Machine): void {
    const args = takeArguments(machine, this.#shape);
    if (this.#shape.hasFinal) args.push(converted(machine, convert(args.pop(), this.#finalType)));
    invoke(machine, this.#name, this.#own, args, this.#node, this.#shape.isCommand);
  }
}

/** A word as an argument of a method, whose types are known only now. */
export function convertWord(machine: Machine, value: Value, word: Operand, type: string): Value {
  const isConstant = word.type === 'number' || word.type === 'string' || word.type === 'bool' || word.type === 'nil';
  return converted(machine, isConstant ? convertConstant(word, type) : convert(value, type));
}

/** The builtin `call`: its first argument is the function. */
export class CallValue implements Operation {
  readonly at = undefined;
  readonly #node: Shown;
  /** The name as written, if it is written. */
  readonly #name: string | undefined;
  readonly #shape: CallShape;

  constructor(node: Shown, name: string | undefined, shape: CallShape) {
    this.#node = node;
    this.#name = name;
    this.#shape = shape;
  }

  run(machine: Machine): void {
    const [value, ...args] = takeArguments(machine, this.#shape);
    const own = this.#checked(machine, value, args.length);
    const typed = args.map((arg, at) => {
      const prepared = prepare(arg, typeAt(own, at));
      return 'value' in prepared ? prepared.value : this.#fail(machine, `arg ${count(at)}: ${prepared.problem}`);
    });
    invoke(machine, 'call', own, typed, this.#node, this.#shape.isCommand);
  }

  #checked(machine: Machine, value: Value, given: number): TemplateFunction {
    if (value === undefined || value === null) return this.#fail(machine, 'call of nil');
    const name = excerpt(this.#name ?? `<${typeOf(value)} Value>`);
    if (!(value instanceof FunctionValue)) return this.#fail(machine, `non-function ${name} of type ${typeOf(value)}`);
    const { params, rest } = value.function;
    const isEnough = rest === undefined ? given === params.length : given >= params.length;
    if (isEnough) return value.function;
    const want = `want ${rest === undefined ? '' : 'at least '}${count(params.length)}`;
    return this.#fail(machine, `wrong number of args for ${name}: got ${count(given)} ${want}`);
  }

  #fail(machine: Machine, problem: string): never {
    return machine.fail(safe(`error calling call: ${problem}`), this.#node);
  }
}
