// Regular expressions of RE2, which match in linear time. Replacements and splits are as in Go's regexp.
import { type Matcher, RE2JS, RE2JSSyntaxException } from 're2js';
import { LimitError } from '../budget.ts';
import { fail, type SafeText, safe } from '../safe-text.ts';
import { normalized } from '../text.ts';
import type { CallContext } from '../value.ts';
import { instructionsOf } from './regex-size.ts';

/** A class of all letters takes 0.1 ms. */
export const LONGEST_PATTERN = 4_096;
/** They take 15 ms, and 10 MB. */
export const MOST_INSTRUCTIONS = 10_000;
/** Instructions of the expression times characters of the text that one step stands for. */
const WORK_OF_STEP = 5;
const STEPS_OF_MILLISECOND = 10_000;

/** The library's error for an expression: its constant text, without the quoted part. */
const FAULTS: ReadonlySet<string> = new Set([
  'duplicate capture group name',
  'invalid UTF-8',
  'invalid character class',
  'invalid character class range',
  'invalid escape sequence',
  'invalid named capture',
  'invalid nested repetition operator',
  'invalid or unsupported Perl syntax',
  'invalid repeat count',
  'missing argument to repetition operator',
  'missing closing )',
  'missing closing ]',
  'trailing backslash at end of expression',
  'unexpected )',
  'expression nests too deeply',
  'expression too large',
]);

export interface Range {
  readonly start: number;
  readonly end: number;
}

export class Regex {
  readonly #context: CallContext;
  readonly #pattern: RE2JS;
  readonly #isEmpty: boolean;

  /** @param prefix as regexp.MustCompile says it */
  constructor(context: CallContext, pattern: string, prefix: SafeText = safe('')) {
    this.#context = context;
    this.#isEmpty = pattern === '';
    if (pattern.length > LONGEST_PATTERN || instructionsOf(pattern) > MOST_INSTRUCTIONS)
      throw new LimitError('exceeded maximum size of a regular expression');
    this.#pattern = this.#timed(() => compiled(pattern, prefix));
  }

  test(text: string): boolean {
    return this.#matcher(text).find();
  }

  find(text: string): string {
    const matcher = this.#matcher(text);
    return matcher.find() ? text.slice(matcher.start(), matcher.end()) : '';
  }

  findAll(text: string, limit: number): Range[] {
    const matcher = this.#matcher(text);
    const most = limit < 0 ? text.length + 1 : limit;
    const found: Range[] = [];
    let at = 0;
    let lastEnd = -1;
    while (found.length < most && at <= text.length && this.#findFrom(matcher, at)) {
      const range = { start: matcher.start(), end: matcher.end() };
      // Skips an empty match right after another match.
      if (range.end > at || range.start !== lastEnd) found.push(range);
      at = range.end > at ? range.end : at + widthAt(text, at);
      lastEnd = range.end;
    }
    return found;
  }

  /** @param replacement of a match; gets the text of a group by number or name */
  replaceAll(text: string, replacement: (group: (name: string) => string) => string): string {
    const matcher = this.#matcher(text);
    const parts: string[] = [];
    let size = 0;
    const add = (part: string) => {
      size += part.length;
      if (size > text.length) this.#context.claim(size);
      parts.push(part);
    };
    let at = 0;
    let lastEnd = 0;
    while (at <= text.length && this.#findFrom(matcher, at)) {
      const [start, end] = [matcher.start(), matcher.end()];
      add(text.slice(lastEnd, start));
      if (end > lastEnd || start === 0) add(replacement((name) => this.#group(matcher, name)));
      lastEnd = end;
      at = Math.max(end, at + widthAt(text, at));
    }
    add(text.slice(lastEnd));
    return normalized(parts.join(''));
  }

  split(text: string, limit: number): string[] {
    if (limit === 0) return [];
    if (!this.#isEmpty && text === '') return [''];
    const parts: string[] = [];
    let from = 0;
    let lastStart = 0;
    for (const { start, end } of this.findAll(text, limit)) {
      if (limit > 0 && parts.length === limit - 1) break;
      lastStart = start;
      if (end !== 0) parts.push(text.slice(from, start));
      from = end;
    }
    if (lastStart !== text.length) parts.push(text.slice(from));
    return parts;
  }

  #matcher(text: string): Matcher {
    this.#context.charge(Math.ceil((text.length * this.#pattern.programSize()) / WORK_OF_STEP));
    return this.#pattern.matcher(text);
  }

  /** A search may scan all of the rest and find little, so its time is charged. */
  #findFrom(matcher: Matcher, at: number): boolean {
    return this.#timed(() => matcher.find(at));
  }

  #timed<T>(work: () => T): T {
    const startedAt = performance.now();
    const result = work();
    this.#context.charge(1 + Math.floor((performance.now() - startedAt) * STEPS_OF_MILLISECOND));
    return result;
  }

  #group(matcher: Matcher, name: string): string {
    if (/^\d+$/.test(name)) return Number(name) <= matcher.groupCount() ? (matcher.group(Number(name)) ?? '') : '';
    return Object.hasOwn(this.#pattern.namedGroups(), name) ? (matcher.group(name) ?? '') : '';
  }
}

function compiled(pattern: string, prefix: SafeText): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (thrown) {
    const fault = thrown instanceof RE2JSSyntaxException ? String(thrown.error) : '';
    return fail`${prefix}error parsing regexp: ${FAULTS.has(fault) ? safe(fault) : safe('not readable')}`;
  }
}

function widthAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

const REFERENCE = /\$(?:\$|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))?/gu;

/** `$1`, `${name}` and `$$`, as regexp.Expand has them. */
export function expanded(template: string, group: (name: string) => string): string {
  return template.replace(REFERENCE, (whole, braced?: string, bare?: string) => {
    if (whole === '$$' || whole === '$') return '$';
    return group((braced ?? bare) as string);
  });
}

export function quotedMeta(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}
