// Operations that read a field: a key of a map, a field or a method of a struct.
import type { Chain, Field, Operand, Variable } from '../parse/node.ts';
import { quoted } from '../print/quoted.ts';
import { safe } from '../safe-text.ts';
import { excerpt } from '../template-error.ts';
import { NilPointer, Struct, TypedMap, typeOf, type Value } from '../value.ts';
import { zeroOf } from '../zero.ts';
import { callMethod, takeArguments } from './calls.ts';
import type { Machine, Operation } from './machine.ts';
import { unpacked } from './operands.ts';

export type FieldNode = Field | Variable | Chain;
/** Where a chain of fields begins. */
export type Origin =
  | { readonly of: 'dot' }
  | { readonly of: 'stack' }
  | { readonly of: 'variable'; readonly name: string };

/** One field. What has no arguments and is no method is answered at once, else a method is called. */
export class ReadField implements Operation {
  readonly at: FieldNode;
  readonly #origin: Origin;
  readonly #name: string;
  readonly #isUnpacked: boolean;
  readonly #isElement: boolean;

  /** @param isElement what it is read of is itself a field */
  constructor(at: FieldNode, origin: Origin, name: string, isElement: boolean, isUnpacked: boolean) {
    this.at = at;
    this.#origin = origin;
    this.#name = name;
    this.#isElement = isElement;
    this.#isUnpacked = isUnpacked;
  }

  run(machine: Machine): void {
    const origin = this.#origin;
    let receiver: Value;
    let isElement = this.#isElement;
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
      machine.push(this.#isUnpacked ? unpacked(value) : value);
    } else readOther(machine, receiver, isElement, this.#name, this.at);
  }
}

function readOther(machine: Machine, receiver: Value, isElement: boolean, name: string, node: FieldNode): void {
  if (receiver instanceof Struct) {
    const method = receiver.methods.get(name);
    if (method !== undefined) {
      callMethod(machine, name, method, [], [], node);
      return;
    }
    if (receiver.fields.has(name)) {
      machine.push(unpacked(receiver.fields.get(name)));
      return;
    }
  }
  machine.push(noField(machine, receiver, isElement, name));
}

/** Of a nil in the map too: the two differ by what a field of them is. */
function missing(machine: Machine, map: Map<string, Value>, name: string): Value {
  if (map.has(name)) return map.get(name);
  switch (machine.program.missingKey) {
    case 'default':
      return undefined;
    case 'zero':
      return map instanceof TypedMap ? zeroOf(map.type.replace(/^map\[string\]/, '')) : null;
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

/** The last field of a chain, with arguments: only a method can have them. */
export class CallField implements Operation {
  readonly at: FieldNode;
  readonly #name: string;
  readonly #words: readonly Operand[];
  readonly #hasFinal: boolean;

  constructor(at: FieldNode, name: string, words: readonly Operand[], hasFinal: boolean) {
    this.at = at;
    this.#name = name;
    this.#words = words;
    this.#hasFinal = hasFinal;
  }

  /** On the stack: the value of the pipeline, the receiver, the arguments. */
  run(machine: Machine): void {
    const args = takeArguments(machine, { words: this.#words.length, hasFinal: false });
    const receiver = machine.pop();
    if (this.#hasFinal) args.push(machine.pop());
    const name = excerpt(this.#name);
    if (receiver instanceof Map) machine.fail(safe(`${name} is not a method but has arguments`));
    if (receiver instanceof Struct) {
      const method = receiver.methods.get(this.#name);
      if (method !== undefined) {
        callMethod(machine, this.#name, method, args, this.#words, this.at);
        return;
      }
      if (receiver.fields.has(this.#name)) {
        machine.fail(safe(`${name} has arguments but cannot be invoked as function`));
      }
    }
    machine.push(noField(machine, receiver, false, this.#name));
  }
}
