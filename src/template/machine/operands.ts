// Operations that put a value on the stack, or give it to a variable.
import type { Dot, Shown } from '../parse/node.ts';
import type { SafeText } from '../safe-text.ts';
import { isTrue } from '../truth.ts';
import type { Value } from '../value.ts';
import type { Machine, Operation } from './machine.ts';

/** At the end of a command Go unpacks an interface; a nil interface gives no value. */
export function unpacked(value: Value): Value {
  return value === null ? undefined : value;
}

export class PushConstant implements Operation {
  readonly at: Shown;
  readonly #value: Value;

  constructor(at: Shown, value: Value) {
    this.at = at;
    this.#value = value;
  }

  run(machine: Machine): void {
    machine.push(this.#value);
  }
}

export class PushDot implements Operation {
  readonly at: Dot;

  constructor(at: Dot) {
    this.at = at;
  }

  run(machine: Machine): void {
    machine.isElement = machine.frame.isDotElement;
    machine.push(machine.frame.dot);
  }
}

export class PushVariable implements Operation {
  readonly at: Shown;
  readonly #name: string;

  constructor(at: Shown, name: string) {
    this.at = at;
    this.#name = name;
  }

  run(machine: Machine): void {
    const { value, isElement } = machine.variable(this.#name);
    machine.isElement = isElement;
    machine.push(value);
  }
}

export class Unpack implements Operation {
  readonly at = undefined;

  run(machine: Machine): void {
    machine.push(unpacked(machine.pop()));
  }
}

export class Drop implements Operation {
  readonly at = undefined;

  run(machine: Machine): void {
    machine.pop();
  }
}

/** The value stays on the stack. */
export class Declare implements Operation {
  readonly at = undefined;
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  run({ frame, stack }: Machine): void {
    frame.variables.push({ name: this.#name, value: stack.at(-1), isElement: false });
  }
}

export class Assign implements Operation {
  readonly at = undefined;
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  run(machine: Machine): void {
    const variable = machine.variable(this.#name);
    variable.value = machine.stack.at(-1);
    variable.isElement = false;
  }
}

/** Fails at the same point as Go, for an error that is known at compile time. */
export class Fail implements Operation {
  readonly at: Shown | undefined;
  readonly problem: SafeText;

  constructor(at: Shown | undefined, problem: SafeText) {
    this.at = at;
    this.problem = problem;
  }

  run(machine: Machine): void {
    machine.fail(this.problem);
  }
}

/** `and` and `or`: an argument that decides is the result; any other is dropped. */
export class ShortCircuit implements Operation {
  readonly at = undefined;
  readonly #deciding: boolean;
  target = 0;

  constructor(deciding: boolean) {
    this.#deciding = deciding;
  }

  run(machine: Machine): void {
    if (isTrue(machine.stack.at(-1)) === this.#deciding) machine.frame.next = this.target;
    else machine.pop();
  }
}

/** Drops the value below the top: the last argument of a pipeline that is not needed. */
export class Nip implements Operation {
  readonly at = undefined;

  run({ stack }: Machine): void {
    stack.splice(-2, 1);
  }
}
