// A parsed template to a flat list of operations: the value of a command lies on the stack when the next one begins.
import { and, call, or } from './builtins/builtins.ts';
import type { FunctionLibrary } from './function.ts';
import {
  CloseBlock,
  EnterTemplate,
  FindTemplate,
  Jump,
  LeaveBlocks,
  LeaveTemplate,
  NextRound,
  OpenBlock,
  Print,
  StartRange,
  Test,
  WriteText,
} from './machine/blocks.ts';
import { arityProblem, Call, type CallShape, CallValue, Convert, typeAt } from './machine/calls.ts';
import { type Converted, convertConstant, idealValue } from './machine/conversion.ts';
import { CallMethod, ConvertForMethod, type FieldNode, FindMethod, type Origin, ReadField } from './machine/fields.ts';
import type { Code, Operation } from './machine/machine.ts';
import {
  Assign,
  Declare,
  Drop,
  Fail,
  Nip,
  PushConstant,
  PushDot,
  PushVariable,
  ShortCircuit,
  Unpack,
} from './machine/operands.ts';
import type {
  Branch,
  Chain,
  Command,
  Constant,
  Identifier,
  List,
  Operand,
  Pipe,
  Shown,
  Statement,
} from './parse/node.ts';
import { textOf } from './parse/node.ts';
import { safe } from './safe-text.ts';
import { excerpt } from './template-error.ts';
import type { TemplateFunction } from './value.ts';

export function compileList(name: string, list: List, functions: FunctionLibrary): Code {
  return { name, operations: new Compiler(functions).compile(list) };
}

/** An operation that goes elsewhere: where, is known later. */
interface Jumping extends Operation {
  target: number;
}

/** A range around what is being compiled. */
interface Loop {
  /** How many blocks are open within it, itself included. */
  blocks: number;
  readonly breaks: Jumping[];
  readonly continues: Jumping[];
  /** In its `else` a `break` ends it and a `continue` is the outer one's. */
  isElse: boolean;
}

class Compiler {
  readonly #functions: FunctionLibrary;
  readonly #operations: Operation[] = [];
  readonly #loops: Loop[] = [];

  constructor(functions: FunctionLibrary) {
    this.#functions = functions;
  }

  compile(list: List): readonly Operation[] {
    this.#list(list);
    this.#emit(new LeaveTemplate());
    return this.#operations;
  }

  #emit<T extends Operation>(operation: T): T {
    this.#operations.push(operation);
    return operation;
  }

  /** They all go to what comes next. */
  #land(...jumps: readonly Jumping[]): void {
    for (const jump of jumps) jump.target = this.#operations.length;
  }

  #list(list: List): void {
    for (const node of list) this.#statement(node);
  }

  #statement(node: Statement): void {
    switch (node.type) {
      case 'text':
        this.#emit(new WriteText(node.text));
        return;
      case 'action':
        this.#pipe(node.pipe);
        this.#emit(node.pipe.declared.length > 0 ? new Drop() : new Print(node));
        return;
      case 'template':
        this.#emit(new FindTemplate(node));
        if (node.pipe === undefined) this.#emit(new PushConstant(node, undefined));
        else this.#pipe(node.pipe);
        this.#emit(new EnterTemplate(node.name));
        return;
      case 'break':
      case 'continue':
        this.#leave(node.type);
        return;
      case 'range':
        this.#range(node);
        return;
      default:
        this.#test(node);
    }
  }

  #test(node: Branch): void {
    this.#open(node);
    this.#pipe(node.pipe);
    const test = this.#emit(new Test(node.type === 'with'));
    this.#list(node.list);
    if (node.otherwise === undefined) this.#land(test);
    else {
      const jump = this.#emit(new Jump());
      this.#land(test);
      this.#list(node.otherwise);
      this.#land(jump);
    }
    this.#close();
  }

  #range(node: Branch): void {
    const { declared, isAssignment } = node.pipe;
    const loop: Loop = { blocks: 1, breaks: [], continues: [], isElse: false };
    this.#open(node);
    this.#pipe(node.pipe);
    const start = this.#emit(new StartRange(declared.length));
    this.#loops.push(loop);
    const round = this.#operations.length;
    const next = this.#emit(new NextRound(declared, isAssignment));
    this.#list(node.list);
    const again = this.#emit(new Jump());
    for (const jump of [again, ...loop.continues]) jump.target = round;
    this.#land(start);
    loop.isElse = true;
    if (node.otherwise !== undefined) this.#list(node.otherwise);
    this.#loops.pop();
    this.#land(next, ...loop.breaks);
    this.#close();
  }

  #open(node: Branch): void {
    for (const loop of this.#loops) loop.blocks += 1;
    this.#emit(new OpenBlock(node));
  }

  #close(): void {
    for (const loop of this.#loops) loop.blocks -= 1;
    this.#emit(new CloseBlock());
  }

  #leave(type: 'break' | 'continue'): void {
    const loop = type === 'break' ? this.#loops.at(-1) : this.#loops.findLast(({ isElse }) => !isElse);
    if (loop === undefined) return;
    const jump = this.#emit(new LeaveBlocks(loop.blocks - 1));
    (type === 'break' ? loop.breaks : loop.continues).push(jump);
  }

  #pipe(pipe: Pipe): void {
    const { commands, declared, isAssignment } = pipe;
    commands.forEach((command, at) => {
      this.#command(command, at > 0, at === 0 ? pipe : undefined);
    });
    for (const name of declared) this.#emit(isAssignment ? new Assign(name) : new Declare(name));
  }

  /** @param at the pipe that begins with it */
  #command(command: Command, hasFinal: boolean, at: Pipe | undefined): void {
    const [first, ...words] = command.words as [Operand, ...Operand[]];
    const isAlone = words.length === 0 && !hasFinal;
    switch (first.type) {
      case 'field':
      case 'chain':
        this.#fields(first, words, hasFinal, true);
        return;
      case 'variable':
        if (first.fields.length > 0) this.#fields(first, words, hasFinal, true);
        else if (isAlone) this.#unpacked(new PushVariable(first, first.name));
        else this.#notAFunction(first, first);
        return;
      case 'identifier':
        this.#function(first, command, words, { words: words.length, hasFinal, isCommand: true });
        return;
      case 'pipe':
        if (isAlone) this.#pipe(first);
        else this.#notAFunction(at, first);
        return;
      case 'dot':
        if (isAlone) this.#unpacked(new PushDot(first));
        else this.#notAFunction(first, first);
        return;
      case 'nil':
        if (isAlone) this.#emit(new Fail(first, safe('nil is not a command')));
        else this.#notAFunction(first, first);
        return;
      default:
        if (isAlone) this.#constant(first, idealValue(first));
        else this.#notAFunction(first, first);
    }
  }

  #unpacked(push: Operation): void {
    this.#emit(push);
    this.#emit(new Unpack());
  }

  #notAFunction(at: Shown | undefined, word: Operand): void {
    this.#emit(new Fail(at, safe(`can't give argument to non-function ${excerpt(textOf(word))}`)));
  }

  #constant(node: Constant, converted: Converted): void {
    this.#emit('value' in converted ? new PushConstant(node, converted.value) : new Fail(node, converted.problem));
  }

  /** @param isCommand it is unpacked at the end */
  #fields(node: FieldNode, words: readonly Operand[], hasFinal: boolean, isCommand: boolean): void {
    let origin: Origin = node.type === 'variable' ? { of: 'variable', name: node.name } : { of: 'dot' };
    if (node.type === 'chain') {
      this.#chainStart(node);
      origin = { of: 'stack' };
    }
    const hasArguments = words.length > 0 || hasFinal;
    const plain = hasArguments ? node.fields.slice(0, -1) : node.fields;
    plain.forEach((name, at) => {
      const isLast = at === node.fields.length - 1;
      this.#emit(new ReadField(node, origin, name, at > 0, isCommand && isLast));
      origin = { of: 'stack' };
    });
    if (!hasArguments) return;
    if (origin.of === 'dot') this.#emit(new PushDot({ type: 'dot', position: node.position }));
    if (origin.of === 'variable') this.#emit(new PushVariable(node, origin.name));
    const name = node.fields.at(-1) as string;
    const given = { words: words.length, hasFinal };
    const find = this.#emit(new FindMethod(node, name, given, plain.length > 0 || node.type !== 'chain'));
    words.forEach((word, at) => {
      this.#argument(word, undefined);
      this.#emit(new ConvertForMethod(name, word, at));
    });
    this.#emit(new CallMethod(node, name, given));
    this.#land(find);
  }

  #chainStart(node: Chain): void {
    if (node.node.type === 'pipe') this.#pipe(node.node);
    else this.#argument(node.node, undefined);
  }

  /** @param type undefined if any will do, and none is made of no value */
  #argument(word: Operand, type: string | undefined): void {
    switch (word.type) {
      case 'number':
      case 'string':
      case 'bool':
      case 'nil':
        this.#constant(word, convertConstant(word, type ?? 'interface {}'));
        return;
      case 'dot':
        this.#emit(new PushDot(word));
        break;
      case 'variable':
        if (word.fields.length === 0) this.#emit(new PushVariable(word, word.name));
        else this.#fields(word, [], false, false);
        break;
      case 'field':
      case 'chain':
        this.#fields(word, [], false, false);
        break;
      case 'pipe':
        this.#pipe(word);
        break;
      case 'identifier':
        this.#function(word, word, [], { words: 0, hasFinal: false, isCommand: false });
    }
    if (type !== undefined) this.#emit(new Convert(type));
  }

  #function(node: Identifier, command: Shown, words: readonly Operand[], shape: CallShape): void {
    const own = this.#functions.find(node.name) as TemplateFunction;
    const problem = arityProblem(node.name, own, shape);
    if (problem !== undefined) {
      this.#emit(new Fail(node, problem));
      return;
    }
    if (own === and || own === or) {
      this.#shortCircuit(node, words, shape.hasFinal, own === or);
      return;
    }
    words.forEach((word, at) => {
      this.#argument(word, typeAt(own, at));
    });
    if (own === call) this.#emit(new CallValue(command, words[0] && textOf(words[0]), shape));
    else this.#emit(new Call(command, node, own, shape));
  }

  #shortCircuit(node: Identifier, words: readonly Operand[], hasFinal: boolean, deciding: boolean): void {
    const tests: ShortCircuit[] = [];
    words.forEach((word, at) => {
      this.#argument(word, 'interface {}');
      if (hasFinal || at < words.length - 1) tests.push(this.#emit(new ShortCircuit(deciding)));
    });
    if (hasFinal) {
      const jump = this.#emit(new Jump(words.length === 0 ? node : undefined));
      this.#land(...tests);
      this.#emit(new Nip());
      this.#land(jump);
    } else this.#land(...tests);
    this.#emit(new Unpack());
  }
}
