// Operations that read a field: a key of a map, a field or a method of a struct.
import type { Chain, Field, Operand, Variable } from '../parse/node.ts';
import { quoted } from '../print/quoted.ts';
import { safe } from '../safe-text.ts';
import { excerpt } from '../template-error.ts';
import { NilPointer, Struct, type TemplateFunction, TypedMap, typeOf, type Value } from '../value.ts';
import { zeroOf } from '../zero.ts';
import { arityProblem, converted, convertWord, type Given, invoke, takeArguments, typeAt } from './calls.ts';
import { convert } from './conversion.ts';
import type { Machine, Operation } from './machine.ts';
import { methodOf } from './methods.ts';
import { unpacked } from './operands.ts';

export type FieldNode = Field | Variable | Chain;
/** Where a chain of fields begins. */
export type Origin =
  | { readonly of: 'dot' }
  | { readonly of: 'stack' }
  | { readonly of: 'variable'; readonly name: string };

/** The node that errors point to; undefined for a chain, as Go was last in its first part. */
function placeOfField(node: FieldNode): FieldNode | undefined {
  return node.type === 'chain' ? undefined : node;
}

/** One field. What has no arguments and is no method is answered at once, else a method is called. */
export class ReadField implements Operation {
  readonly at: FieldNode | undefined;
  readonly #node: FieldNode;
  readonly #origin: Origin;
  readonly #name: string;
  readonly #isUnpacked: boolean;
  readonly #followsField: boolean;

  /** @param followsField what it is read of is a field that was just read */
  constructor(node: FieldNode, origin: Origin, name: string, followsField: boolean, isUnpacked: boolean) {
    this.at = placeOfField(node);
    this.#node = node;
    this.#origin = origin;
    this.#name = name;
    this.#followsField = followsField;
    this.#isUnpacked = isUnpacked;
  }

  run(machine: Machine): void {
    const origin = this.#origin;
    let receiver: Value;
    let isElement = this.#followsField && machine.isElement;
    if (origin.of === 'stack') receiver = machine.pop();
    else if (origin.of === 'dot') {
      receiver = machine.frame.dot;
      isElement = machine.frame.isDotElement;
    } else {
      const variable = machine.variable(origin.name);
      receiver = variable.value;
      isElement = variable.isElement;
    }
    if (receiver instanceof Map) {
      const value = receiver.get(this.#name) ?? missing(machine, receiver, this.#name);
      machine.isElement = !(receiver instanceof TypedMap);
      machine.push(this.#isUnpacked ? unpacked(value) : value);
    } else this.#readOther(machine, receiver, isElement);
  }

  #readOther(machine: Machine, receiver: Value, isElement: boolean): void {
    const name = this.#name;
    machine.isElement = false;
    const method = methodOf(receiver, name);
    if (method !== undefined) this.#call(machine, method);
    else if (receiver instanceof Struct && receiver.fields.has(name)) {
      const value = receiver.fields.get(name);
      machine.push(this.#isUnpacked ? unpacked(value) : value);
    } else machine.push(noField(machine, receiver, isElement, name));
  }

  #call(machine: Machine, method: TemplateFunction): void {
    const problem = arityProblem(this.#name, method, { words: 0, hasFinal: false });
    if (problem !== undefined) machine.fail(problem);
    invoke(machine, this.#name, method, [], this.#node, this.#isUnpacked);
  }
}

/** The value of a key that is missing or nil; the two differ in the error for a field of them. */
function missing(machine: Machine, map: Map<string, Value>, name: string): Value {
  if (map.has(name)) return map.get(name);
  switch (machine.program.missingKey) {
    case 'default':
      return undefined;
    case 'zero':
      return map instanceof TypedMap ? zeroOf(map.type.replace(/^map\[(?:string|interface \{\})\]/, '')) : null;
    case 'error':
      return machine.fail(safe(`map has no entry for key ${quoted(excerpt(name))}`));
  }
}

function noField(machine: Machine, receiver: Value, isElement: boolean, name: string): Value {
  const field = excerpt(name);
  if (receiver === undefined) {
    if (machine.program.missingKey !== 'error') return undefined;
    return machine.fail(safe(`nil data; no entry for key ${quoted(field)}`));
  }
  if (receiver === null || receiver instanceof NilPointer) {
    return machine.fail(safe(`nil pointer evaluating ${typeOf(receiver)}.${field}`));
  }
  const type = isElement ? 'interface {}' : typeOf(receiver);
  return machine.fail(safe(`can't evaluate field ${field} in type ${type}`));
}

/** The last field of a chain, with arguments: only a method can have them. The receiver is on top of the stack. */
export class FindMethod implements Operation {
  readonly at: FieldNode | undefined;
  readonly #name: string;
  readonly #given: Given;
  readonly #mayBeElement: boolean;
  /** Jump target if there is no receiver, and so no call. */
  target = 0;

  constructor(node: FieldNode, name: string, given: Given, mayBeElement: boolean) {
    this.at = placeOfField(node);
    this.#name = name;
    this.#given = given;
    this.#mayBeElement = mayBeElement;
  }

  run(machine: Machine): void {
    const receiver = machine.stack.at(-1);
    const name = excerpt(this.#name);
    const method = methodOf(receiver, this.#name);
    if (method !== undefined) {
      const problem = arityProblem(this.#name, method, this.#given);
      if (problem !== undefined) machine.fail(problem);
      return;
    }
    if (receiver instanceof Map) machine.fail(safe(`${name} is not a method but has arguments`));
    if (receiver instanceof Struct && receiver.fields.has(this.#name)) {
      machine.fail(safe(`${name} has arguments but cannot be invoked as function`));
    }
    const nothing = noField(machine, receiver, this.#mayBeElement && machine.isElement, this.#name);
    takeArguments(machine, { words: 1, hasFinal: this.#given.hasFinal });
    machine.push(nothing);
    machine.frame.next = this.target;
  }
}

/** The argument is on top of the stack, the receiver below it and those before it. */
export class ConvertForMethod implements Operation {
  readonly at = undefined;
  readonly #name: string;
  readonly #word: Operand;
  readonly #index: number;

  constructor(name: string, word: Operand, index: number) {
    this.#name = name;
    this.#word = word;
    this.#index = index;
  }

  run(machine: Machine): void {
    const value = machine.pop();
    const method = methodOf(machine.stack.at(-1 - this.#index), this.#name) as TemplateFunction;
    machine.push(convertWord(machine, value, this.#word, typeAt(method, this.#index)));
  }
}

/** On the stack: the value of the pipeline, the receiver, the arguments. */
export class CallMethod implements Operation {
  readonly at = undefined;
  readonly #node: FieldNode;
  readonly #name: string;
  readonly #given: Given;

  constructor(node: FieldNode, name: string, given: Given) {
    this.#node = node;
    this.#name = name;
    this.#given = given;
  }

  run(machine: Machine): void {
    const { words, hasFinal } = this.#given;
    const args = takeArguments(machine, { words, hasFinal: false });
    const method = methodOf(machine.pop(), this.#name) as TemplateFunction;
    if (hasFinal) args.push(converted(machine, convert(machine.pop(), typeAt(method, words))));
    invoke(machine, this.#name, method, args, this.#node, true);
  }
}
