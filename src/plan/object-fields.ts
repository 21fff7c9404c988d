// One entry of `objects` to a PlanObject: each field by its own rule; every problem and every unknown field is
// reported. What concerns several objects (unique names, folders) is left to objects.ts.

import { findExpressionProblem, LANGUAGES } from '../extract/languages.ts';
import { findPathProblem, VOLUME } from '../file-path.ts';
import { describeInvisible, withoutInvisible } from '../invisible.ts';
import { quote } from '../quote.ts';
import { kindOf, type YamlMap, type YamlNode, type YamlScalar } from '../yaml/node.ts';
import type { Position } from '../yaml/position.ts';
import { goInteger } from '../yaml/scalar.ts';
import { Entry, type Listener } from './entry.ts';
import { readFind } from './find-field.ts';
import { readFormat } from './format-fields.ts';
import { readKeys } from './keys-field.ts';
import { fixOfField } from './known-elsewhere.ts';
import {
  ENCODINGS,
  FIELD_NAMES,
  FIELDS,
  FILE_ENCODINGS,
  FOLDER_KINDS,
  type ObjectField,
  REFUSED_FIELDS,
  type SourceKind,
} from './object-table.ts';
import type { PatternBudget } from './pattern-budget.ts';
import type { ExpressionSource, PlanObject, Read, Source, SourceOfRead, ValueSource } from './plan.ts';
import { toEncoding, toLeaseSettings, toRead } from './read-fields.ts';
import { toKey } from './secret-key.ts';
import { readsOf } from './source-reads.ts';
import { didYouMean } from './suggest.ts';
import type { TemplateBudget } from './template-budget.ts';
import { readTemplate } from './template-fields.ts';
import { readTree } from './tree-field.ts';

/** Read, write and execute for all: what the driver's writer takes. */
const HIGHEST_MODE = 0o777n;
/** An octal mode in quotes, which every reader takes for a string. */
const OCTAL_TEXT = /^0(?:o?[0-7]{1,20})?$/;
/** Starts with 0, as an octal mode does, but contains 8 or 9. */
const BROKEN_OCTAL = /^0[0-7]*[89]\d*$/;
/** Fields that name something in the store or volume. An invisible character in them makes the lookup fail. */
const NAMING_FIELDS = ['objectName', 'secretPath', 'secretKey'] as const;

/** Shared by all objects of a class. */
export interface ClassBudgets {
  readonly patterns: PatternBudget;
  readonly templates: TemplateBudget;
}

/** @returns undefined if a problem was reported. */
export function toObject(
  map: YamlMap,
  mode: number,
  listener: Listener,
  budgets: ClassBudgets,
): PlanObject | undefined {
  let isWhole = true;
  const report = (at: Position, text: string) => {
    isWhole = false;
    listener.report(at, text);
  };
  for (const { key, at } of map.duplicates) report(at, `${quote(key)} is given twice; remove one`);
  for (const [field, { at }] of map.fields) {
    if (FIELD_NAMES.includes(field)) continue;
    const refusal = REFUSED_FIELDS.get(field);
    if (refusal !== undefined) {
      report(at, refusal);
      continue;
    }
    // The two names print alike. A warning is not enough: without the field the mount would deliver something else.
    const meant = withoutInvisible(field);
    if (FIELD_NAMES.includes(meant)) report(at, `field ${quote(field)}: ${describeInvisible(field)}; write ${meant}`);
    else listener.warn(at, () => `unknown field ${quote(field)}${fixFor(field, map)}`);
  }
  const entry = new Entry(map, report);
  for (const field of NAMING_FIELDS) entry.warnOfInvisible(field, listener);
  const name = entry.required('objectName', 'write the name of the file');
  const [kind, field] = toKind(entry);
  const nameProblem = name === undefined || isVolume(name, kind) ? undefined : findPathProblem(name);
  if (nameProblem !== undefined) entry.report('objectName', nameProblem);
  reportOthers(entry, kind, field);
  const source =
    kind === 'template'
      ? readTemplate(entry, name ?? '', budgets.templates, listener)
      : readSource(entry, kind, budgets.patterns);
  const ownMode = toMode(entry, mode);
  const isOptional = entry.boolean('optional') ?? false;
  if (!isWhole || name === undefined || source === undefined) return undefined;
  return { name, source, reads: readsOf(source), mode: ownMode, isOptional };
}

/** Whether the name is `.`, which puts the files of a folder object into the volume itself. */
function isVolume(name: string, kind: SourceKind): boolean {
  return name === VOLUME && FOLDER_KINDS.has(kind);
}

function reportOthers(entry: Entry, kind: SourceKind, maker: ObjectField | undefined): void {
  for (const field of entry.fields())
    if (FIELDS[field].goesWith?.includes(kind) === false) entry.report(field, whyNot(field, maker));
}

/** @returns the kind, and the field that selects it; undefined for a plain value. */
function toKind(entry: Entry): readonly [kind: SourceKind, maker: ObjectField | undefined] {
  const fields = entry.fields();
  const [first, ...others] = fields.filter((field) => FIELDS[field].makes !== undefined);
  // Its author has yet to write it: a missing secretPath is not the problem.
  if (first === undefined && entry.isEmpty('template') && !fields.includes('secretPath'))
    return ['template', 'template'];
  for (const field of others) entry.report(field, `${field} does not go with ${first}; remove one`);
  return [(first && FIELDS[first].makes) ?? 'value', first];
}

function whyNot(field: ObjectField, maker: ObjectField | undefined): string {
  if (maker !== undefined) return `${field} does not go with ${maker}; remove one`;
  const makers = FIELDS[field].goesWith?.map(fieldThatMakes).join(' or ');
  return `${field} goes only with ${makers}; add that, or remove ${field}`;
}

function fieldThatMakes(kind: SourceKind): ObjectField | undefined {
  return (Object.keys(FIELDS) as ObjectField[]).find((field) => FIELDS[field].makes === kind);
}

function readSource(entry: Entry, kind: KindOfRead, patterns: PatternBudget): Source | undefined {
  const read = toRead(entry, toLeaseSettings(entry));
  const toSource = SOURCES[kind](entry, patterns);
  return read && toSource(read);
}

type KindOfRead = SourceOfRead['kind'];

/** What else each kind has fields for. */
const SOURCES: Readonly<Record<KindOfRead, (entry: Entry, patterns: PatternBudget) => (read: Read) => Source>> = {
  value: (entry) => {
    const key = toKey(entry);
    if (key === undefined && entry.get('default') !== undefined)
      entry.report('default', 'default stands for a missing key; name the key in secretKey');
    const written = { ...toWritten(entry), ...toDefault(entry) };
    return (read) => ({ kind: 'value', read, key, ...written });
  },
  expression: (entry, patterns) => {
    const key = toKey(entry);
    const selected = { ...readExpression(entry, patterns), ...toWritten(entry), ...toDefault(entry) };
    return (read) => ({ kind: 'expression', read, key, ...selected });
  },
  keys: (entry, patterns) => {
    const keys = readKeys(entry, patterns);
    const { encoding } = toWritten(entry);
    return (read) => ({ kind: 'keys', read, keys, encoding });
  },
  tree: (entry, patterns) => {
    const isFind = entry.fields().includes('find');
    const fields = isFind ? readFind(entry, patterns) : readTree(entry);
    const { encoding } = toWritten(entry);
    if (entry.text('secretPath')?.includes('?'))
      entry.report('secretPath', `secretPath of a ${isFind ? 'find' : 'tree'} takes no query after "?"; remove it`);
    return (read) => ({ kind: 'tree', read, encoding, ...fields, secrets: [] });
  },
  format: readFormat,
};

/** The encoding of the value in the store, and its encoding in the file. */
function toWritten(entry: Entry): Pick<ValueSource, 'encoding' | 'encode'> {
  const encoding = toEncoding(entry, 'encoding', ENCODINGS) ?? 'utf-8';
  return { encoding, encode: toEncoding(entry, 'encode', FILE_ENCODINGS) };
}

function readExpression(entry: Entry, patterns: PatternBudget): Pick<ExpressionSource, 'language' | 'expression'> {
  const language = LANGUAGES.find((one) => entry.fields().includes(one)) ?? LANGUAGES[0];
  const expression = entry.text(language) ?? '';
  const problem =
    expression === ''
      ? undefined
      : findExpressionProblem(language, expression, (pattern) => patterns.findProblem(pattern));
  if (problem !== undefined) entry.report(language, `${language} ${problem}`);
  return { language, expression };
}

function fixFor(field: string, map: YamlMap): string {
  const fix = fixOfField(field, (one) => map.fields.has(one));
  return fix === undefined ? didYouMean(field, FIELD_NAMES) : `; ${fix}`;
}

/** An empty string in quotes counts: the file is then empty. */
function toDefault(entry: Entry): Pick<ValueSource, 'default'> {
  const value = entry.get('default')?.value;
  if (value === undefined) return {};
  if (value.kind !== 'scalar') entry.report('default', `default is ${kindOf(value)}; write a text`);
  else if (!value.text.isWellFormed()) entry.report('default', 'default holds half a character; remove it');
  else return { default: value.text };
  return {};
}

function toMode(entry: Entry, inherited: number): number {
  const value = entry.get('filePermission')?.value;
  if (value === undefined) return inherited;
  const number = value.kind === 'scalar' ? modeOf(value) : undefined;
  if (number !== undefined && number >= 0n && number <= HIGHEST_MODE) return Number(number) || inherited;
  entry.report('filePermission', `filePermission ${modeProblem(value, number)}, for example 0640`);
  return inherited;
}

/** Other providers reject a mode in quotes, so reading it as octal here changes no existing class. */
function modeOf({ text, isPlain }: YamlScalar): bigint | undefined {
  if (isPlain) return goInteger(text);
  return OCTAL_TEXT.test(text) ? BigInt(`0o${text.replace('o', '')}`) : undefined;
}

function modeProblem(value: YamlNode, number: bigint | undefined): string {
  if (number !== undefined) return 'is out of range; write 0001 to 0777';
  if (value.kind === 'scalar' && BROKEN_OCTAL.test(value.text))
    return 'starts with 0 and is therefore octal; use digits 0-7';
  if (value.kind === 'scalar' && !value.isPlain && /^[1-7][0-7]*$/.test(value.text))
    return 'is in quotes and therefore octal; start it with 0';
  return 'is not a whole number; write one without quotes';
}
