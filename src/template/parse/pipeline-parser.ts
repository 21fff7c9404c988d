// What stands between the delimiters: pipelines, their commands, and the operands of those.
import { quoted } from '../print/quoted.ts';
import type { Command, NumberNode, Operand, Pipe } from './node.ts';
import { textOf } from './node.ts';
import { parseChar, parseNumber } from './number.ts';
import type { Parsing } from './parsing.ts';
import type { Token, TokenType } from './token.ts';

const STARTS_OPERAND: ReadonlySet<TokenType> = new Set([
  'bool',
  'charConstant',
  'complex',
  'dot',
  'field',
  'identifier',
  'number',
  'nil',
  'rawString',
  'string',
  'variable',
  'leftParen',
]);
/** What can only be the first command of a pipeline. */
const NOT_EXECUTABLE: ReadonlySet<Operand['type']> = new Set(['bool', 'dot', 'nil', 'number', 'string']);

export class PipelineParser {
  readonly #parsing: Parsing;

  constructor(parsing: Parsing) {
    this.#parsing = parsing;
  }

  pipeline(context: string, end: 'rightDelim' | 'rightParen'): Pipe {
    const { tokens } = this.#parsing;
    const { position } = tokens.peekNonSpace();
    const declared: string[] = [];
    const isAssignment = this.#declarations(context, declared);
    const commands: Command[] = [];
    for (;;) {
      const token = tokens.nextNonSpace();
      if (token.type === end) break;
      if (!STARTS_OPERAND.has(token.type)) this.#parsing.unexpected(token, context);
      tokens.putBack(token);
      commands.push(this.#command());
    }
    if (commands.length === 0) this.#parsing.fail(`missing value for ${context}`);
    const wrong = commands.findIndex(({ words }, index) => index > 0 && NOT_EXECUTABLE.has((words[0] as Operand).type));
    if (wrong !== -1) {
      this.#parsing.note(`non executable command in pipeline stage ${wrong + 1}`, commands[wrong] as Command);
    }
    return { type: 'pipe', position, declared, isAssignment, commands };
  }

  /** `$x :=`, `$x =`, and in a range `$i, $x :=`. @returns whether it is an assignment */
  #declarations(context: string, declared: string[]): boolean {
    const { tokens } = this.#parsing;
    for (;;) {
      const variable = tokens.peekNonSpace();
      if (variable.type !== 'variable') return false;
      tokens.next();
      // The space after the variable separates arguments, so it is put back too.
      const behind = tokens.peek();
      const next = tokens.peekNonSpace();
      if (next.type === 'assign' || next.type === 'declare') {
        tokens.next();
        this.#declare(variable.text, declared);
        return next.type === 'assign';
      }
      if (next.type !== 'char' || next.text !== ',') {
        if (behind.type === 'space') tokens.putBack(variable, behind);
        else tokens.putBack(variable);
        return false;
      }
      tokens.next();
      this.#declare(variable.text, declared);
      if (context !== 'range' || declared.length >= 2) this.#parsing.fail(`too many declarations in ${context}`);
      const { type } = tokens.peekNonSpace();
      if (type !== 'variable' && type !== 'rightDelim' && type !== 'rightParen') {
        this.#parsing.fail('range can only initialize variables');
      }
    }
  }

  #declare(name: string, declared: string[]): void {
    declared.push(name);
    this.#parsing.scope.variables.push(name);
  }

  #command(): Command {
    const { tokens } = this.#parsing;
    const { position } = tokens.peekNonSpace();
    const words: Operand[] = [];
    for (;;) {
      const operand = this.#operand();
      if (operand !== undefined) words.push(operand);
      this.#parsing.checkSize();
      const token = tokens.next();
      if (token.type === 'space') continue;
      if (token.type === 'rightDelim' || token.type === 'rightParen') tokens.putBack(token);
      else if (token.type !== 'pipe') this.#parsing.unexpected(token, 'operand');
      break;
    }
    if (words.length === 0) this.#parsing.fail('empty command');
    return { type: 'command', position, words };
  }

  /** A term with the fields that follow it without a space. */
  #operand(): Operand | undefined {
    const { tokens } = this.#parsing;
    const node = this.#term();
    if (node === undefined) return undefined;
    const { type, position } = tokens.peek();
    if (type !== 'field') return node;
    const fields: string[] = [];
    while (tokens.peek().type === 'field') {
      fields.push(tokens.next().text.slice(1));
      this.#parsing.checkSize();
    }
    switch (node.type) {
      case 'field':
      case 'variable':
        return { ...node, position, fields: [...node.fields, ...fields] };
      case 'bool':
      case 'string':
      case 'number':
      case 'nil':
      case 'dot':
        return this.#parsing.fail(`unexpected . after term ${quoted(textOf(node))}`, node);
      default:
        return { type: 'chain', position, node, fields };
    }
  }

  #term(): Operand | undefined {
    const { tokens, scope } = this.#parsing;
    const token = tokens.nextNonSpace();
    const { position, text } = token;
    switch (token.type) {
      case 'identifier':
        this.#checkFunction(token);
        return { type: 'identifier', position, name: text };
      case 'dot':
      case 'nil':
        return { type: token.type, position };
      case 'variable':
        if (!scope.variables.includes(text)) this.#parsing.note(`undefined variable ${quoted(text)}`, token);
        return { type: 'variable', position, name: text, fields: [] };
      case 'field':
        return { type: 'field', position, fields: [text.slice(1)] };
      case 'bool':
        return { type: 'bool', position, value: text === 'true' };
      case 'charConstant':
      case 'number':
        return this.#number(token);
      case 'complex':
        return this.#parsing.fail(`complex numbers are not supported: ${text}`, token);
      case 'leftParen': {
        this.#parsing.enter();
        const pipe = this.pipeline('parenthesized pipeline', 'rightParen');
        this.#parsing.leave();
        return pipe;
      }
      case 'string':
      case 'rawString':
        return { type: 'string', position, text, value: this.#parsing.unquote(token) };
    }
    tokens.putBack(token);
    return undefined;
  }

  #number(token: Token): NumberNode {
    const { type, position, text } = token;
    const fail = (problem: string) => this.#parsing.fail(problem, token);
    if (text.endsWith('i')) fail(`complex numbers are not supported: ${text}`);
    const constant = type === 'charConstant' ? parseChar(text) : parseNumber(text);
    if (constant === 'overflow') return fail(`integer overflow: ${quoted(text)}`);
    if (constant === 'syntax') return fail(`illegal number syntax: ${quoted(text)}`);
    if (typeof constant === 'string') return fail(constant);
    return { type: 'number', position, text, ...constant };
  }

  #checkFunction(token: Token): void {
    const found = this.#parsing.find(token.text);
    const problem = `function ${quoted(token.text)} not defined`;
    if (found === undefined || 'reason' in found) {
      const reason = found?.reason ?? this.#parsing.hintFor(token.text);
      this.#parsing.note(reason === undefined ? problem : `${problem}; ${reason}`, token);
    }
  }
}
