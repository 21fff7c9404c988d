// What the functions are asked: pipelines by hand for each, users' shapes, arguments of wrong types, and templates by
// chance.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REFUSED_IN_AGENT, REFUSED_IN_SPRIG } from '../../../src/template/functions/refused-functions.ts';
import { Random } from '../../plan/random.ts';
import { goTypes, type Signature, signatureOf } from './names.ts';

export type Dialect = 'agent' | 'sprig';
export const DIALECTS: readonly Dialect[] = ['agent', 'sprig'];

/** In `agent` all data comes out of answers. */
const AROUND: Readonly<Record<Dialect, readonly [string, string]>> = {
  agent: ['{{ with (secret "all").Data.v }}', '{{ end }}'],
  sprig: ['', ''],
};

/** By function: each line is a pipeline, or a whole template if it begins with braces. */
export function handMade(dialect: Dialect): ReadonlyMap<string, readonly string[]> {
  return casesIn(`${dialect}.cases`, dialect);
}

/** By shape: whole templates, as users write them for Vault Agent, External Secrets and Vault Secrets Operator. */
export function shapes(dialect: Dialect): ReadonlyMap<string, readonly string[]> {
  const text = readFileSync(join(import.meta.dirname, `${dialect}.shapes`), 'utf8');
  return new Map(
    text
      .split(/^=== /m)
      .slice(1)
      .map((part) => [part.slice(0, part.indexOf('\n')), [part.slice(part.indexOf('\n') + 1, -1)]] as const),
  );
}

function casesIn(file: string, dialect: Dialect): ReadonlyMap<string, readonly string[]> {
  const cases = new Map<string, string[]>();
  let name = '';
  for (const line of readFileSync(join(import.meta.dirname, file), 'utf8').split('\n')) {
    if (line.startsWith('# ')) name = line.slice(2);
    else if (line !== '') cases.set(name, [...(cases.get(name) ?? []), templateOf(dialect, line)]);
  }
  return cases;
}

function templateOf(dialect: Dialect, line: string): string {
  if (line.startsWith('{{')) return line;
  const [before, after] = AROUND[dialect];
  return `${before}{{ ${line} }}${after}`;
}

/** Go's types of what is not refused. */
export function implemented(dialect: Dialect): ReadonlyMap<string, Signature> {
  const refused = dialect === 'agent' ? REFUSED_IN_AGENT : REFUSED_IN_SPRIG;
  const types = [...goTypes(dialect === 'agent' ? 'agent' : 'eso')].filter(([name]) => !refused.has(name));
  return new Map(types.map(([name, type]) => [name, signatureOf(type)]));
}

/** They ask the store, render other templates, or tell an error as a value: what is asked by hand is enough. */
const NOT_BY_CHANCE = /^(?:secrets?|pkiCert|executeTemplate|scratch|loop|fromYaml)$/;
/** Go gives their results in any order. */
const UNORDERED = /^(?:sprig_)?(?:keys|values)$/;

const WRONG = ['"x"', '1', '1.5', 'true', 'nil', '.map', '.list', '.num', '.nul'] as const;
const WRONG_OF_PARAMETER = 3;

/** For each function: an argument too few, one too many, and arguments of other types. */
export function wrongArguments(dialect: Dialect): readonly string[] {
  const random = new Random(19);
  const templates: string[] = [];
  for (const [name, signature] of implemented(dialect)) {
    const good = signature.params.map((type) => argument(random, type, dialect));
    const add = (...parts: readonly string[]) => templates.push(templateOf(dialect, [name, ...parts].join(' ')));
    if (good.length > 0) add(...good.slice(1));
    if (signature.rest === undefined) add(...good, '1');
    if (NOT_BY_CHANCE.test(name) || UNORDERED.test(name)) continue;
    for (const at of signature.params.keys()) {
      for (let tries = 0; tries < WRONG_OF_PARAMETER; tries += 1) add(...good.with(at, random.pick(WRONG)));
    }
  }
  return templates;
}

const TEXTS = [
  ...['.s', '.e', '.pad', '.uni', '.nl', '.html', '.quote', '.json', '.yaml', '.b64', '.url', '.long', '""', '"a"'],
  ...['"a,b,c"', '","', '"foo/bar"', '"1.2.3"', '">=1.2"', '"42"', '"-7.5"', '"0x1f"', '"HTTPServer_x"', '"o"'],
  ...['"é"', '"[a-z]+"', '"(l+)"', '"$1"', '"2h3m"', '" x: y "', '"- a"', '"true"', '"null"', '"~"', '"k"', '"z"'],
];
const INTEGERS = ['0', '1', '2', '3', '5', '-1', '-4', '10', '40'];
const FLOATS = ['0.0', '1.5', '-2.25', '1e21', '0.1', '3.0'];
const MAPS = ['.map', '.emptymap', '(@dict "a" 1 "b" .s)', '(@dict "a" (@dict "k" 2) "z" "")'];
const LISTS = ['.list', '.strs', '.nums', '.emptylist', '(@list 1 "a" 2.5)', '(@list)', '(@splitList "," "b,a,b")'];
const OTHERS = ['true', 'false', '.t', '.no', '.num', '.f', '.neg', '.big', '.exp', 'nil', '.nul', '(@until 3)'];
const POOLS: ReadonlyMap<string, readonly string[]> = new Map([
  ['string', TEXTS],
  ['int', INTEGERS],
  ['float64', FLOATS],
  ['bool', ['true', 'false', '.t', '.no']],
  ['map[string]interface {}', MAPS],
  ['[]string', ['(@splitList "," "b,a,b")', '(@sortAlpha .strs)']],
  ['[]interface {}', ['.strs', '.nums', '.emptylist', '(@list 1 "a")']],
  ['interface {}', [...TEXTS, ...INTEGERS, ...FLOATS, ...MAPS, ...LISTS, ...LISTS, ...OTHERS]],
]);
const NESTING = 2;

/** The same for the same seed. */
export function randomTemplates(dialect: Dialect, seed: number, count: number): readonly string[] {
  const random = new Random(seed);
  const functions = [...implemented(dialect)].filter(([name]) => !NOT_BY_CHANCE.test(name) && !UNORDERED.test(name));
  return Array.from({ length: count }, () => {
    const call = randomCall(random, functions, dialect, NESTING);
    const json = dialect === 'agent' ? 'toJSON' : 'toJson';
    const shown = random.pick([call, call, `${call} | printf "%T"`, `${call} | ${json}`, `${call} | printf "%v"`]);
    return templateOf(dialect, shown);
  });
}

type Named = readonly (readonly [string, Signature])[];

function randomCall(random: Random, functions: Named, dialect: Dialect, nesting: number): string {
  const [name, { params, rest }] = random.pick(functions);
  const more = rest === undefined ? [] : Array.from({ length: random.below(3) }, () => rest);
  const parts = [...params, ...more].map((type) => {
    if (nesting > 0 && random.below(4) === 0) return `(${randomCall(random, functions, dialect, nesting - 1)})`;
    return argument(random, type, dialect);
  });
  if (parts.length === 0 || random.below(3) > 0) return [name, ...parts].join(' ');
  return `${parts.at(-1)} | ${[name, ...parts.slice(0, -1)].join(' ')}`;
}

function argument(random: Random, type: string, dialect: Dialect): string {
  return simple(random, type).replaceAll('@', dialect === 'agent' ? 'sprig_' : '');
}

function simple(random: Random, type: string): string {
  return random.pick(POOLS.get(type) ?? ['nil']);
}
