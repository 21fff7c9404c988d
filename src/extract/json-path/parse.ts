// Parses a JSONPath query by the grammar of RFC 9535 (appendix A). A regular expression must be a literal, so that its cost
// is known before it is used.
import { JsonNumber } from '../../json.ts';
import { quote } from '../../quote.ts';
import { Cursor } from '../cursor.ts';
import { toRe2 } from './pattern.ts';
import { isSingular, OPERATORS, type Operand, type Query, type Segment, type Selector, type Test } from './query.ts';

const BLANK = /[ \t\n\r]*/y;
const NAME = /[A-Za-z_\u0080-\ud7ff\ue000-\uffff\ud800-\udfff][\w\u0080-\ud7ff\ue000-\uffff\ud800-\udfff]*/y;
const FUNCTION = /[a-z][a-z_0-9]*(?=\()/y;
const MATCHING = /(?:match|search)(?=\()/y;
const INTEGER = /0|-?[1-9][0-9]*/y;
const NUMBER = /(?:-?0|-?[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const UNESCAPED = /[ !#-&(-[\]-\u{10ffff}]+/uy;
const HEX = /[0-9A-Fa-f]{4}/y;
const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', '/': '/', '\\': '\\' };
const WORDS = [
  ['true', true],
  ['false', false],
  ['null', null],
] as const;

/** The problem of a pattern in RE2's syntax; undefined if there is none. */
export type FindPatternProblem = (pattern: string) => string | undefined;

/** @param findProblem of each pattern of match() and search(). @throws BadExpression */
export function parseJsonPath(text: string, findProblem: FindPatternProblem = () => undefined): Query {
  const cursor = new QueryCursor(text, findProblem);
  if (!cursor.take('$')) cursor.fail('a JSONPath starts with $; "$" is expected');
  const query = { isAbsolute: true, segments: readSegments(cursor) };
  if (!cursor.isAtEnd) cursor.fail('a name, ".", ".." or "[" is expected');
  return query;
}

class QueryCursor extends Cursor {
  readonly findPatternProblem: FindPatternProblem;

  constructor(text: string, findProblem: FindPatternProblem) {
    super(text);
    this.findPatternProblem = findProblem;
  }
}

function skipBlank(cursor: Cursor): void {
  cursor.match(BLANK);
}

function readSegments(cursor: QueryCursor): Segment[] {
  const segments: Segment[] = [];
  for (;;) {
    const before = cursor.at;
    skipBlank(cursor);
    const segment = readSegment(cursor);
    if (segment === undefined) {
      cursor.at = before;
      return segments;
    }
    segments.push(segment);
  }
}

function readSegment(cursor: QueryCursor): Segment | undefined {
  if (cursor.take('..')) return { isDescendant: true, selectors: readAfterDots(cursor, true) };
  if (cursor.take('.')) return { isDescendant: false, selectors: readAfterDots(cursor, false) };
  if (cursor.char === '[') return { isDescendant: false, selectors: readBrackets(cursor) };
  return undefined;
}

function readAfterDots(cursor: QueryCursor, mayBeBrackets: boolean): Selector[] {
  if (cursor.take('*')) return [{ kind: 'wildcard' }];
  if (mayBeBrackets && cursor.char === '[') return readBrackets(cursor);
  const name = cursor.match(NAME);
  if (name === undefined)
    cursor.fail('a name or "*" is expected; a name of other characters goes in brackets: ["a-b"]');
  if (!name.isWellFormed()) cursor.fail('half a character is no name');
  return [{ kind: 'name', name }];
}

function readBrackets(cursor: QueryCursor): Selector[] {
  return cursor.nested(() => {
    const selectors: Selector[] = [];
    cursor.expect('[');
    do {
      skipBlank(cursor);
      selectors.push(readSelector(cursor));
      skipBlank(cursor);
    } while (cursor.take(','));
    if (!cursor.take(']')) cursor.fail('"," or "]" is expected');
    return selectors;
  });
}

function readSelector(cursor: QueryCursor): Selector {
  if (cursor.char === '"' || cursor.char === "'") return { kind: 'name', name: readString(cursor) };
  if (cursor.take('*')) return { kind: 'wildcard' };
  if (cursor.take('?')) {
    skipBlank(cursor);
    return { kind: 'filter', test: readOr(cursor) };
  }
  const start = readInteger(cursor);
  const afterStart = cursor.at;
  skipBlank(cursor);
  if (cursor.take(':')) return readSlice(cursor, start);
  cursor.at = afterStart;
  if (start === undefined) cursor.fail('a name in quotes, a number, "*", ":" or "?" is expected');
  return { kind: 'index', index: start };
}

function readSlice(cursor: Cursor, start: number | undefined): Selector {
  skipBlank(cursor);
  const end = readInteger(cursor);
  const afterEnd = cursor.at;
  skipBlank(cursor);
  if (!cursor.take(':')) {
    cursor.at = afterEnd;
    return { kind: 'slice', start, end, step: 1 };
  }
  const afterColon = cursor.at;
  skipBlank(cursor);
  const step = readInteger(cursor);
  if (step === undefined) cursor.at = afterColon;
  return { kind: 'slice', start, end, step: step ?? 1 };
}

function readInteger(cursor: Cursor): number | undefined {
  const text = cursor.match(INTEGER);
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!Number.isSafeInteger(number)) cursor.fail('a number beyond 2^53 is no index', cursor.at - text.length);
  return number;
}

function readString(cursor: Cursor): string {
  const mark = cursor.char;
  const start = cursor.at;
  let text = '';
  cursor.at += 1;
  while (!cursor.take(mark)) {
    const plain = cursor.match(UNESCAPED);
    if (plain !== undefined) text += plain;
    else if (cursor.take('\\')) text += readEscape(cursor, mark);
    else if (cursor.char === '"' || cursor.char === "'") {
      text += cursor.char;
      cursor.at += 1;
    } else
      cursor.fail(cursor.isAtEnd ? 'the closing quote is missing' : 'a control character is written as \\n or \\u000a');
  }
  if (!text.isWellFormed()) cursor.fail('half a character stands in the text', start);
  return text;
}

function readEscape(cursor: Cursor, mark: string): string {
  const letter = cursor.char;
  cursor.at += 1;
  if (letter === mark) return mark;
  if (letter === 'u') {
    const unit = readUnit(cursor);
    const isHigh = unit >= 0xd800 && unit <= 0xdbff;
    if (!isHigh) return String.fromCharCode(unit);
    cursor.expect('\\u');
    return String.fromCharCode(unit, readUnit(cursor));
  }
  const meant = ESCAPES[letter];
  if (letter === '' || meant === undefined) cursor.fail('no such escape', cursor.at - 1);
  return meant;
}

function readUnit(cursor: Cursor): number {
  const digits = cursor.match(HEX);
  if (digits === undefined) cursor.fail('four hex digits are expected');
  return Number.parseInt(digits, 16);
}

function readOr(cursor: QueryCursor): Test {
  return cursor.nested(() =>
    readTerms(cursor, '||', 'or', () => readTerms(cursor, '&&', 'and', () => readBasic(cursor))),
  );
}

function readTerms(cursor: QueryCursor, between: string, kind: 'or' | 'and', read: () => Test): Test {
  const first = read();
  const terms = [first];
  for (;;) {
    const before = cursor.at;
    skipBlank(cursor);
    if (!cursor.take(between)) {
      cursor.at = before;
      return terms.length === 1 ? first : { kind, terms };
    }
    skipBlank(cursor);
    terms.push(read());
  }
}

function readBasic(cursor: QueryCursor): Test {
  if (cursor.take('!')) {
    skipBlank(cursor);
    const term = cursor.char === '(' ? readParentheses(cursor) : readExistence(cursor);
    return { kind: 'not', term };
  }
  if (cursor.char === '(') return readParentheses(cursor);
  const match = readMatch(cursor);
  if (match !== undefined) return match;
  const start = cursor.at;
  const left = readOperand(cursor);
  const afterLeft = cursor.at;
  skipBlank(cursor);
  const operator = OPERATORS.find((one) => cursor.take(one));
  if (operator !== undefined) {
    checkOperand(cursor, left, start);
    skipBlank(cursor);
    const rightStart = cursor.at;
    const right = readOperand(cursor);
    checkOperand(cursor, right, rightStart);
    return { kind: 'comparison', operator, left, right };
  }
  cursor.at = afterLeft;
  return toExistence(cursor, left, start);
}

function readParentheses(cursor: QueryCursor): Test {
  cursor.expect('(');
  skipBlank(cursor);
  const test = readOr(cursor);
  skipBlank(cursor);
  cursor.expect(')');
  return test;
}

function readExistence(cursor: QueryCursor): Test {
  const start = cursor.at;
  return readMatch(cursor) ?? toExistence(cursor, readOperand(cursor), start);
}

/** A call that is true or false by itself. */
function readMatch(cursor: QueryCursor): Test | undefined {
  const name = cursor.match(MATCHING);
  if (name === undefined) return undefined;
  cursor.expect('(');
  skipBlank(cursor);
  const start = cursor.at;
  const of = cursor.nested(() => readOperand(cursor));
  checkOperand(cursor, of, start);
  skipBlank(cursor);
  cursor.expect(',');
  skipBlank(cursor);
  const pattern = readPattern(cursor, name);
  skipBlank(cursor);
  cursor.expect(')');
  // A value that is no text is no pattern.
  return pattern === undefined ? NEVER : { kind: 'match', of, pattern };
}

const NEVER: Test = { kind: 'or', terms: [] };

function readPattern(cursor: QueryCursor, name: string): string | undefined {
  const start = cursor.at;
  const operand = cursor.nested(() => readOperand(cursor));
  if (operand.kind !== 'literal')
    cursor.fail(`the pattern of ${name}() is a text in quotes; one out of the data could take any time`, start);
  if (typeof operand.value !== 'string') return undefined;
  const pattern = toRe2(operand.value, name === 'match');
  const problem = cursor.findPatternProblem(pattern);
  if (problem !== undefined) cursor.fail(`the pattern of ${name}() ${problem}`, start);
  return pattern;
}

function toExistence(cursor: Cursor, operand: ReadOperand, start: number): Test {
  if (operand.kind === 'query' && !operand.isOfFunction) return { kind: 'exists', query: operand.query };
  cursor.fail('what is no path is compared with something', start);
}

/** @param isOfFunction whether it is the argument of value(), whose path may select more than one value. */
type ReadOperand = Operand & { readonly isOfFunction?: boolean };

function checkOperand(cursor: Cursor, operand: ReadOperand, start: number): void {
  if (operand.kind === 'query' && !operand.isOfFunction && !isSingular(operand.query))
    cursor.fail('a path that may select several values is not compared', start);
}

function readOperand(cursor: QueryCursor): ReadOperand {
  if (cursor.char === '"' || cursor.char === "'") return { kind: 'literal', value: readString(cursor) };
  if (cursor.char === '$' || cursor.char === '@') return { kind: 'query', query: readQuery(cursor) };
  const name = cursor.match(FUNCTION);
  if (name !== undefined) return cursor.nested(() => readCall(cursor, name));
  const number = cursor.match(NUMBER);
  if (number !== undefined) return { kind: 'literal', value: new JsonNumber(number) };
  const word = WORDS.find(([one]) => cursor.take(one));
  if (word === undefined) cursor.fail('a path, a text in quotes, a number, true, false or null is expected');
  return { kind: 'literal', value: word[1] };
}

function readQuery(cursor: QueryCursor): Query {
  const isAbsolute = cursor.char === '$';
  if (!isAbsolute && cursor.char !== '@') cursor.fail('a path is expected');
  cursor.at += 1;
  return { isAbsolute, segments: readSegments(cursor) };
}

function readCall(cursor: QueryCursor, name: string): ReadOperand {
  const start = cursor.at - name.length;
  if (name === 'match' || name === 'search')
    cursor.fail(`${name}() is true or false, and no value; write it alone`, start);
  if (name !== 'length' && name !== 'count' && name !== 'value')
    cursor.fail(`unknown function ${quote(name)}; there are length, count, value, match and search`, start);
  cursor.expect('(');
  skipBlank(cursor);
  const call = readArgument(cursor, name);
  skipBlank(cursor);
  cursor.expect(')');
  return call;
}

function readArgument(cursor: QueryCursor, name: 'length' | 'count' | 'value'): ReadOperand {
  if (name === 'count') return { kind: 'count', query: readQuery(cursor) };
  if (name === 'value') return { kind: 'query', query: readQuery(cursor), isOfFunction: true };
  const start = cursor.at;
  const of = readOperand(cursor);
  checkOperand(cursor, of, start);
  return { kind: 'length', of };
}
