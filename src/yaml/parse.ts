// Parses YAML text to nodes. Bounds are checked before the expensive steps: size before the lexer, tokens and depth while
// lexing, so that no hostile text reaches the recursive composer. Messages never quote the text. Callers give the nodes
// their meaning.
import { Composer, CST, Lexer, LineCounter, type ParsedNode, Parser } from 'yaml';
import { tooDeep, tooLarge, tooManyNodes, tooManyTokens, type YamlBounds, YamlRefusal } from './bounds.ts';
import { convertNode } from './convert.ts';
import type { YamlNode } from './node.ts';
import type { Position } from './position.ts';
import { findSyntaxCause } from './syntax-cause.ts';

/** Receives the problems of a text. */
export interface YamlProblems {
  readonly count: number;
  addObject(at: Position, subject: undefined, text: string): void;
}

/** What the parser's stack holds besides the collections: the document and the scalar at hand. */
const STACK_REST = 2;
/** Core tags, which are allowed because they add nothing to the value's own form. */
const CORE_TAGS = new Set(['!', '!!str', '!!int', '!!float', '!!bool', '!!null', '!!map', '!!seq']);
/** Parsing stops after this many errors, because only the first ones help. */
const MOST_ERRORS = 100;
/** Tokens that each make a value. A block map has no token of its own, so its list item or its keys count. */
const VALUE_TOKENS: ReadonlySet<CST.TokenType | null> = new Set([
  'scalar',
  'single-quoted-scalar',
  'double-quoted-scalar',
  'alias',
  'flow-map-start',
  'flow-seq-start',
  'seq-item-ind',
] as const);

/** The one document in `text`; undefined if it is empty, or if it is invalid, which is then reported to `problems`. */
export function readYaml(text: string, bounds: YamlBounds, problems: YamlProblems): YamlNode | undefined {
  try {
    // Check characters first: there are never more of them than bytes, and counting them costs nothing.
    if (text.length > bounds.bytes || Buffer.byteLength(text) > bounds.bytes) throw tooLarge(bounds);
    // A byte order mark makes the parser misjudge the first line's indentation (yaml 2.9.1).
    const plain = text.startsWith('\u{feff}') ? text.slice(1) : text;
    const lines = countLines(plain);
    const tokens = parse(plain, lines, bounds);
    const content = compose(tokens, lines, new SyntaxErrors(plain, lines, problems));
    return content === undefined || problems.count > 0 ? undefined : convertNode(content, plain, lines, bounds);
  } catch (thrown) {
    if (!(thrown instanceof YamlRefusal)) throw thrown;
    if (problems.count === 0) problems.addObject(thrown.at, undefined, thrown.message);
    return undefined;
  }
}

/**
 * Lexes and parses token by token, so that a bound stops both. Uses the parser's private stack and offset: the stack is
 * the only exact measure of depth before the composer recurses. tsc fails if a release removes them.
 */
function parse(text: string, lines: LineCounter, bounds: YamlBounds): CST.Token[] {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let tokenCount = 0;
  let valueCount = 0;
  let isScalarText = false;
  const at = () => positionOf(parser['offset'], lines);
  // A scalar is one token but may span many lines, each of which costs as much as a token when folded.
  const lastLineAt = lines.lineStarts[bounds.tokens] ?? Number.POSITIVE_INFINITY;
  for (const lexeme of new Lexer().lex(text)) {
    const type: CST.TokenType | null = isScalarText ? null : CST.tokenType(lexeme);
    isScalarText = type === 'scalar';
    if (++tokenCount > bounds.tokens) throw tooManyTokens(bounds, at());
    if (VALUE_TOKENS.has(type) && ++valueCount > bounds.nodes) throw tooManyNodes(bounds, at());
    if (type === 'tag' && !CORE_TAGS.has(lexeme)) throw customTag(at());
    if (type === 'directive-line' && lexeme.startsWith('%TAG')) throw customTag(at());
    if (type === 'comment') {
      // Skip comments: the parser compares each with the blank lines before it, which takes 0.7 s at the bounds.
      parser['offset'] += lexeme.length;
      continue;
    }
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser['stack'].length > bounds.depth + STACK_REST) throw tooDeep(bounds, at());
    if (parser['offset'] > lastLineAt) throw tooManyTokens(bounds, at());
  }
  for (const token of parser.end()) tokens.push(token);
  return tokens;
}

/** Counts all lines before the parser runs, because the parser misses some in an invalid text (yaml 2.9.1). */
function countLines(text: string): LineCounter {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines.addNewLine(at + 1);
  return lines;
}

function customTag(at: Position): YamlRefusal {
  return new YamlRefusal(at, 'custom tags are not supported; remove the tag (the word that starts with "!")');
}

function compose(tokens: readonly CST.Token[], lines: LineCounter, errors: SyntaxErrors): ParsedNode | undefined {
  const [document, another] = tokens.filter((token) => token.type === 'document' && token.value !== undefined);
  if (another !== undefined) {
    throw new YamlRefusal(
      positionOf(another.offset, lines),
      'a second YAML document starts here; remove the "---" and keep one list',
    );
  }
  for (const token of tokens) if (token.type === 'error') errors.add(token, 'UNEXPECTED_TOKEN');
  if (document === undefined) {
    errors.report();
    return undefined;
  }
  const composer = new Composer({ schema: 'failsafe', strict: false, uniqueKeys: false, resolveKnownTags: false });
  // Private API: the public one makes an error object for each token, half a second for 256 KiB of commas.
  composer['onError'] = (source: Source, code: string, _message?: string, isWarning?: boolean) => {
    if (isWarning !== true) errors.add(source, code);
  };
  const [composed] = composer.compose([document]);
  errors.report();
  return composed?.contents ?? undefined;
}

type Source = number | readonly number[] | { readonly offset: number };
/**
 * The library continues after an error and reports its consequences. This reports each problem of the text once, and drops
 * the library's messages, because they quote the text.
 */
class SyntaxErrors {
  readonly #text: string;
  readonly #lines: LineCounter;
  readonly #problems: YamlProblems;
  #first: { readonly at: Position; readonly code: string } | undefined;
  #count = 0;

  constructor(text: string, lines: LineCounter, problems: YamlProblems) {
    this.#text = text;
    this.#lines = lines;
    this.#problems = problems;
  }

  add(source: Source, code: string): void {
    const offset = typeof source === 'number' ? source : 'offset' in source ? source.offset : source[0];
    const at = positionOf(offset ?? 0, this.#lines);
    if (this.#first === undefined || at.line < this.#first.at.line) this.#first = { at, code };
    if (++this.#count < MOST_ERRORS) return;
    this.report();
    throw new YamlRefusal(at, 'too many problems');
  }

  report(): void {
    if (this.#first === undefined) return;
    const { at, code } = this.#first;
    const cause = findSyntaxCause(this.#text, at.line);
    const text = cause?.text ?? SYNTAX[code] ?? 'not YAML; check quotes and indentation';
    this.#problems.addObject(cause?.at ?? at, undefined, text);
  }
}

function positionOf(offset: number, lines: LineCounter): Position {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

/** What is wrong and what to change, by the library's error code. */
const SYNTAX: Readonly<Record<string, string>> = {
  ALIAS_PROPS: 'an alias ("*name") takes no tag or anchor; remove it',
  BAD_ALIAS: 'an alias or anchor without a usable name; write "*name" or "&name"',
  BAD_DQ_ESCAPE: 'unknown escape in a double-quoted text; double the backslash or use single quotes',
  BAD_INDENT: 'wrong indentation; align the fields of an object in one column',
  BAD_SCALAR_START: 'a text that starts with a reserved character; put it in quotes',
  BLOCK_AS_IMPLICIT_KEY: "a field within another's text; align its indentation or put the text in quotes",
  BLOCK_IN_FLOW: 'an indented list or map within brackets; close the bracket first',
  MISSING_CHAR: 'a character is missing here or above (a closing quote or bracket, a ":" after a field, a space)',
  MULTILINE_IMPLICIT_KEY: 'a field that runs over several lines; check for a missing ":"',
  TAB_AS_INDENT: 'a tab in the indentation; use spaces',
  UNEXPECTED_TOKEN: 'an unexpected character; put the text in quotes if it belongs to it',
};
