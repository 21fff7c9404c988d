// The words of a JMESPath expression.

import { TooDeep } from '../../json-text/tree-reader.ts';
import { quote } from '../../quote.ts';
import { Cursor } from '../cursor.ts';
import { Steps } from '../steps.ts';
import { parseValue, type Value } from '../value.ts';

/** `name`, `quoted`, `number` and `literal` have a value; the kind of any other token is its text. */
export interface Token {
  readonly kind: string;
  readonly at: number;
  readonly text: string;
  readonly value: Value;
}

const BLANK = /[ \t\n\r]*/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const NUMBER = /-?[0-9]+/y;
const SIGNS = ['||', '&&', '==', '!=', '<=', '>=', '[?', '[]', ...'<>!.*[]{}(),:|@&'];
const QUOTED = /"(?:[^"\\]|\\.)*"/sy;
const RAW = /'(?:[^'\\]|\\.)*'/sy;
const LITERAL = /`(?:[^`\\]|\\.)*`/sy;
/** Enough for any literal: the class itself is bounded. */
const STEPS_OF_LITERAL = 100_000;

export function readTokens(text: string): readonly Token[] {
  const cursor = new Cursor(text);
  const tokens: Token[] = [];
  for (;;) {
    cursor.match(BLANK);
    const at = cursor.at;
    if (cursor.isAtEnd) return [...tokens, { kind: 'end', at, text: '', value: null }];
    tokens.push(readToken(cursor, at));
  }
}

function readToken(cursor: Cursor, at: number): Token {
  const name = cursor.match(NAME);
  if (name !== undefined) return { kind: 'name', at, text: name, value: name };
  const number = cursor.match(NUMBER);
  if (number !== undefined) return { kind: 'number', at, text: number, value: null };
  switch (cursor.char) {
    case '"':
      return readQuoted(cursor, at);
    case "'":
      return readRaw(cursor, at);
    case '`':
      return readLiteral(cursor, at);
  }
  const sign = SIGNS.find((one) => cursor.take(one));
  if (sign === undefined) cursor.fail(`${quote(cursor.char)} means nothing`);
  return { kind: sign, at, text: sign, value: null };
}

function readQuoted(cursor: Cursor, at: number): Token {
  const text = cursor.match(QUOTED);
  if (text === undefined) cursor.fail('the closing " is missing');
  const value = parseLiteral(text);
  if (typeof value !== 'string') cursor.fail('an escape or a control character in this text is none of JSON', at);
  return { kind: 'quoted', at, text, value };
}

/** Only its own quote and the backslash are escaped in it; a backslash before anything else is itself. */
function readRaw(cursor: Cursor, at: number): Token {
  const text = cursor.match(RAW);
  if (text === undefined) cursor.fail("the closing ' is missing");
  return { kind: 'literal', at, text, value: text.slice(1, -1).replace(/\\(['\\])/g, '$1') };
}

function readLiteral(cursor: Cursor, at: number): Token {
  const text = cursor.match(LITERAL);
  if (text === undefined) cursor.fail('the closing ` is missing');
  const value = parseLiteral(text.slice(1, -1).replaceAll('\\`', '`'));
  if (value === undefined) cursor.fail("what stands between ` and ` is JSON; a text is written 'so'", at);
  return { kind: 'literal', at, text, value };
}

function parseLiteral(text: string): Value | undefined {
  try {
    return parseValue(text, new Steps(STEPS_OF_LITERAL));
  } catch (thrown) {
    if (thrown instanceof TooDeep) return undefined;
    throw thrown;
  }
}
