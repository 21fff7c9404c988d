// Classes of HashiCorp's and OpenBao's provider, which are served as they are: what can be written better here, with
// --improve. A file of the store's whole answer changes at each read; `format: json` is its data.
import { MANIFEST_BOUNDS } from '../manifest/documents.ts';
import { mapAt, textAt } from '../manifest/nodes.ts';
import { quote } from '../quote.ts';
import type { Change, Path } from '../yaml/change.ts';
import type { YamlField, YamlMap } from '../yaml/node.ts';
import { readYaml } from '../yaml/parse.ts';
import { rewriteYaml } from '../yaml/rewrite.ts';
import type { Input } from './input.ts';

export interface Improvement {
  readonly input: Input;
  /** Undefined: there is only something to tell. */
  readonly change: Change | undefined;
  readonly tell: () => void;
}

/** Any other field of an object already says what its file is. */
const OF_WHOLE_ANSWERS = ['objectName', 'secretPath', 'method', 'secretArgs', 'filePermission', 'optional'];
/** Paths at which engines issue something per request. */
const LEASED = /\/(creds|issue|sign|issuer\/[^/]+\/(issue|sign))\//;
/** A class may have no more (docs/parameters.md). */
const MOST_OBJECTS = 1_000;
const LONGEST_OBJECTS = 256 * 1024;
const OBJECTS: Path = ['spec', 'parameters', 'objects'];

/** @returns undefined if there is nothing to improve. */
export function improve(input: Input): Improvement | undefined {
  const field = mapAt(input.map, 'spec', 'parameters')?.fields.get('objects');
  if (field?.value.kind !== 'scalar') return undefined;
  const { text } = field.value;
  if (text.length > LONGEST_OBJECTS) return undefined;
  const objects = readObjects(text);
  if (objects === undefined || objects.length > MOST_OBJECTS) return undefined;
  const whole = objects.filter(isWholeAnswer);
  const leased = objects.filter((one) => LEASED.test(textAt(one, 'secretPath') ?? ''));
  if (whole.length === 0 && leased.length === 0) return undefined;
  const change = changeOf(input, text, whole, objects.filter(isJson).length);
  return {
    input,
    change,
    tell: () => {
      for (const one of whole) tellOfFormat(input, field, one, change !== undefined);
      for (const one of leased) tellOfLease(input, field, one);
    },
  };
}

/** Undefined if it cannot be written in place. */
function changeOf(input: Input, text: string, whole: readonly YamlMap[], before: number): Change | undefined {
  const value = withFormats(text, whole);
  const after = (readObjects(value) ?? []).filter(isJson).length;
  if (whole.length === 0 || after !== before + whole.length) return undefined;
  const change = { kind: 'field', path: [...input.path, ...OBJECTS], name: 'objects', value } as const;
  const isWritable = rewriteYaml(input.place.document.text, [change], MANIFEST_BOUNDS) !== undefined;
  return isWritable ? change : undefined;
}

function tellOfFormat(input: Input, { at }: YamlField, object: YamlMap, isWritten: boolean): void {
  const name = quote(textAt(object, 'objectName') ?? '');
  const why = `${name} is the store's whole answer, which differs at each read`;
  if (isWritten) input.report('differs', at, `${why}; format: json makes it the data alone, for who reads .data of it`);
  else
    input.report('form', at, `${why}; write format: json yourself, as the text of objects cannot be changed in place`);
}

function tellOfLease(input: Input, { at }: YamlField, object: YamlMap): void {
  const name = quote(textAt(object, 'objectName') ?? '');
  const text = `${name}: what ${quote(textAt(object, 'secretPath') ?? '')} makes is kept, renewed while the pod runs and revoked behind it, where each poll made another`;
  input.report('nothing-to-do', at, text);
}

function isWholeAnswer(object: YamlMap): boolean {
  return object.fields.has('secretPath') && [...object.fields.keys()].every((name) => OF_WHOLE_ANSWERS.includes(name));
}

function isJson(object: YamlMap): boolean {
  return textAt(object, 'format') === 'json';
}

/** Undefined if it is no list of maps. */
function readObjects(text: string): readonly YamlMap[] | undefined {
  const problems = {
    count: 0,
    addObject() {
      this.count += 1;
    },
  };
  const root = readYaml(text, MANIFEST_BOUNDS, problems);
  if (problems.count > 0 || root?.kind !== 'list') return undefined;
  return root.items.flatMap((item) => (item.kind === 'map' ? [item] : []));
}

/** A line behind that of each secretPath, or before the first field within brackets. */
function withFormats(text: string, objects: readonly YamlMap[]): string {
  const lines = text.split('\n');
  for (const { fields } of objects.toReversed()) {
    const [first] = fields.values();
    const path = fields.get('secretPath');
    if (first === undefined || path === undefined) continue;
    const start = lines[first.at.line - 1] ?? '';
    const before = start.slice(0, first.at.column - 1);
    if (before.trimEnd().endsWith('{'))
      lines[first.at.line - 1] = `${before}format: json, ${start.slice(first.at.column - 1)}`;
    else lines.splice(path.at.line, 0, `${' '.repeat(path.at.column - 1)}format: json`);
  }
  return lines.join('\n');
}
