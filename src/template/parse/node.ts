// The tree of a parsed template, and the text of a node as errors show it: Go's own form, whatever spaces the author wrote.
import { quoted } from '../print/quoted.ts';
import type { NumberConstant } from './number.ts';

interface At {
  /** Where the errors that name it point to: an index into the template's text. */
  readonly position: number;
}

export interface Identifier extends At {
  readonly type: 'identifier';
  readonly name: string;
}
/** `$name`, with the fields that follow. */
export interface Variable extends At {
  readonly type: 'variable';
  readonly name: string;
  readonly fields: readonly string[];
}
export interface Field extends At {
  readonly type: 'field';
  readonly fields: readonly string[];
}
/** Fields of what is in parentheses, or of a function's result. */
export interface Chain extends At {
  readonly type: 'chain';
  readonly node: Operand;
  readonly fields: readonly string[];
}
export interface NumberNode extends At, NumberConstant {
  readonly type: 'number';
  readonly text: string;
}
export interface StringNode extends At {
  readonly type: 'string';
  readonly value: string;
  /** With its quotes. */
  readonly text: string;
}
export interface BoolNode extends At {
  readonly type: 'bool';
  readonly value: boolean;
}
export interface Dot extends At {
  readonly type: 'dot';
}
export interface Nil extends At {
  readonly type: 'nil';
}
export type Constant = NumberNode | StringNode | BoolNode | Nil;
export type Operand = Identifier | Variable | Field | Chain | Constant | Dot | Pipe;

export interface Command extends At {
  readonly type: 'command';
  readonly words: readonly Operand[];
}
export interface Pipe extends At {
  readonly type: 'pipe';
  /** Names of the variables that get its value. */
  readonly declared: readonly string[];
  readonly isAssignment: boolean;
  readonly commands: readonly Command[];
}

export interface TextNode extends At {
  readonly type: 'text';
  readonly text: string;
}
export interface Action extends At {
  readonly type: 'action';
  readonly pipe: Pipe;
}
export interface Branch extends At {
  readonly type: 'if' | 'with' | 'range';
  readonly pipe: Pipe;
  readonly list: List;
  readonly otherwise: List | undefined;
}
export interface TemplateAction extends At {
  readonly type: 'template';
  readonly name: string;
  readonly pipe: Pipe | undefined;
}
export interface Jump extends At {
  readonly type: 'break' | 'continue';
}
export type Statement = TextNode | Action | Branch | TemplateAction | Jump;
export type List = readonly Statement[];

/** Nothing but spaces: such a definition gives way to another of its name. */
export function isEmpty(list: List): boolean {
  return list.every((node) => node.type === 'text' && node.text.trim() === '');
}

export type Shown = Operand | Command | Action | TemplateAction | Branch;

export function textOf(node: Shown): string {
  switch (node.type) {
    case 'identifier':
      return node.name;
    case 'variable':
      return [node.name, ...node.fields].join('.');
    case 'field':
      return node.fields.map((name) => `.${name}`).join('');
    case 'chain':
      return [inParentheses(node.node), ...node.fields].join('.');
    case 'number':
    case 'string':
      return node.text;
    case 'bool':
      return String(node.value);
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    case 'command':
      return node.words.map(inParentheses).join(' ');
    case 'pipe':
      return textOfPipe(node);
    case 'action':
      return `{{${textOf(node.pipe)}}}`;
    case 'template':
      return `{{template ${quoted(node.name)}${node.pipe === undefined ? '' : ` ${textOf(node.pipe)}`}}}`;
    default:
      return `{{${node.type} ${textOf(node.pipe)}}}`;
  }
}

function inParentheses(word: Operand): string {
  return word.type === 'pipe' ? `(${textOf(word)})` : textOf(word);
}

function textOfPipe({ declared, isAssignment, commands }: Pipe): string {
  const names = declared.length === 0 ? '' : `${declared.join(', ')} ${isAssignment ? '=' : ':='} `;
  return names + commands.map(textOf).join(' | ');
}
