// A template's text to trees, one for each template that it defines. It refuses what Go's parser refuses, in its words.
import { MAX_TEXT } from '../limits.ts';
import { quoted } from '../print/quoted.ts';
import { TemplateError } from '../template-error.ts';
import { type Branch, isEmpty, type List, type Statement, type TemplateAction } from './node.ts';
import { type Block, newScope, Parsing, type Source, type TextProblem } from './parsing.ts';
import { PipelineParser } from './pipeline-parser.ts';
import type { Token } from './token.ts';

/** The end of a list of statements: `{{end}}` or `{{else}}`, with which word follows. */
type End = { readonly position: number } & (
  | { readonly type: 'end' }
  | { readonly type: 'else'; readonly chained: 'if' | 'with' | undefined }
);

export interface Parsed {
  /** The trees of the template and of all that it defines, by name. */
  readonly trees: ReadonlyMap<string, List>;
  /** How many tokens they were made of. */
  readonly size: number;
}

/** @throws TemplateError */
export function parseTemplates(source: Source): Parsed {
  return new Parser(new Parsing(source, undefined)).parse();
}

/** All problems, as far as the text can be parsed, in the order found; and the number of tokens. */
export function findParseProblems(source: Source): {
  readonly problems: readonly TextProblem[];
  readonly size: number;
} {
  const problems: TextProblem[] = [];
  const parsing = new Parsing(source, problems);
  try {
    new Parser(parsing).parse();
  } catch (thrown) {
    if (!(thrown instanceof TemplateError)) throw thrown;
  }
  return { problems, size: parsing.tokens.count };
}

class Parser {
  readonly #parsing: Parsing;
  readonly #pipelines: PipelineParser;
  readonly #templates = new Map<string, List>();
  /** The open blocks, outermost first; each `{{else if}}` adds its block once more. */
  readonly #blocks: Block[] = [];

  constructor(parsing: Parsing) {
    this.#parsing = parsing;
    this.#pipelines = new PipelineParser(parsing);
  }

  parse(): Parsed {
    const { source, tokens } = this.#parsing;
    if (source.text.length > MAX_TEXT) this.#parsing.fail('the text is too long', { position: 0 }, 'limit');
    const list: Statement[] = [];
    while (tokens.peek().type !== 'eof') {
      if (tokens.peek().type === 'leftDelim') {
        const delimiter = tokens.next();
        const keyword = tokens.nextNonSpace();
        if (keyword.type === 'define') {
          this.#definition(keyword);
          continue;
        }
        tokens.putBack(delimiter, keyword);
      }
      const node = this.#textOrAction();
      if (!isEnd(node)) list.push(node);
      else if (node.type === 'end') this.#parsing.note(`unexpected ${shownEnd(node)}`, node);
      else this.#parsing.fail(`unexpected ${shownEnd(node)}`, node);
    }
    this.#add(source.name, list);
    return { trees: this.#templates, size: tokens.count };
  }

  #definition(keyword: Token): void {
    const context = 'define clause';
    const name = this.#templateName(this.#parsing.tokens.nextNonSpace(), context);
    this.#parsing.expect('rightDelim', context);
    this.#add(name, this.#body(keyword, context));
  }

  /** The body of a separate template, which sees no variables of the surrounding ones. */
  #body(keyword: Token, context: string): List {
    const outer = this.#parsing.scope;
    this.#parsing.scope = newScope();
    this.#blocks.push(keyword);
    const [list, end] = this.#list();
    this.#blocks.pop();
    this.#parsing.scope = outer;
    if (end.type !== 'end') this.#parsing.fail(`unexpected ${shownEnd(end)} in ${context}`, end);
    return list;
  }

  #add(name: string, list: List): void {
    const known = this.#templates.get(name);
    if (known === undefined || isEmpty(known)) this.#templates.set(name, list);
    else if (!isEmpty(list)) this.#parsing.fail(`template: multiple definition of template ${quoted(name)}`);
  }

  #list(): [List, End] {
    const list: Statement[] = [];
    while (this.#parsing.tokens.peekNonSpace().type !== 'eof') {
      const node = this.#textOrAction();
      if (isEnd(node)) return [list, node];
      list.push(node);
    }
    return this.#parsing.failAtEnd(new Set(this.#blocks));
  }

  #textOrAction(): Statement | End {
    this.#parsing.checkSize();
    const token = this.#parsing.tokens.nextNonSpace();
    if (token.type === 'text') return { type: 'text', position: token.position, text: token.text };
    if (token.type !== 'leftDelim') this.#parsing.unexpected(token, 'input');
    this.#parsing.action = token;
    const action = this.#action();
    this.#parsing.action = undefined;
    return action;
  }

  #action(): Statement | End {
    const { tokens } = this.#parsing;
    const token = tokens.nextNonSpace();
    const { position } = token;
    switch (token.type) {
      case 'block':
        return this.#block(token);
      case 'break':
      case 'continue':
        return this.#jump(token, token.type);
      case 'else':
        return this.#else(token);
      case 'end':
        this.#parsing.expect('rightDelim', 'end');
        return { type: 'end', position };
      case 'if':
      case 'with':
      case 'range':
        return this.#branch(token, token.type);
      case 'template':
        return this.#templateAction();
    }
    tokens.putBack(token);
    return { type: 'action', position, pipe: this.#pipelines.pipeline('command', 'rightDelim') };
  }

  #jump({ position }: Token, type: 'break' | 'continue'): Statement {
    const token = this.#parsing.tokens.nextNonSpace();
    if (token.type !== 'rightDelim') this.#parsing.unexpected(token, `{{${type}}}`);
    if (this.#parsing.scope.rangeDepth === 0) this.#parsing.note(`{{${type}}} outside {{range}}`, { position });
    return { type, position };
  }

  #else({ position }: Token): End {
    const { type } = this.#parsing.tokens.peekNonSpace();
    if (type === 'if' || type === 'with') return { type: 'else', position, chained: type };
    this.#parsing.expect('rightDelim', 'else');
    return { type: 'else', position, chained: undefined };
  }

  #branch(keyword: Token, type: Branch['type']): Branch {
    const { scope } = this.#parsing;
    this.#parsing.enter();
    const known = scope.variables.length;
    const pipe = this.#pipelines.pipeline(type, 'rightDelim');
    this.#blocks.push(keyword);
    if (type === 'range') scope.rangeDepth += 1;
    const [list, end] = this.#list();
    if (type === 'range') scope.rangeDepth -= 1;
    const otherwise = end.type === 'else' ? this.#otherwise(keyword, type, end.chained) : undefined;
    this.#blocks.pop();
    scope.variables.length = known;
    this.#parsing.leave();
    return { type, position: pipe.position, pipe, list, otherwise };
  }

  /** `{{else if}}` is an `if` in the other branch, whose `{{end}}` ends both. */
  #otherwise(keyword: Token, type: Branch['type'], chained: 'if' | 'with' | undefined): List {
    if (chained !== undefined && chained === type) {
      this.#parsing.tokens.nextNonSpace();
      return [this.#branch(keyword, type)];
    }
    const [list, end] = this.#list();
    if (end.type !== 'end') this.#parsing.fail(`expected end; found ${shownEnd(end)}`, end);
    return list;
  }

  #block(keyword: Token): TemplateAction {
    const context = 'block clause';
    this.#parsing.enter();
    const token = this.#parsing.tokens.nextNonSpace();
    const name = this.#templateName(token, context);
    const pipe = this.#pipelines.pipeline(context, 'rightDelim');
    this.#add(name, this.#body(keyword, context));
    this.#parsing.leave();
    return { type: 'template', position: token.position, name, pipe };
  }

  #templateAction(): TemplateAction {
    const context = 'template clause';
    const { tokens } = this.#parsing;
    const token = tokens.nextNonSpace();
    const { position } = token;
    const name = this.#templateName(token, context);
    const next = tokens.nextNonSpace();
    if (next.type === 'rightDelim') return { type: 'template', position, name, pipe: undefined };
    tokens.putBack(next);
    return { type: 'template', position, name, pipe: this.#pipelines.pipeline(context, 'rightDelim') };
  }

  #templateName(token: Token, context: string): string {
    if (token.type !== 'string' && token.type !== 'rawString') this.#parsing.unexpected(token, context);
    return this.#parsing.unquote(token);
  }
}

function isEnd(node: Statement | End): node is End {
  return node.type === 'end' || node.type === 'else';
}

function shownEnd({ type }: End): string {
  return `{{${type}}}`;
}
