// What the parts of the parser share: the tokens, the scope, the depth, and how a problem is told.
import type { FunctionLibrary, RefusedFunction } from '../function.ts';
import { MAX_DEPTH, MAX_TOKENS } from '../limits.ts';
import { type SafeText, safe } from '../safe-text.ts';
import { excerpt, TemplateError } from '../template-error.ts';
import type { TemplateFunction } from '../value.ts';
import { type Delimiters, Lexer } from './lexer.ts';
import { unquote } from './quoted.ts';
import { shown, type Token, type TokenType } from './token.ts';
import { TokenReader } from './token-reader.ts';

export interface Source {
  readonly name: string;
  readonly text: string;
  readonly delimiters: Delimiters;
  readonly functions: FunctionLibrary;
}

/** What is wrong at a place of the text, without Go's name and line before it. */
export interface TextProblem {
  /** An index into the template's text. */
  readonly position: number;
  readonly message: SafeText;
}

/** What is defined in one definition, and not in those around it. */
export interface Scope {
  readonly variables: string[];
  rangeDepth: number;
}

/** Characters of a constant per token, as its escapes take time. */
const CHARS_PER_TOKEN = 32;
/** Limit on the problems reported. */
const MOST_PROBLEMS = 20;

export class Parsing {
  readonly source: Source;
  readonly tokens: TokenReader;
  scope: Scope = newScope();
  /** The first token of the action that is being read. */
  action: Token | undefined;
  readonly #problems: TextProblem[] | undefined;
  #depth = 0;

  /** @param problems collects all problems; without it the first one ends parsing */
  constructor(source: Source, problems: TextProblem[] | undefined) {
    this.source = source;
    this.#problems = problems;
    const isKeyword = (word: string) => (word !== 'break' && word !== 'continue') || this.find(word) === undefined;
    this.tokens = new TokenReader(new Lexer(source.text, source.delimiters, isKeyword));
  }

  find(name: string): TemplateFunction | RefusedFunction | undefined {
    return this.source.functions.find(name);
  }

  hintFor(name: string): SafeText | undefined {
    return this.source.functions.hintFor?.(name);
  }

  unquote(token: Token): string {
    this.tokens.charge(token.text.length / CHARS_PER_TOKEN);
    this.checkSize();
    const text = unquote(token.text);
    return text === undefined ? this.fail('invalid syntax', token) : text;
  }

  checkSize(): void {
    if (this.tokens.count > MAX_TOKENS) this.fail('the template has too many parts', this.tokens.latest, 'limit');
  }

  /** Enters parentheses or a block, for which the parser recurses. */
  enter(): void {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) this.fail('max expression depth exceeded', this.tokens.latest, 'limit');
  }

  leave(): void {
    this.#depth -= 1;
  }

  expect(type: TokenType, context: string): void {
    const token = this.tokens.nextNonSpace();
    if (token.type !== type) this.unexpected(token, context);
  }

  unexpected(token: Token, context: string): never {
    if (token.type !== 'error') return this.fail(`unexpected ${shown(token)} in ${context}`, token);
    const { action } = this;
    if (action === undefined || action.line === token.line) return this.fail(token.text, token);
    this.#add(token.text, action);
    const started = `started at ${this.source.name}:${action.line}`;
    throw this.#error(`${token.text}${token.text.endsWith(' action') ? ' ' : ' in action '}${started}`, 'parse');
  }

  /** Reports a problem and continues as if the text were right, if all problems are wanted. */
  note(problem: string, at: Pick<Token, 'position'>): void {
    if (this.#problems === undefined || this.#problems.length >= MOST_PROBLEMS) this.fail(problem, at);
    this.#add(problem, at);
  }

  /** All that it is told is made of the template's own text. */
  fail(problem: string, at: Pick<Token, 'position'> = this.tokens.latest, kind: 'parse' | 'limit' = 'parse'): never {
    this.#add(problem, at);
    throw this.#error(problem, kind);
  }

  /** Go reports only the end. */
  failAtEnd(unclosed: Iterable<Block>): never {
    for (const { type, position } of unclosed) this.#add(`{{${type}}} has no {{end}}`, { position });
    throw this.#error('unexpected EOF', 'parse');
  }

  #add(problem: string, { position }: Pick<Token, 'position'>): void {
    this.#problems?.push({ position, message: excerpt(problem) });
  }

  #error(problem: string, kind: 'parse' | 'limit'): TemplateError {
    const { line } = this.tokens.latest;
    return new TemplateError(kind, safe(`template: ${this.source.name}:${line}: ${excerpt(problem)}`), line);
  }
}

/** An open block, which needs an `{{end}}`. */
export type Block = Pick<Token, 'type' | 'position'>;

export function newScope(): Scope {
  return { variables: ['$'], rangeDepth: 0 };
}
