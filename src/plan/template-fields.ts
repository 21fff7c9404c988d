// `template` and its related fields. The template is compiled while the class is parsed, so that its problems are
// reported with those of the class.
import { quote } from '../quote.ts';
import { DIALECTS, type DialectName } from '../template/dialects.ts';
import type { Template } from '../template/template.ts';
import { isNull, type YamlNode } from '../yaml/node.ts';
import type { Position } from '../yaml/position.ts';
import type { Entry, Listener } from './entry.ts';
import { readNamed } from './named-reads.ts';
import type { NamedRead, TemplateSource } from './plan.ts';
import { toLeaseSettings } from './read-fields.ts';
import { didYouMean } from './suggest.ts';
import type { TemplateBudget } from './template-budget.ts';
import { LANGUAGES } from './template-languages.ts';

const DELIMITERS = Object.freeze(['{{', '}}'] as const);
const DELIMITERS_EXAMPLE = 'templateDelimiters: ["[[", "]]"]';
const EXAMPLES: Readonly<Record<DialectName, string>> = {
  agent: '{{ with secret "secret/data/app" }}{{ .Data.data.password }}{{ end }}',
  sprig: '{{ .db.password }}',
};
export const LONGEST_DELIMITER = 16;

/** A problem in a template of the class, which contains no secret. */
interface Problem extends Position {
  readonly message: string;
}

type Settings = Pick<TemplateSource, 'syntax' | 'text' | 'delimiters' | 'isStrict'>;

/** @param name of the object, for messages. @returns undefined if a problem was reported. */
export function readTemplate(
  entry: Entry,
  name: string,
  budget: TemplateBudget,
  listener: Listener,
): TemplateSource | undefined {
  const syntax = toSyntax(entry);
  const text = toText(entry, syntax ?? 'agent');
  const isStrict = entry.boolean('errorOnMissingKey') ?? syntax === 'sprig';
  const delimiters = toDelimiters(entry);
  const leaseSettings = toLeaseSettings(entry);
  const named = syntax === undefined ? [] : readNamed(entry, syntax, leaseSettings);
  if (syntax === undefined || text === undefined) return undefined;
  const settings = { syntax, text, delimiters, isStrict };
  const compiled = compile(entry, name, settings, budget);
  if (compiled === undefined) return undefined;
  for (const one of compiled.certainFailures) warn(entry, one, listener);
  if (syntax === 'sprig') warnOfNames(entry, compiled, named, listener);
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

function toText(entry: Entry, syntax: DialectName): string | undefined {
  const text = entry.text('template');
  const isEmpty = text === undefined ? entry.isEmpty('template') : /^\s*$/.test(text);
  if (!isEmpty) return text;
  entry.report('template', `template is empty; write the text of the file, for example ${EXAMPLES[syntax]}`);
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
  const tellOfBudget = () => {
    const problem = budget.tell();
    if (problem !== undefined) report(node?.at, problem);
  };
  // Over the budget: do not compile any more templates.
  if (budget.isSpent) {
    tellOfBudget();
    return undefined;
  }
  const language = LANGUAGES[syntax].get();
  const missingKey = isStrict ? 'error' : 'zero';
  const options = { name, functions: language.functions, leftDelimiter, rightDelimiter, missingKey } as const;
  try {
    const template = language.compile(text, options);
    budget.spend(template.size);
    tellOfBudget();
    return template;
  } catch (thrown) {
    const { problems, size } = language.findProblems(text, options);
    if (problems.length === 0) throw thrown;
    for (const one of problems) report(node && positionOf(node, one), describe(node, one));
    budget.spend(2 * size);
    return undefined;
  }
}

function warn(entry: Entry, problem: Problem, listener: Listener): void {
  const node = entry.get('template')?.value;
  if (node !== undefined) listener.warn(positionOf(node, problem), () => describe(node, problem), 'template');
}

function warnOfNames(entry: Entry, { rootNames }: Template, named: readonly NamedRead[], listener: Listener): void {
  const known = named.map(({ name }) => name);
  for (const { name, ...at } of rootNames) {
    if (known.includes(name)) continue;
    const message = `reads has no ${quote(name)}${didYouMean(name, known)}`;
    warn(entry, { ...at, message }, listener);
  }
}

/** Maps a position in the template to its position in the class. */
function positionOf(node: YamlNode, { line, column }: Problem): Position {
  if (node.kind !== 'scalar' || node.indent === undefined) return node.at;
  return { line: node.at.line + line, column: node.indent + column };
}

function describe(node: YamlNode | undefined, { line, message }: Problem): string {
  const isPlaced = line === 1 || (node?.kind === 'scalar' && node.indent !== undefined);
  return isPlaced ? `template: ${message}` : `template, line ${line}: ${message}`;
}
