// A parsed template to a flat list of operations.
import { PipelineCompiler } from './compile-pipeline.ts';
import { Emitter, type Jumping } from './emitter.ts';
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
import type { Code, Operation } from './machine/machine.ts';
import { Drop, PushConstant } from './machine/operands.ts';
import type { Branch, List, Statement } from './parse/node.ts';

export function compileList(name: string, list: List, functions: FunctionLibrary): Code {
  return { name, operations: new Compiler(functions).compile(list) };
}

/** A range around what is being compiled. */
interface Loop {
  /** Number of open blocks in it, including the range. */
  blocks: number;
  readonly breaks: Jumping[];
  readonly continues: Jumping[];
  /** In an `else` branch, `break` ends this range and `continue` belongs to the outer one. */
  isElse: boolean;
}

class Compiler {
  readonly #emitter = new Emitter();
  readonly #pipelines: PipelineCompiler;
  readonly #loops: Loop[] = [];

  constructor(functions: FunctionLibrary) {
    this.#pipelines = new PipelineCompiler(functions, this.#emitter);
  }

  compile(list: List): readonly Operation[] {
    this.#list(list);
    this.#emitter.emit(new LeaveTemplate());
    return this.#emitter.operations;
  }

  #list(list: List): void {
    for (const node of list) this.#statement(node);
  }

  #statement(node: Statement): void {
    switch (node.type) {
      case 'text':
        this.#emitter.emit(new WriteText(node.text));
        return;
      case 'action':
        this.#pipelines.pipe(node.pipe);
        this.#emitter.emit(node.pipe.declared.length > 0 ? new Drop() : new Print(node));
        return;
      case 'template':
        this.#emitter.emit(new FindTemplate(node));
        if (node.pipe === undefined) this.#emitter.emit(new PushConstant(node, undefined));
        else this.#pipelines.pipe(node.pipe);
        this.#emitter.emit(new EnterTemplate(node.name));
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
    this.#pipelines.pipe(node.pipe);
    const test = this.#emitter.emit(new Test(node.type === 'with'));
    this.#list(node.list);
    if (node.otherwise === undefined) this.#emitter.land(test);
    else {
      const jump = this.#emitter.emit(new Jump());
      this.#emitter.land(test);
      this.#list(node.otherwise);
      this.#emitter.land(jump);
    }
    this.#close();
  }

  #range(node: Branch): void {
    const { declared, isAssignment } = node.pipe;
    const loop: Loop = { blocks: 1, breaks: [], continues: [], isElse: false };
    this.#open(node);
    this.#pipelines.pipe(node.pipe);
    const start = this.#emitter.emit(new StartRange(declared.length));
    this.#loops.push(loop);
    const round = this.#emitter.operations.length;
    const next = this.#emitter.emit(new NextRound(declared, isAssignment));
    this.#list(node.list);
    const again = this.#emitter.emit(new Jump());
    for (const jump of [again, ...loop.continues]) jump.target = round;
    this.#emitter.land(start);
    loop.isElse = true;
    if (node.otherwise !== undefined) this.#list(node.otherwise);
    this.#loops.pop();
    this.#emitter.land(next, ...loop.breaks);
    this.#close();
  }

  #open(node: Branch): void {
    for (const loop of this.#loops) loop.blocks += 1;
    this.#emitter.emit(new OpenBlock(node));
  }

  #close(): void {
    for (const loop of this.#loops) loop.blocks -= 1;
    this.#emitter.emit(new CloseBlock());
  }

  #leave(type: 'break' | 'continue'): void {
    const loop = type === 'break' ? this.#loops.at(-1) : this.#loops.findLast(({ isElse }) => !isElse);
    if (loop === undefined) return;
    const jump = this.#emitter.emit(new LeaveBlocks(loop.blocks - 1));
    (type === 'break' ? loop.breaks : loop.continues).push(jump);
  }
}
