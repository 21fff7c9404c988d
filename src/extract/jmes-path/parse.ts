// Parses a JMESPath expression by the grammar of its specification (jmespath.org). Operators bind as strongly as in the
// reference implementation.
import { quote } from '../../quote.ts';
import { BadExpression } from '../cursor.ts';
import { type Argument, COMPARATORS, CURRENT, type Query } from './query.ts';
import { checkCall } from './signatures.ts';
import { readTokens, type Token } from './tokens.ts';

const POWERS: Readonly<Record<string, number>> = {
  '|': 1,
  '||': 2,
  '&&': 3,
  ...Object.fromEntries(COMPARATORS.map((comparator) => [comparator, 5])),
  '[]': 9,
  '*': 20,
  '[?': 21,
  '.': 40,
  '!': 45,
  '{': 50,
  '[': 55,
  '(': 60,
};
const OF_FLATTEN = 9;
const OF_STAR = 20;
const OF_FILTER = 21;
const OF_DOT = 40;
const OF_NOT = 45;
/** An operator that binds less ends a projection. */
const PROJECTION_STOP = 10;
const MOST_LEVELS = 50;

/** @throws BadExpression */
export function parseJmesPath(text: string): Query {
  return new Parser(text).parse();
}

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #at = 0;
  #level = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = readTokens(text);
  }

  parse(): Query {
    const query = this.#read(0);
    if (this.#token.kind !== 'end') this.#fail('an operator is expected');
    return query;
  }

  get #token(): Token {
    return this.#tokens[this.#at] as Token;
  }

  /** Binding power of the next token as an infix operator. */
  get #power(): number {
    return POWERS[this.#token.kind] ?? 0;
  }

  #isNext(kind: string, ahead = 0): boolean {
    return this.#tokens[this.#at + ahead]?.kind === kind;
  }

  #take(kind: string): boolean {
    if (!this.#isNext(kind)) return false;
    this.#at += 1;
    return true;
  }

  #expect(kind: string): Token {
    const token = this.#token;
    if (!this.#take(kind)) this.#fail(`${kind === 'name' ? 'a name' : quote(kind)} is expected`);
    return token;
  }

  #fail(what: string, { at } = this.#token): never {
    throw new BadExpression(this.#text, at, what);
  }

  #read(power: number): Query {
    this.#level += 1;
    if (this.#level > MOST_LEVELS) this.#fail(`there are more than ${MOST_LEVELS} levels`);
    let left = this.#readFirst();
    while (power < this.#power) left = this.#readNext(left);
    this.#level -= 1;
    return left;
  }

  #readFirst(): Query {
    const token = this.#token;
    this.#at += 1;
    switch (token.kind) {
      case 'literal':
        return { kind: 'literal', value: token.value };
      case 'name':
        return this.#isNext('(') ? this.#readCall(token) : { kind: 'field', name: token.text };
      case 'quoted':
        if (this.#isNext('(')) this.#fail('the name of a function is not quoted', token);
        return { kind: 'field', name: String(token.value) };
      case '@':
        return CURRENT;
      case '*':
        return { kind: 'values', left: CURRENT, right: this.#readProjected(OF_STAR) };
      case '[?':
        return this.#readFilter(CURRENT);
      case '[]':
        return this.#readFlatten(CURRENT);
      case '[':
        return this.#readBrackets(CURRENT, true);
      case '{':
        return this.#readMap();
      case '!':
        return { kind: 'not', of: this.#read(OF_NOT) };
      case '(': {
        const inner = this.#read(0);
        this.#expect(')');
        return inner;
      }
      case '&':
        return this.#fail('& stands before an argument of a function, nowhere else', token);
      default:
        return this.#fail('a name, a literal or "[" is expected', token);
    }
  }

  #readNext(left: Query): Query {
    const token = this.#token;
    this.#at += 1;
    switch (token.kind) {
      case '.':
        if (this.#take('*')) return { kind: 'values', left, right: this.#readProjected(OF_STAR) };
        return { kind: 'then', left, right: this.#readAfterDot(OF_DOT) };
      case '|':
        return { kind: 'pipe', left, right: this.#read(1) };
      case '||':
        return { kind: 'or', left, right: this.#read(2) };
      case '&&':
        return { kind: 'and', left, right: this.#read(3) };
      case '[?':
        return this.#readFilter(left);
      case '[]':
        return this.#readFlatten(left);
      case '[':
        return this.#readBrackets(left, false);
    }
    const comparator = COMPARATORS.find((one) => one === token.kind);
    if (comparator === undefined) return this.#fail('an operator is expected', token);
    return { kind: 'comparison', comparator, left, right: this.#read(5) };
  }

  /** The expression that a projection applies to each value. */
  #readProjected(power: number): Query {
    if (this.#power < PROJECTION_STOP) return CURRENT;
    // As if `@` stood before it.
    if (this.#isNext('[') || this.#isNext('[?')) return this.#read(power);
    if (this.#take('.')) return this.#readAfterDot(power);
    return this.#fail('"." or "[" is expected');
  }

  #readAfterDot(power: number): Query {
    if (this.#isNext('name') || this.#isNext('quoted') || this.#isNext('*')) return this.#read(power);
    if (this.#take('[')) return this.#readList();
    if (this.#take('{')) return this.#readMap();
    return this.#fail('a name, "*", "[" or "{" is expected');
  }

  #readFlatten(of: Query): Query {
    return { kind: 'items', left: { kind: 'flatten', of }, right: this.#readProjected(OF_FLATTEN) };
  }

  #readFilter(left: Query): Query {
    const test = this.#read(0);
    this.#expect(']');
    const right = this.#isNext('[]') ? CURRENT : this.#readProjected(OF_FILTER);
    return { kind: 'filter', left, right, test };
  }

  /** @param mayBeList at the beginning; behind something brackets are an index, a slice or a projection */
  #readBrackets(left: Query, mayBeList: boolean): Query {
    if (this.#isNext('number') || this.#isNext(':')) {
      const right = this.#readIndex();
      const then: Query = left === CURRENT ? right : { kind: 'then', left, right };
      return right.kind === 'slice' ? { kind: 'items', left: then, right: this.#readProjected(OF_STAR) } : then;
    }
    if (this.#isNext('*') && (!mayBeList || this.#isNext(']', 1))) {
      this.#at += 1;
      this.#expect(']');
      return { kind: 'items', left, right: this.#readProjected(OF_STAR) };
    }
    if (!mayBeList) this.#fail('a number, ":" or "*" is expected');
    return this.#readList();
  }

  #readIndex(): Query {
    const parts: (number | undefined)[] = [this.#readNumber()];
    while (parts.length < 3 && this.#take(':')) parts.push(this.#readNumber());
    const end = this.#token;
    this.#expect(']');
    const [index] = parts;
    if (parts.length > 1) {
      if (parts[2] === 0) this.#fail('a step of 0 goes nowhere', end);
      return { kind: 'slice', parts };
    }
    if (index === undefined) this.#fail('a number is expected', end);
    return { kind: 'index', index };
  }

  #readNumber(): number | undefined {
    const token = this.#token;
    if (!this.#take('number')) return undefined;
    const number = Number(token.text);
    if (!Number.isSafeInteger(number)) this.#fail('a number beyond 2^53 is no index', token);
    return number;
  }

  #readList(): Query {
    const items: Query[] = [];
    do items.push(this.#read(0));
    while (this.#take(','));
    this.#expect(']');
    return { kind: 'list', items };
  }

  #readMap(): Query {
    const members: [string, Query][] = [];
    do {
      const token = this.#token;
      if (!this.#take('quoted')) this.#expect('name');
      this.#expect(':');
      members.push([String(token.value), this.#read(0)]);
    } while (this.#take(','));
    this.#expect('}');
    return { kind: 'map', members };
  }

  #readCall(name: Token): Query {
    this.#expect('(');
    const args: Argument[] = [];
    if (!this.#isNext(')')) {
      do {
        const isExpression = this.#take('&');
        args.push({ isExpression, query: this.#read(0) });
      } while (this.#take(','));
    }
    this.#expect(')');
    const problem = checkCall(name.text, args);
    if (problem !== undefined) this.#fail(problem, name);
    return { kind: 'call', name: name.text, args, at: name.at };
  }
}
