// A template's text to trees, one for each template that it defines. It refuses what Go's parser refuses, in its words.

import type { FunctionLibrary, RefusedFunction } from '../function.ts';
import { MAX_DEPTH, MAX_TEXT, MAX_TOKENS } from '../limits.ts';
import { quoted } from '../print/quoted.ts';
import { safe } from '../safe-text.ts';
import { excerpt, TemplateError } from '../template-error.ts';
import type { TemplateFunction } from '../value.ts';
import { type Delimiters, Lexer } from './lexer.ts';
import {
  type Branch,
  type Command,
  isEmpty,
  type List,
  type NumberNode,
  type Operand,
  type Pipe,
  type Statement,
  type TemplateAction,
  textOf,
} from './node.ts';
import { parseChar, parseNumber } from './number.ts';
import { unquote } from './quoted.ts';
import { shown, type Token, type TokenType } from './token.ts';
import { TokenReader } from './token-reader.ts';

export interface Source {
  readonly name: string;
  readonly text: string;
  readonly delimiters: Delimiters;
  readonly functions: FunctionLibrary;
}

/** The end of a list of statements: `{{end}}` or `{{else}}`, with which word follows. */
type End = { readonly type: 'end' } | { readonly type: 'else'; readonly chained: 'if' | 'with' | undefined };

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

/** Of a constant, whose escapes are read in the time of a token. */
const CHARS_PER_TOKEN = 32;

/** @throws TemplateError */
export function parseTemplates(source: Source): Parsed {
  return new Parser(source).parse();
}

export interface Parsed {
  /** Of the template and of all that it defines, by name. */
  readonly trees: ReadonlyMap<string, List>;
  /** How many tokens they were made of. */
  readonly size: number;
}

/** What is defined in one definition, and not in those around it. */
interface Scope {
  readonly variables: string[];
  rangeDepth: number;
}

class Parser {
  readonly #source: Source;
  readonly #tokens: TokenReader;
  readonly #templates = new Map<string, List>();
  #scope: Scope = newScope();
  /** Of the action that is being read; 0 outside. */
  #actionLine = 0;
  #depth = 0;

  constructor(source: Source) {
    this.#source = source;
    const isKeyword = (word: string) => (word !== 'break' && word !== 'continue') || this.#find(word) === undefined;
    this.#tokens = new TokenReader(new Lexer(source.text, source.delimiters, isKeyword));
  }

  parse(): Parsed {
    if (this.#source.text.length > MAX_TEXT) this.#fail('the text is too long', 'limit');
    const list: Statement[] = [];
    while (this.#tokens.peek().type !== 'eof') {
      if (this.#tokens.peek().type === 'leftDelim') {
        const delimiter = this.#tokens.next();
        const keyword = this.#tokens.nextNonSpace();
        if (keyword.type === 'define') {
          this.#definition();
          continue;
        }
        this.#tokens.putBack(delimiter, keyword);
      }
      const node = this.#textOrAction();
      if (isEnd(node)) this.#fail(`unexpected ${shownEnd(node)}`);
      list.push(node);
    }
    this.#add(this.#source.name, list);
    return { trees: this.#templates, size: this.#tokens.count };
  }

  #definition(): void {
    const context = 'define clause';
    const name = this.#templateName(this.#tokens.nextNonSpace(), context);
    this.#expect('rightDelim', context);
    this.#add(name, this.#body(context));
  }

  /** Of a template of its own: it sees no variable of those around it. */
  #body(context: string): List {
    const outer = this.#scope;
    this.#scope = newScope();
    const [list, end] = this.#list();
    this.#scope = outer;
    if (end.type !== 'end') this.#fail(`unexpected ${shownEnd(end)} in ${context}`);
    return list;
  }

  #add(name: string, list: List): void {
    const known = this.#templates.get(name);
    if (known === undefined || isEmpty(known)) this.#templates.set(name, list);
    else if (!isEmpty(list)) this.#fail(`template: multiple definition of template ${quoted(name)}`);
  }

  #list(): [List, End] {
    const list: Statement[] = [];
    while (this.#tokens.peekNonSpace().type !== 'eof') {
      const node = this.#textOrAction();
      if (isEnd(node)) return [list, node];
      list.push(node);
    }
    return this.#fail('unexpected EOF');
  }

  #textOrAction(): Statement | End {
    this.#checkSize();
    const token = this.#tokens.nextNonSpace();
    if (token.type === 'text') return { type: 'text', position: token.position, text: token.text };
    if (token.type !== 'leftDelim') this.#unexpected(token, 'input');
    this.#actionLine = token.line;
    const action = this.#action();
    this.#actionLine = 0;
    return action;
  }

  #action(): Statement | End {
    const token = this.#tokens.nextNonSpace();
    switch (token.type) {
      case 'block':
        return this.#block();
      case 'break':
      case 'continue':
        return this.#jump(token, token.type);
      case 'else':
        return this.#else();
      case 'end':
        this.#expect('rightDelim', 'end');
        return { type: 'end' };
      case 'if':
      case 'with':
      case 'range':
        return this.#branch(token.type);
      case 'template':
        return this.#templateAction();
    }
    this.#tokens.putBack(token);
    const pipe = this.#pipeline('command', 'rightDelim');
    return { type: 'action', position: token.position, pipe };
  }

  #jump({ position }: Token, type: 'break' | 'continue'): Statement {
    const token = this.#tokens.nextNonSpace();
    if (token.type !== 'rightDelim') this.#unexpected(token, `{{${type}}}`);
    if (this.#scope.rangeDepth === 0) this.#fail(`{{${type}}} outside {{range}}`);
    return { type, position };
  }

  #else(): End {
    const { type } = this.#tokens.peekNonSpace();
    if (type === 'if' || type === 'with') return { type: 'else', chained: type };
    this.#expect('rightDelim', 'else');
    return { type: 'else', chained: undefined };
  }

  #branch(type: Branch['type']): Branch {
    this.#enter();
    const scope = this.#scope;
    const known = scope.variables.length;
    const pipe = this.#pipeline(type, 'rightDelim');
    if (type === 'range') scope.rangeDepth += 1;
    const [list, end] = this.#list();
    if (type === 'range') scope.rangeDepth -= 1;
    const otherwise = end.type === 'else' ? this.#otherwise(type, end.chained) : undefined;
    scope.variables.length = known;
    this.#depth -= 1;
    return { type, position: pipe.position, pipe, list, otherwise };
  }

  /** `{{else if}}` is an `if` in the other branch, whose `{{end}}` ends both. */
  #otherwise(type: Branch['type'], chained: 'if' | 'with' | undefined): List {
    if (chained !== undefined && chained === type) {
      this.#tokens.nextNonSpace();
      return [this.#branch(type)];
    }
    const [list, end] = this.#list();
    if (end.type !== 'end') this.#fail(`expected end; found ${shownEnd(end)}`);
    return list;
  }

  #block(): TemplateAction {
    const context = 'block clause';
    this.#enter();
    const token = this.#tokens.nextNonSpace();
    const name = this.#templateName(token, context);
    const pipe = this.#pipeline(context, 'rightDelim');
    this.#add(name, this.#body(context));
    this.#depth -= 1;
    return { type: 'template', position: token.position, name, pipe };
  }

  #templateAction(): TemplateAction {
    const context = 'template clause';
    const token = this.#tokens.nextNonSpace();
    const name = this.#templateName(token, context);
    const next = this.#tokens.nextNonSpace();
    if (next.type === 'rightDelim') return { type: 'template', position: token.position, name, pipe: undefined };
    this.#tokens.putBack(next);
    return { type: 'template', position: token.position, name, pipe: this.#pipeline(context, 'rightDelim') };
  }

  #templateName(token: Token, context: string): string {
    if (token.type !== 'string' && token.type !== 'rawString') this.#unexpected(token, context);
    return this.#unquote(token);
  }

  #pipeline(context: string, end: 'rightDelim' | 'rightParen'): Pipe {
    const { position } = this.#tokens.peekNonSpace();
    const declared: string[] = [];
    const isAssignment = this.#declarations(context, declared);
    const commands: Command[] = [];
    for (;;) {
      const token = this.#tokens.nextNonSpace();
      if (token.type === end) break;
      if (!STARTS_OPERAND.has(token.type)) this.#unexpected(token, context);
      this.#tokens.putBack(token);
      commands.push(this.#command());
    }
    if (commands.length === 0) this.#fail(`missing value for ${context}`);
    const wrong = commands.findIndex(({ words }, index) => index > 0 && NOT_EXECUTABLE.has((words[0] as Operand).type));
    if (wrong !== -1) this.#fail(`non executable command in pipeline stage ${wrong + 1}`);
    return { type: 'pipe', position, declared, isAssignment, commands };
  }

  /** `$x :=`, `$x =`, and in a range `$i, $x :=`. @returns whether it is an assignment */
  #declarations(context: string, declared: string[]): boolean {
    for (;;) {
      const variable = this.#tokens.peekNonSpace();
      if (variable.type !== 'variable') return false;
      this.#tokens.next();
      // A space behind the variable makes what follows an argument, so it is put back with it.
      const behind = this.#tokens.peek();
      const next = this.#tokens.peekNonSpace();
      if (next.type === 'assign' || next.type === 'declare') {
        this.#tokens.next();
        this.#declare(variable.text, declared);
        return next.type === 'assign';
      }
      if (next.type !== 'char' || next.text !== ',') {
        if (behind.type === 'space') this.#tokens.putBack(variable, behind);
        else this.#tokens.putBack(variable);
        return false;
      }
      this.#tokens.next();
      this.#declare(variable.text, declared);
      if (context !== 'range' || declared.length >= 2) this.#fail(`too many declarations in ${context}`);
      const { type } = this.#tokens.peekNonSpace();
      if (type !== 'variable' && type !== 'rightDelim' && type !== 'rightParen') {
        this.#fail('range can only initialize variables');
      }
    }
  }

  #declare(name: string, declared: string[]): void {
    declared.push(name);
    this.#scope.variables.push(name);
  }

  #command(): Command {
    const { position } = this.#tokens.peekNonSpace();
    const words: Operand[] = [];
    for (;;) {
      const operand = this.#operand();
      if (operand !== undefined) words.push(operand);
      this.#checkSize();
      const token = this.#tokens.next();
      if (token.type === 'space') continue;
      if (token.type === 'rightDelim' || token.type === 'rightParen') this.#tokens.putBack(token);
      else if (token.type !== 'pipe') this.#unexpected(token, 'operand');
      break;
    }
    if (words.length === 0) this.#fail('empty command');
    return { type: 'command', position, words };
  }

  /** A term with the fields that follow it without a space. */
  #operand(): Operand | undefined {
    const node = this.#term();
    if (node === undefined) return undefined;
    const { type, position } = this.#tokens.peek();
    if (type !== 'field') return node;
    const fields: string[] = [];
    while (this.#tokens.peek().type === 'field') {
      fields.push(this.#tokens.next().text.slice(1));
      this.#checkSize();
    }
    switch (node.type) {
      case 'field':
        return { ...node, position, fields: [...node.fields, ...fields] };
      case 'variable':
        return { ...node, position, fields: [...node.fields, ...fields] };
      case 'bool':
      case 'string':
      case 'number':
      case 'nil':
      case 'dot':
        return this.#fail(`unexpected . after term ${quoted(textOf(node))}`);
      default:
        return { type: 'chain', position, node, fields };
    }
  }

  #term(): Operand | undefined {
    const token = this.#tokens.nextNonSpace();
    const { position, text } = token;
    switch (token.type) {
      case 'identifier':
        this.#checkFunction(text);
        return { type: 'identifier', position, name: text };
      case 'dot':
      case 'nil':
        return { type: token.type, position };
      case 'variable':
        if (!this.#scope.variables.includes(text)) this.#fail(`undefined variable ${quoted(text)}`);
        return { type: 'variable', position, name: text, fields: [] };
      case 'field':
        return { type: 'field', position, fields: [text.slice(1)] };
      case 'bool':
        return { type: 'bool', position, value: text === 'true' };
      case 'charConstant':
      case 'number':
        return this.#number(token);
      case 'complex':
        return this.#fail(`complex numbers are not supported: ${text}`);
      case 'leftParen': {
        this.#enter();
        const pipe = this.#pipeline('parenthesized pipeline', 'rightParen');
        this.#depth -= 1;
        return pipe;
      }
      case 'string':
      case 'rawString':
        return { type: 'string', position, text, value: this.#unquote(token) };
    }
    this.#tokens.putBack(token);
    return undefined;
  }

  #number({ type, position, text }: Token): NumberNode {
    if (text.endsWith('i')) this.#fail(`complex numbers are not supported: ${text}`);
    const constant = type === 'charConstant' ? parseChar(text) : parseNumber(text);
    if (constant === 'overflow') this.#fail(`integer overflow: ${quoted(text)}`);
    if (constant === 'syntax') this.#fail(`illegal number syntax: ${quoted(text)}`);
    if (typeof constant === 'string') return this.#fail(constant);
    return { type: 'number', position, text, ...constant };
  }

  #checkFunction(name: string): void {
    const found = this.#find(name);
    if (found === undefined) this.#fail(`function ${quoted(name)} not defined`);
    if ('reason' in found) this.#fail(`function ${quoted(name)} not defined; ${found.reason}`);
  }

  #find(name: string): TemplateFunction | RefusedFunction | undefined {
    return this.#source.functions.find(name);
  }

  #unquote(token: Token): string {
    this.#tokens.charge(token.text.length / CHARS_PER_TOKEN);
    this.#checkSize();
    const text = unquote(token.text);
    return text === undefined ? this.#fail('invalid syntax') : text;
  }

  #checkSize(): void {
    if (this.#tokens.count > MAX_TOKENS) this.#fail('the template has too many parts', 'limit');
  }

  /** Of parentheses and blocks: the parser calls itself for both. */
  #enter(): void {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) this.#fail('max expression depth exceeded', 'limit');
  }

  #expect(type: TokenType, context: string): void {
    const token = this.#tokens.nextNonSpace();
    if (token.type !== type) this.#unexpected(token, context);
  }

  #unexpected(token: Token, context: string): never {
    if (token.type !== 'error') return this.#fail(`unexpected ${shown(token)} in ${context}`);
    if (this.#actionLine === 0 || this.#actionLine === token.line) return this.#fail(token.text);
    const started = `started at ${this.#source.name}:${this.#actionLine}`;
    return this.#fail(`${token.text}${token.text.endsWith(' action') ? ' ' : ' in action '}${started}`);
  }

  /** All that it is told is made of the template's own text. */
  #fail(problem: string, kind: 'parse' | 'limit' = 'parse'): never {
    const { line } = this.#tokens;
    const message = safe(`template: ${this.#source.name}:${line}: ${excerpt(problem)}`);
    throw new TemplateError(kind, message, line);
  }
}

function newScope(): Scope {
  return { variables: ['$'], rangeDepth: 0 };
}

function isEnd(node: Statement | End): node is End {
  return node.type === 'end' || node.type === 'else';
}

function shownEnd({ type }: End): string {
  return `{{${type}}}`;
}
