// Compiles a pipeline: each command leaves its value on the stack for the next one.
import { and, call, or } from './builtins/builtins.ts';
import type { Emitter } from './emitter.ts';
import type { FunctionLibrary } from './function.ts';
import { Jump } from './machine/blocks.ts';
import { arityProblem, Call, type CallShape, CallValue, Convert, typeAt } from './machine/calls.ts';
import { type Converted, convertConstant, idealValue } from './machine/conversion.ts';
import { CallMethod, ConvertForMethod, type FieldNode, FindMethod, type Origin, ReadField } from './machine/fields.ts';
import type { Operation } from './machine/machine.ts';
import {
  Assign,
  Declare,
  Fail,
  Nip,
  PushConstant,
  PushDot,
  PushVariable,
  ShortCircuit,
  Unpack,
} from './machine/operands.ts';
import type { Chain, Command, Constant, Identifier, Operand, Pipe, Shown } from './parse/node.ts';
import { textOf } from './parse/node.ts';
import { safe } from './safe-text.ts';
import { excerpt } from './template-error.ts';
import type { TemplateFunction } from './value.ts';

export class PipelineCompiler {
  readonly #functions: FunctionLibrary;
  readonly #emitter: Emitter;

  constructor(functions: FunctionLibrary, emitter: Emitter) {
    this.#functions = functions;
    this.#emitter = emitter;
  }

  pipe(pipe: Pipe): void {
    const { commands, declared, isAssignment } = pipe;
    commands.forEach((command, at) => {
      this.#command(command, at > 0, at === 0 ? pipe : undefined);
    });
    for (const name of declared) this.#emitter.emit(isAssignment ? new Assign(name) : new Declare(name));
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
        if (isAlone) this.pipe(first);
        else this.#notAFunction(at, first);
        return;
      case 'dot':
        if (isAlone) this.#unpacked(new PushDot(first));
        else this.#notAFunction(first, first);
        return;
      case 'nil':
        if (isAlone) this.#emitter.emit(new Fail(first, safe('nil is not a command')));
        else this.#notAFunction(first, first);
        return;
      default:
        if (isAlone) this.#constant(first, idealValue(first));
        else this.#notAFunction(first, first);
    }
  }

  #unpacked(push: Operation): void {
    this.#emitter.emit(push);
    this.#emitter.emit(new Unpack());
  }

  #notAFunction(at: Shown | undefined, word: Operand): void {
    this.#emitter.emit(new Fail(at, safe(`can't give argument to non-function ${excerpt(textOf(word))}`)));
  }

  #constant(node: Constant, converted: Converted): void {
    this.#emitter.emit(
      'value' in converted ? new PushConstant(node, converted.value) : new Fail(node, converted.problem),
    );
  }

  /** @param isCommand whether it is a whole command, whose value is then unpacked */
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
      this.#emitter.emit(new ReadField(node, origin, name, at > 0, isCommand && isLast));
      origin = { of: 'stack' };
    });
    if (!hasArguments) return;
    if (origin.of === 'dot') this.#emitter.emit(new PushDot({ type: 'dot', position: node.position }));
    if (origin.of === 'variable') this.#emitter.emit(new PushVariable(node, origin.name));
    const name = node.fields.at(-1) as string;
    const given = { words: words.length, hasFinal };
    const find = this.#emitter.emit(new FindMethod(node, name, given, plain.length > 0 || node.type !== 'chain'));
    words.forEach((word, at) => {
      this.#argument(word, undefined);
      this.#emitter.emit(new ConvertForMethod(name, word, at));
    });
    this.#emitter.emit(new CallMethod(node, name, given));
    this.#emitter.land(find);
  }

  #chainStart(node: Chain): void {
    if (node.node.type === 'pipe') this.pipe(node.node);
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
        this.#emitter.emit(new PushDot(word));
        break;
      case 'variable':
        if (word.fields.length === 0) this.#emitter.emit(new PushVariable(word, word.name));
        else this.#fields(word, [], false, false);
        break;
      case 'field':
      case 'chain':
        this.#fields(word, [], false, false);
        break;
      case 'pipe':
        this.pipe(word);
        break;
      case 'identifier':
        this.#function(word, word, [], { words: 0, hasFinal: false, isCommand: false });
    }
    if (type !== undefined) this.#emitter.emit(new Convert(type));
  }

  #function(node: Identifier, command: Shown, words: readonly Operand[], shape: CallShape): void {
    const own = this.#functions.find(node.name) as TemplateFunction;
    const problem = arityProblem(node.name, own, shape);
    if (problem !== undefined) {
      this.#emitter.emit(new Fail(node, problem));
      return;
    }
    if (own === and || own === or) {
      this.#shortCircuit(node, words, shape.hasFinal, own === or);
      return;
    }
    words.forEach((word, at) => {
      this.#argument(word, typeAt(own, at));
    });
    if (own === call) this.#emitter.emit(new CallValue(command, words[0] && textOf(words[0]), shape));
    else this.#emitter.emit(new Call(command, node, own, shape));
  }

  #shortCircuit(node: Identifier, words: readonly Operand[], hasFinal: boolean, deciding: boolean): void {
    const tests: ShortCircuit[] = [];
    words.forEach((word, at) => {
      this.#argument(word, 'interface {}');
      if (hasFinal || at < words.length - 1) tests.push(this.#emitter.emit(new ShortCircuit(deciding)));
    });
    if (hasFinal) {
      const jump = this.#emitter.emit(new Jump(words.length === 0 ? node : undefined));
      this.#emitter.land(...tests);
      this.#emitter.emit(new Nip());
      this.#emitter.land(jump);
    } else this.#emitter.land(...tests);
    this.#emitter.emit(new Unpack());
  }
}
