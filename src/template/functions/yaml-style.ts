// How a text is written in YAML by yaml.v2: which of four styles it takes, and what its characters become there.
import { Buffer } from 'node:buffer';
import { toBytes } from '../text.ts';

export type Style = 'plain' | 'single' | 'double' | 'literal';

const MAX_SIMPLE_KEY_BYTES = 128;
const BASE64_LINE = 70;
const BASE64_LINES = new RegExp(`.{1,${BASE64_LINE}}`, 'g');

export function isSimpleKey(key: string): boolean {
  return !/[\r\n\x85\u2028\u2029]/.test(key) && Buffer.byteLength(key, 'utf8') <= MAX_SIMPLE_KEY_BYTES;
}

export function styleOf(text: string, isKey: boolean, wanted: Style): Style {
  const can = analysed(text);
  let style = wanted;
  if (isKey && can.hasBreaks) style = 'double';
  if (style === 'plain' && (!can.bePlain || (text === '' && isKey))) style = 'single';
  if (style === 'single' && !can.beSingle) style = 'double';
  if (style === 'literal' && (!can.beLiteral || isKey)) style = 'double';
  return style;
}

interface Analysis {
  readonly hasBreaks: boolean;
  readonly bePlain: boolean;
  readonly beSingle: boolean;
  readonly beLiteral: boolean;
}

const BREAK = '[\\r\\n\\x85\\u2028\\u2029]';
const LEADING_INDICATOR = /^(?:---|\.\.\.|[#,[\]{}&*!|>'"%@`]|[?:-](?:[ \t]|$))/;
const INNER_INDICATOR = new RegExp(`.:(?:[ \\t]|$)|(?:[ \\t]|${BREAK}|\\0)#`, 's');
const ANY_BREAK = new RegExp(BREAK);
const AT_AN_END = new RegExp(`^(?: |${BREAK})|(?: |${BREAK})$`);
const SPACE_AFTER_BREAK = new RegExp(`${BREAK} `);
const SPACE_BEFORE_BREAK = new RegExp(` ${BREAK}`);

function analysed(text: string): Analysis {
  const hasBreaks = ANY_BREAK.test(text);
  if (text === '') return { hasBreaks, bePlain: true, beSingle: true, beLiteral: false };
  const isSpecial = SPACE_BEFORE_BREAK.test(text) || UNPRINTABLE.test(text);
  const isBroken = SPACE_AFTER_BREAK.test(text);
  const isIndicator = LEADING_INDICATOR.test(text) || INNER_INDICATOR.test(text);
  return {
    hasBreaks,
    bePlain: !isSpecial && !isBroken && !hasBreaks && !AT_AN_END.test(text) && !isIndicator,
    beSingle: !isSpecial && !isBroken,
    beLiteral: !isSpecial && !text.endsWith(' '),
  };
}

/** What YAML 1.1 has no plain character for; beyond the first plane this writer escapes all. */
const UNPRINTABLE = /[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/u;

export function isEscaped(char: string): boolean {
  return char === '"' || char === '\\' || isBreak(char) || UNPRINTABLE.test(char);
}

export function isBreak(char: string): boolean {
  return /^[\r\n\x85\u2028\u2029]$/.test(char);
}

const NAMED_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\0', '0'],
  ['\x07', 'a'],
  ['\b', 'b'],
  ['\t', 't'],
  ['\n', 'n'],
  ['\v', 'v'],
  ['\f', 'f'],
  ['\r', 'r'],
  ['\x1b', 'e'],
  ['"', '"'],
  ['\\', '\\'],
  ['\x85', 'N'],
  ['\u2028', 'L'],
  ['\u2029', 'P'],
]);

export function escaped(char: string): string {
  const named = NAMED_ESCAPES.get(char);
  if (named !== undefined) return `\\${named}`;
  const code = char.codePointAt(0) as number;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

/** The chomping indicator: whether line breaks at the end are kept, or missing. */
export function chomping(text: string): string {
  const chars = [...text.slice(-4)];
  if (!isBreak(chars.at(-1) ?? '')) return '-';
  return [...text].length === 1 || isBreak(chars.at(-2) ?? '') ? '+' : '';
}

export function base64Lines(text: string): string {
  const base64 = toBytes(text).toString('base64');
  if (base64.length < BASE64_LINE) return base64;
  return base64.replace(BASE64_LINES, '$&\n');
}
