// Operations of the statements: text, printing, branches, loops, templates.
import type { Action, Branch, Shown, TemplateAction } from '../parse/node.ts';
import { textOf } from '../parse/node.ts';
import { printed } from '../print/printer.ts';
import { safe } from '../safe-text.ts';
import { excerpt } from '../template-error.ts';
import { STEPS_PER_SORTED, sortedTexts } from '../text.ts';
import { isTrue } from '../truth.ts';
import { FunctionValue, TypedInt, TypedList, TypedMap, typeOf, type Value } from '../value.ts';
import type { Iteration, Machine, Operation } from './machine.ts';

export class WriteText implements Operation {
  readonly at = undefined;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  run(machine: Machine): void {
    machine.write(this.#text);
  }
}

export class Print implements Operation {
  readonly at: Action;

  constructor(at: Action) {
    this.at = at;
  }

  run(machine: Machine): void {
    const value = machine.pop();
    if (value instanceof FunctionValue) {
      machine.fail(safe(`can't print ${excerpt(textOf(this.at))} of type ${typeOf(value)}`));
    }
    machine.write(printed(value, machine.context));
  }
}

export class Jump implements Operation {
  readonly at: Shown | undefined;
  target = 0;

  constructor(at?: Shown) {
    this.at = at;
  }

  run(machine: Machine): void {
    machine.frame.next = this.target;
  }
}

/** Out of blocks within a range: to its end, or to its next round. */
export class LeaveBlocks implements Operation {
  readonly at = undefined;
  readonly #blocks: number;
  target = 0;

  constructor(blocks: number) {
    this.#blocks = blocks;
  }

  run({ frame }: Machine): void {
    frame.blocks.length -= this.#blocks;
    frame.next = this.target;
  }
}

export class OpenBlock implements Operation {
  readonly at: Branch;

  constructor(at: Branch) {
    this.at = at;
  }

  run(machine: Machine): void {
    machine.openBlock();
  }
}

export class CloseBlock implements Operation {
  readonly at = undefined;

  run(machine: Machine): void {
    machine.closeBlock();
  }
}

/** Goes on if the value is true, else to the target. */
export class Test implements Operation {
  readonly at = undefined;
  readonly #setsDot: boolean;
  target = 0;

  constructor(setsDot: boolean) {
    this.#setsDot = setsDot;
  }

  run(machine: Machine): void {
    const value = machine.pop();
    const { frame } = machine;
    if (!isTrue(value)) frame.next = this.target;
    else if (this.#setsDot) {
      frame.dot = value;
      frame.isDotElement = false;
    }
  }
}

/** Goes on if there is anything to go through, else to the target. */
export class StartRange implements Operation {
  readonly at = undefined;
  readonly #declared: number;
  target = 0;

  constructor(declared: number) {
    this.#declared = declared;
  }

  run(machine: Machine): void {
    const iteration = iterationOf(machine, machine.pop(), this.#declared);
    const { frame } = machine;
    if (iteration.count <= 0n) frame.next = this.target;
    else (frame.blocks.at(-1) as { iteration: Iteration | undefined }).iteration = iteration;
  }
}

function iterationOf(machine: Machine, value: Value, declared: number): Iteration {
  const variables = machine.frame.variables.length;
  const index = (at: bigint): Value => at;
  const nothing = (): Value => undefined;
  if (value instanceof Map) {
    machine.budget.charge(value.size * STEPS_PER_SORTED);
    const keys = sortedTexts(value.keys());
    const values = keys.map((key) => value.get(key));
    return {
      variables,
      count: BigInt(keys.length),
      keyAt: (at) => keys[Number(at)],
      valueAt: (at) => values[Number(at)],
      areElements: !(value instanceof TypedMap),
      next: 0n,
    };
  }
  if (Array.isArray(value)) {
    const count = BigInt(value.length);
    const areElements = !(value instanceof TypedList);
    return { variables, count, keyAt: index, valueAt: (at) => value[Number(at)], areElements, next: 0n };
  }
  if (value instanceof Uint8Array) {
    const valueAt = (at: bigint) => new TypedInt('uint8', BigInt(value[Number(at)] as number));
    return { variables, count: BigInt(value.length), keyAt: index, valueAt, areElements: false, next: 0n };
  }
  if (value === undefined || value === null) {
    return { variables, count: 0n, keyAt: nothing, valueAt: nothing, areElements: false, next: 0n };
  }
  const isTyped = value instanceof TypedInt;
  if (typeof value !== 'bigint' && !isTyped) {
    return machine.fail(safe(`range can't iterate over a value of type ${typeOf(value)}`));
  }
  if (declared > 1)
    machine.fail(safe(`can't use a value of type ${typeOf(value)} to iterate over more than one variable`));
  const valueAt = isTyped ? (at: bigint) => new TypedInt(value.type, at) : index;
  return { variables, count: isTyped ? value.value : value, keyAt: nothing, valueAt, areElements: false, next: 0n };
}

/** Sets dot and the variables for the next round, or goes to the target. */
export class NextRound implements Operation {
  readonly at = undefined;
  readonly #names: readonly string[];
  readonly #isAssignment: boolean;
  target = 0;

  constructor(names: readonly string[], isAssignment: boolean) {
    this.#names = names;
    this.#isAssignment = isAssignment;
  }

  run(machine: Machine): void {
    const { frame } = machine;
    const iteration = frame.blocks.at(-1)?.iteration as Iteration;
    const at = iteration.next;
    if (at >= iteration.count) {
      frame.next = this.target;
      return;
    }
    iteration.next += 1n;
    frame.variables.length = iteration.variables;
    frame.dot = iteration.valueAt(at);
    frame.isDotElement = iteration.areElements;
    const [first, second] = this.#names;
    if (second !== undefined) this.#set(machine, first as string, 2, iteration.keyAt(at), false);
    const last = second ?? first;
    if (last !== undefined) this.#set(machine, last, 1, frame.dot, iteration.areElements);
  }

  /** The variables that the range declared are the last ones. */
  #set(machine: Machine, name: string, fromEnd: number, value: Value, isElement: boolean): void {
    const variable = this.#isAssignment ? machine.variable(name) : machine.frame.variables.at(-fromEnd);
    if (variable === undefined) return;
    variable.value = value;
    variable.isElement = isElement;
  }
}

/** Runs before the argument is evaluated, so that a missing template is reported first. */
export class FindTemplate implements Operation {
  readonly at: TemplateAction;

  constructor(at: TemplateAction) {
    this.at = at;
  }

  run(machine: Machine): void {
    machine.codeOf(this.at.name);
  }
}

export class EnterTemplate implements Operation {
  readonly at = undefined;
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  run(machine: Machine): void {
    machine.enter(this.#name, machine.pop(), false);
  }
}

export class LeaveTemplate implements Operation {
  readonly at = undefined;

  run(machine: Machine): void {
    machine.leave();
  }
}
