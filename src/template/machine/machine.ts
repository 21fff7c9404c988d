// Runs a compiled template. Its whole state is in this object, not on JavaScript's stack, so that it can pause between any
// two operations: the event loop gets its turn, however deep templates call each other.
import type { Budget } from '../budget.ts';
import { LimitError } from '../budget.ts';
import { MAX_DEPTH } from '../limits.ts';
import { type Shown, textOf } from '../parse/node.ts';
import { quoted } from '../print/quoted.ts';
import { count, FunctionError, type SafeText, safe } from '../safe-text.ts';
import { excerpt, placeOf, TemplateError, type TemplateErrorKind } from '../template-error.ts';
import { byteLength, normalized } from '../text.ts';
import type { CallContext, Value } from '../value.ts';

export interface Operation {
  /** What errors point to from here on, as Go's do; undefined if that stays as it is. */
  readonly at: Shown | undefined;
  run(machine: Machine): void;
}

export interface Code {
  readonly name: string;
  readonly operations: readonly Operation[];
}

/** How a missing key of a map is handled. */
export type MissingKey = 'default' | 'zero' | 'error';

export interface Program {
  readonly name: string;
  readonly text: string;
  readonly missingKey: MissingKey;
  readonly codes: ReadonlyMap<string, Code>;
}

/** A value in a place that Go types as interface {} is an element: a field that it lacks is reported by that type. */
export interface Variable {
  readonly name: string;
  value: Value;
  isElement: boolean;
}

/** What a range has still to go through. */
export interface Iteration {
  /** How many variables there are when the body begins. */
  readonly variables: number;
  readonly count: bigint;
  readonly keyAt: (at: bigint) => Value;
  readonly valueAt: (at: bigint) => Value;
  readonly areElements: boolean;
  next: bigint;
}

/** An open `if`, `with` or `range`: the state to restore at its end. */
interface Block {
  readonly variables: number;
  readonly dot: Value;
  readonly isDotElement: boolean;
  iteration: Iteration | undefined;
}

/** A template under way. */
interface Frame {
  readonly code: Code;
  next: number;
  dot: Value;
  isDotElement: boolean;
  readonly variables: Variable[];
  readonly blocks: Block[];
  /** Where its output goes. */
  readonly output: string[];
  /** Its output becomes a function's result and is not printed. */
  readonly isCaptured: boolean;
}

/** How many are passed by in the time of a step. */
const VARIABLES_PER_STEP = 32;

export class Machine {
  readonly program: Program;
  readonly budget: Budget;
  readonly context: CallContext;
  readonly stack: Value[] = [];
  /** What Go's errors would point to. */
  at: Shown | undefined;
  /** The field, dot or variable that was read last is an element. */
  isElement = false;
  frame: Frame;
  readonly #callers: Frame[] = [];
  readonly #output: string[] = [];
  #isDone = false;

  constructor(program: Program, budget: Budget, host: unknown, dot: Value) {
    this.program = program;
    this.budget = budget;
    this.context = { charge: (steps) => budget.charge(steps), claim: (length) => budget.claim(length), host };
    const code = program.codes.get(program.name) as Code;
    this.frame = newFrame(code, dot, this.#output, false);
  }

  get text(): string {
    return normalized(this.#output.join(''));
  }

  /** @returns whether it is done; if not, the event loop should have its turn */
  run(): boolean {
    try {
      while (!this.#isDone) {
        if (this.budget.step()) return false;
        const { frame } = this;
        const operation = frame.code.operations[frame.next] as Operation;
        frame.next += 1;
        if (operation.at !== undefined) this.at = operation.at;
        operation.run(this);
      }
      return true;
    } catch (error) {
      if (error instanceof TemplateError) throw error;
      if (error instanceof LimitError) throw this.#error(error.kind, error.message);
      if (error instanceof FunctionError) throw this.#error('execute', error.message);
      // A fault of the interpreter or a library. Its text is not ours, and may contain a value.
      throw this.#error('execute', safe('internal error'));
    }
  }

  pop(): Value {
    return this.stack.pop();
  }

  push(value: Value): void {
    this.stack.push(value);
  }

  write(text: string): void {
    if (text === '') return;
    this.budget.outputs(byteLength(text));
    this.frame.output.push(text);
  }

  variable(name: string): Variable {
    const { variables } = this.frame;
    for (let at = variables.length - 1; at >= 0; at -= 1) {
      const one = variables[at] as Variable;
      if (one.name !== name) continue;
      this.budget.charge((variables.length - at) / VARIABLES_PER_STEP);
      return one;
    }
    return this.fail(safe(`undefined variable: ${name}`));
  }

  openBlock(): void {
    const { variables, dot, isDotElement, blocks } = this.frame;
    blocks.push({ variables: variables.length, dot, isDotElement, iteration: undefined });
  }

  closeBlock(): void {
    const { frame } = this;
    const { variables, dot, isDotElement } = frame.blocks.pop() as Block;
    frame.variables.length = variables;
    frame.dot = dot;
    frame.isDotElement = isDotElement;
  }

  /** @param isCaptured its output is pushed as a value, once it is done */
  enter(name: string, dot: Value, isCaptured: boolean): void {
    const code = this.codeOf(name);
    this.#callers.push(this.frame);
    this.frame = newFrame(code, dot, isCaptured ? [] : this.frame.output, isCaptured);
  }

  codeOf(name: string): Code {
    const code = this.program.codes.get(name);
    if (code === undefined) return this.fail(safe(`template ${quoted(name)} not defined`));
    if (this.#callers.length >= MAX_DEPTH) {
      throw this.#error('limit', safe(`exceeded maximum template depth (${count(MAX_DEPTH)})`));
    }
    return code;
  }

  leave(): void {
    const { isCaptured, output } = this.frame;
    const caller = this.#callers.pop();
    if (caller === undefined) this.#isDone = true;
    else this.frame = caller;
    if (!isCaptured) return;
    const text = normalized(output.join(''));
    this.budget.made(text);
    this.push(text);
  }

  fail(problem: SafeText, node?: Shown): never {
    if (node !== undefined) this.at = node;
    throw this.#error('execute', problem);
  }

  #error(kind: TemplateErrorKind, problem: SafeText): TemplateError {
    const { name, text } = this.program;
    const node = this.at;
    if (node === undefined) return new TemplateError(kind, safe(`template: ${name}: ${problem}`));
    const { line, column } = placeOf(text, node.position);
    const where = `${name}:${line}:${column}: executing ${quoted(this.frame.code.name)} at <${excerpt(textOf(node))}>`;
    return new TemplateError(kind, safe(`template: ${where}: ${problem}`), line, column);
  }
}

function newFrame(code: Code, dot: Value, output: string[], isCaptured: boolean): Frame {
  const variables = [{ name: '$', value: dot, isElement: false }];
  return { code, next: 0, dot, isDotElement: false, variables, blocks: [], output, isCaptured };
}
