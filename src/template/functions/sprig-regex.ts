// sprig's functions of regular expressions. Errors of those without `must` name the Go function that they call.
import { define } from '../function.ts';
import { NilList } from '../nil.ts';
import { FunctionError, safe } from '../safe-text.ts';
import { type CallContext, TypedList } from '../value.ts';
import { expanded, quotedMeta, Regex } from './regex.ts';

const COMPILE = safe('regexp: Compile: ');
const TEXTS = ['string', 'string', 'string'] as const;
const TEXTS_AND_COUNT = ['string', 'string', 'int'] as const;

type Compile = (context: CallContext, pattern: string) => Regex;
const compile: Compile = (context, pattern) => new Regex(context, pattern, COMPILE);
const mustCompile: Compile = (context, pattern) => new Regex(context, pattern);

export const SPRIG_REGEX = {
  regexMatch: define(['string', 'string'], (context, pattern, text) => {
    try {
      return mustCompile(context, pattern).test(text);
    } catch (thrown) {
      // An invalid expression matches nothing.
      if (thrown instanceof FunctionError) return false;
      throw thrown;
    }
  }),
  mustRegexMatch: define(['string', 'string'], (context, pattern, text) => mustCompile(context, pattern).test(text)),
  regexFind: find(compile),
  mustRegexFind: find(mustCompile),
  regexFindAll: findAll(compile),
  mustRegexFindAll: findAll(mustCompile),
  regexReplaceAll: replaceAll(compile),
  mustRegexReplaceAll: replaceAll(mustCompile),
  regexReplaceAllLiteral: replaceLiteral(compile),
  mustRegexReplaceAllLiteral: replaceLiteral(mustCompile),
  regexSplit: split(compile),
  mustRegexSplit: split(mustCompile),
  regexQuoteMeta: define(['string'], (context, text) => {
    context.claim(2 * text.length);
    return quotedMeta(text);
  }),
} as const;

function find(compileBy: Compile) {
  return define(['string', 'string'], (context, pattern, text) => compileBy(context, pattern).find(text));
}

function findAll(compileBy: Compile) {
  return define(TEXTS_AND_COUNT, (context, pattern, text, limit) => {
    const ranges = compileBy(context, pattern).findAll(text, Number(limit));
    context.charge(ranges.length);
    if (ranges.length === 0) return new NilList('[]string');
    return new TypedList(
      '[]string',
      ranges.map(({ start, end }) => text.slice(start, end)),
    );
  });
}

function replaceAll(compileBy: Compile) {
  return define(TEXTS, (context, pattern, text, replacement) =>
    compileBy(context, pattern).replaceAll(text, (group) => expanded(replacement, group)),
  );
}

function replaceLiteral(compileBy: Compile) {
  return define(TEXTS, (context, pattern, text, replacement) =>
    compileBy(context, pattern).replaceAll(text, () => replacement),
  );
}

function split(compileBy: Compile) {
  return define(TEXTS_AND_COUNT, (context, pattern, text, limit) => {
    const parts = compileBy(context, pattern).split(text, Number(limit));
    context.charge(parts.length);
    return limit === 0n ? new NilList('[]string') : new TypedList('[]string', parts);
  });
}
