// Facts about a template that are known before rendering, though Go finds them while rendering.
import type { Code } from './machine/machine.ts';
import { Fail } from './machine/operands.ts';
import type { List, Operand, Pipe, Statement } from './parse/node.ts';
import type { TextProblem } from './parse/parsing.ts';

/** Operations that fail whenever they are reached, such as a function with too few arguments. */
export function certainFailures(codes: Iterable<Code>): TextProblem[] {
  const found: TextProblem[] = [];
  for (const { operations } of codes) {
    let position = 0;
    for (const operation of operations) {
      position = operation.at?.position ?? position;
      if (operation instanceof Fail) found.push({ position, message: operation.problem });
    }
  }
  return found;
}

/** A name that the template looks up in what it is rendered over. */
export interface RootName {
  readonly name: string;
  /** An index into the template's text. */
  readonly position: number;
}

/** In the order of the text. Templates that it defines are left out, as their data is unknown. */
export function rootNames(list: List): RootName[] {
  const names: RootName[] = [];
  for (const node of list) inStatement(node, true, names);
  return names;
}

/** @param isRoot whether dot is the data of the whole template */
function inStatement(node: Statement, isRoot: boolean, names: RootName[]): void {
  if ('pipe' in node && node.pipe !== undefined) inPipe(node.pipe, isRoot, names);
  if (!('list' in node)) return;
  for (const inner of node.list) inStatement(inner, isRoot && node.type === 'if', names);
  for (const inner of node.otherwise ?? []) inStatement(inner, isRoot, names);
}

function inPipe({ commands }: Pipe, isRoot: boolean, names: RootName[]): void {
  for (const { words } of commands) for (const word of words) inOperand(word, isRoot, names);
}

function inOperand(word: Operand, isRoot: boolean, names: RootName[]): void {
  if (word.type === 'pipe') inPipe(word, isRoot, names);
  else if (word.type === 'chain') inOperand(word.node, isRoot, names);
  else if ((word.type === 'field' && isRoot) || (word.type === 'variable' && word.name === '$')) {
    const [name] = word.fields;
    if (name !== undefined) names.push({ name, position: word.position });
  }
}
