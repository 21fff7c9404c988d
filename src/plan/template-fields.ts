// `template` and what goes with it: a text that is compiled at once, so that its author hears of what is wrong with it when
// the class is read.
import { quote } from '../quote.ts';
import { DIALECTS, type DialectName } from '../template/dialects.ts';
import type { Template } from '../template/template.ts';
import { isNull, type YamlNode } from '../yaml/node.ts';
import type { Position } from '../yaml/position.ts';
import type { Entry } from './entry.ts';
import { readNamed } from './named-reads.ts';
import type { TemplateSource } from './plan.ts';
import { toLeaseSettings } from './read-fields.ts';
import { didYouMean } from './suggest.ts';
import type { TemplateBudget } from './template-budget.ts';
import { LANGUAGES } from './template-languages.ts';

const DELIMITERS = Object.freeze(['{{', '}}'] as const);
const DELIMITERS_EXAMPLE = 'templateDelimiters: ["[[", "]]"]';
export const LONGEST_DELIMITER = 16;

type Settings = Pick<TemplateSource, 'syntax' | 'text' | 'delimiters' | 'isStrict'>;

/** @param name of the object, for messages. @returns undefined if a problem was reported. */
export function readTemplate(entry: Entry, name: string, budget: TemplateBudget): TemplateSource | undefined {
  const syntax = toSyntax(entry);
  const text = entry.text('template');
  const isStrict = entry.boolean('errorOnMissingKey') ?? syntax === 'sprig';
  const delimiters = toDelimiters(entry);
  const leaseSettings = toLeaseSettings(entry);
  const named = syntax === undefined ? [] : readNamed(entry, syntax, leaseSettings);
  if (syntax === undefined || text === undefined) return undefined;
  const settings = { syntax, text, delimiters, isStrict };
  const compiled = compile(entry, name, settings, budget);
  if (compiled === undefined) return undefined;
  return { kind: 'template', ...settings, compiled, named, leaseSettings, rendered: undefined };
}

function toSyntax(entry: Entry): DialectName | undefined {
  const text = entry.text('templateSyntax');
  if (text === undefined) return entry.get('templateSyntax')?.value.kind === 'map' ? undefined : 'agent';
  const syntax = DIALECTS.find((known) => known === text.toLowerCase());
  if (syntax !== undefined) return syntax;
  const near = didYouMean(text, DIALECTS);
  entry.report('templateSyntax', `unknown templateSyntax ${quote(text)}${near || `; write ${DIALECTS.join(' or ')}`}`);
  return undefined;
}

function toDelimiters(entry: Entry): readonly [left: string, right: string] {
  const value = entry.get('templateDelimiters')?.value;
  if (value === undefined) return DELIMITERS;
  const [left, right] = value.kind === 'list' && value.items.length === 2 ? value.items.map(toDelimiter) : [];
  if (left !== undefined && right !== undefined) return Object.freeze([left, right]);
  entry.report(
    'templateDelimiters',
    `templateDelimiters is no list of two texts of at most ${LONGEST_DELIMITER} characters; write for example ${DELIMITERS_EXAMPLE}`,
  );
  return DELIMITERS;
}

function toDelimiter(node: YamlNode): string | undefined {
  if (node.kind !== 'scalar' || isNull(node) || node.text === '' || node.text.length > LONGEST_DELIMITER)
    return undefined;
  return node.text.isWellFormed() ? node.text : undefined;
}

function compile(
  entry: Entry,
  name: string,
  { syntax, text, delimiters: [leftDelimiter, rightDelimiter], isStrict }: Settings,
  budget: TemplateBudget,
): Template | undefined {
  const node = entry.get('template')?.value;
  const report = (at: Position | undefined, problem: string) =>
    at === undefined ? entry.report('template', problem) : entry.reportAt(at, problem);
  if (!text.isWellFormed()) {
    report(node?.at, 'template holds half a character; remove it');
    return undefined;
  }
  // Others are not compiled once they are too many.
  const before = budget.problem;
  if (before !== undefined) {
    report(node?.at, before);
    return undefined;
  }
  const language = LANGUAGES[syntax].get();
  const missingKey = isStrict ? 'error' : 'zero';
  try {
    const { functions } = language;
    const template = language.compile(text, { name, functions, leftDelimiter, rightDelimiter, missingKey });
    const problem = budget.spend(template.size);
    if (problem !== undefined) report(node?.at, problem);
    return template;
  } catch (thrown) {
    const { message, line } = problemOf(thrown);
    report(node && positionOf(node, line), message);
    return undefined;
  }
}

/** A TemplateError, whose text holds no value; its room is not loaded here. */
function problemOf(thrown: unknown): { readonly message: string; readonly line: number | undefined } {
  if (!(thrown instanceof Error) || thrown.name !== 'TemplateError') throw thrown;
  return {
    message: thrown.message,
    line: 'line' in thrown && typeof thrown.line === 'number' ? thrown.line : undefined,
  };
}

/** Where a line of the template stands in the class. */
function positionOf(node: YamlNode, line: number | undefined): Position {
  if (node.kind !== 'scalar' || line === undefined || node.isBlock !== true) return node.at;
  return { line: node.at.line + line, column: 1 };
}
