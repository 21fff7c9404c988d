// Templates by chance: most are well-formed and render, some fail when they run, and some were changed by a character or
// two. What is
// random in Go (addresses) or has no counterpart (the capacity of a slice) they do not ask for.
import { Random } from '../../plan/random.ts';
import type { Case } from '../oracle/language.ts';
import { DATA } from './hand-made.ts';

/** They are there, whatever the option for missing keys is. */
const GOOD_FIELDS = [
  ...[
    '.name',
    '.empty',
    '.n',
    '.zero',
    '.neg',
    '.big',
    '.f',
    '.whole',
    '.tiny',
    '.huge',
    '.yes',
    '.no',
    '.nil',
    '.uni',
  ],
  ...[
    '.html',
    '.list',
    '.none',
    '.obj',
    '.obj.b',
    '.obj.b.c',
    '.obj.a',
    '.void',
    '.i64',
    '.u8',
    '.u64',
    '.i32',
    '.num',
  ],
  ...['.raw', '.bin', '.strs', '.smap', '.smap.q', '.order', '.__proto__', '.constructor', '.lines'],
].map((field) => `$.data${field}`);
const FIELDS = [
  ...GOOD_FIELDS,
  ...[
    '.',
    '$',
    '.x',
    '.k',
    '.missing',
    '$.missing.x',
    '$.data.obj.x.y',
    '$.data.name.x',
    '$.data.nil.x',
    '$.data.smap.zz',
  ],
  ...['$.data.list.x', '(rocket "s").Name', '(rocket "s").Launch', '(rocket "s").Any', '(rocket "s").None.Name'],
];
const NUMBERS = [
  '0',
  '1',
  '2',
  '3',
  '-1',
  '5',
  '007',
  '0x1F',
  '1_000',
  '1.5',
  '2.0',
  '-0.5',
  '1e3',
  "'a'",
  "'é'",
  '1e30',
];
const STRINGS = ['""', '"a"', '"b c"', '"日本"', '`raw`', '"<&>"', '"\\n\\t"', '"\\xff"', '"k"', '"%"', '"10"'];
const TEXT_FIELDS = ['name', 'empty', 'uni', 'html', 'lines', 'bin', 'obj.b.c', 'smap.q'].map(
  (name) => `$.data.${name}`,
);
const KEYS = ['"b"', '"c"', '"a"', '"k"', '"name"', '0', '1', '2', '"zz"', '7', '.n', '.nil'];
const VERBS = [...'dsvqxXcUbotTfgeEGFO', 'z'];
const FLAGS = ['', '', '', '', '+', '-', '#', '0', ' ', '+#', '-0', '# '];
const SIZES = ['', '', '', '', '3', '8', '.2', '.0', '6.1', '.', '12.5', '*', '.*', '[1]', '[2]', '[9]'];
const TEXTS = ['x', ' ', '\n', 'a b', '  \n ', 'é', '{', '}', '-', '"', '.', '🙂 '];
const SYNTAX = [...'{}()|.$"`\'-= :,%/*', '{{', '}}', ' ', '\n', 'end', '1', 'a', 'é', 'nil', ':='];

const COLLECTIONS = ['list', 'strs', 'obj', 'smap', 'order', 'none', 'nil', 'raw', 'void'].map(
  (name) => `$.data.${name}`,
);
const COUNTS = ['3', '0', '$.data.n', '$.data.neg', '$.data.i64'];
/** What is printed whole has no pointer in it. */
export const RANDOM_DATA = `{"data":${DATA.replace(/"rocket": \{[^}]*\},\s*/, '')}}`;

export function randomCases(seed: number, count: number): readonly Case[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => new Generator(random).next());
}

class Generator {
  readonly #random: Random;
  /** Most templates use only what cannot fail, so that there is an output to compare; the rest may use anything. */
  readonly #isTame: boolean;
  readonly #variables: string[] = [];
  #defined = 0;
  #rangeDepth = 0;

  constructor(random: Random) {
    this.#random = random;
    this.#isTame = random.below(10) < 7;
  }

  next(): Case {
    const random = this.#random;
    const definitions = random.oneIn(4) ? this.#definition() : '';
    let template = definitions + this.#list(3);
    if (!this.#isTame && random.oneIn(2)) template = this.#changed(template);
    const missingKey = random.oneIn(6) ? random.pick(['zero', 'error'] as const) : undefined;
    return { template, data: RANDOM_DATA, ...(missingKey === undefined ? {} : { missingKey }) };
  }

  #changed(template: string): string {
    const random = this.#random;
    let text = template;
    for (let count = 1 + random.below(2); count > 0; count -= 1) {
      const at = random.below(text.length + 1);
      const inserted = random.oneIn(3) ? '' : random.pick(SYNTAX);
      text = text.slice(0, at) + inserted + text.slice(at + (random.oneIn(2) ? 1 : 0));
    }
    return text.toWellFormed();
  }

  /** Its dot is anything, so it only prints it. */
  #definition(): string {
    const name = `"d${this.#defined}"`;
    const body = this.#isTame ? `<{{print .}}{{with $}}{{.}}{{else}}-{{end}}>` : this.#list(1);
    this.#defined += 1;
    return `{{define ${name}}}${body.replaceAll('$.data', '.').replaceAll('..', '.')}{{end}}`;
  }

  #list(depth: number): string {
    const random = this.#random;
    const known = this.#variables.length;
    let text = '';
    for (let count = 1 + random.below(3); count > 0; count -= 1) text += this.#node(depth);
    this.#variables.length = known;
    return text;
  }

  #action(content: string): string {
    const random = this.#random;
    return `{{${random.oneIn(8) ? '- ' : ''}${content}${random.oneIn(8) ? ' -' : ''}}}`;
  }

  #node(depth: number): string {
    const random = this.#random;
    const kind = random.below(depth > 0 ? 14 : 7);
    if (kind < 2) return random.pick(TEXTS);
    if (kind < 5) return this.#action(this.#pipeline(2));
    if (kind === 5) return this.#action(this.#declaration());
    if (kind === 6) return this.#small();
    if (kind < 9) return this.#branch('if', depth);
    if (kind < 11) return this.#branch('with', depth);
    return this.#range(depth);
  }

  #small(): string {
    const random = this.#random;
    const isStray = !this.#isTame && random.oneIn(8);
    switch (random.below(5)) {
      case 0:
        return '{{/* comment */}}';
      case 1: {
        if (this.#defined === 0 && !isStray) return '{{- /* none */ -}}';
        const name = `"d${random.below(this.#defined + (isStray ? 1 : 0))}"`;
        return this.#action(`template ${name}${random.oneIn(3) ? '' : ` ${this.#pipeline(1)}`}`);
      }
      case 2:
        return this.#rangeDepth > 0 || isStray ? this.#action(random.pick(['break', 'continue'])) : 'y';
      case 3:
        return `{{block "b${random.below(1_000_000)}" ${this.#operand(1)}}}[{{len (print .)}}]{{end}}`;
    }
    return this.#action(random.pick(STRINGS));
  }

  #declaration(): string {
    const random = this.#random;
    const value = this.#pipeline(1);
    if (this.#variables.length > 0 && random.oneIn(2)) return `${random.pick(this.#variables)} = ${value}`;
    const name = `$v${random.below(4)}`;
    this.#variables.push(name);
    return `${name} := ${value}`;
  }

  #branch(word: 'if' | 'with', depth: number): string {
    const random = this.#random;
    const known = this.#variables.length;
    const condition = random.oneIn(5) ? this.#declaration() : this.#pipeline(1);
    let text = this.#action(`${word} ${condition}`) + this.#list(depth - 1);
    if (random.oneIn(4)) {
      const chained = this.#isTame ? word : random.pick([word, 'if', 'with']);
      text += this.#action(`else ${chained} ${this.#pipeline(1)}`) + this.#list(depth - 1);
    }
    if (random.oneIn(2)) text += this.#action('else') + this.#list(depth - 1);
    this.#variables.length = known;
    return text + this.#action('end');
  }

  #range(depth: number): string {
    const random = this.#random;
    const known = this.#variables.length;
    const names = random.pick([[], ['$i'], ['$i', '$e'], ['$e']]);
    const over = random.pick(names.length === 2 ? COLLECTIONS : [...COLLECTIONS, ...COUNTS]);
    const value = !this.#isTame && random.oneIn(3) ? this.#pipeline(1) : over;
    this.#variables.push(...names);
    const declared = names.length === 0 ? '' : `${names.join(', ')} := `;
    this.#rangeDepth += 1;
    let text = this.#action(`range ${declared}${value}`) + this.#list(depth - 1);
    this.#rangeDepth -= 1;
    if (random.oneIn(3)) text += this.#action('else') + this.#list(depth - 1);
    this.#variables.length = known;
    return text + this.#action('end');
  }

  #pipeline(depth: number): string {
    const random = this.#random;
    let text = this.#command(depth);
    while (random.oneIn(4)) text += ` | ${this.#call(depth, true)}`;
    return text;
  }

  #command(depth: number): string {
    return this.#random.oneIn(2) ? this.#operand(depth, true) : this.#call(depth, false);
  }

  /** @param isCommand it stands alone, so it is not nil */
  #operand(depth: number, isCommand = false): string {
    const random = this.#random;
    const fields = this.#isTame ? GOOD_FIELDS : FIELDS;
    switch (random.below(9)) {
      case 0:
        return random.pick(NUMBERS);
      case 1:
        return random.pick(STRINGS);
      case 2:
        return random.pick([...this.#variables, '.', '$.data.n']);
      case 3:
        return random.pick(['true', 'false', 'none', ...(isCommand && this.#isTame ? [] : ['nil'])]);
      case 4:
        if (depth > 0) return `(${this.#pipeline(depth - 1)})${this.#isTame || random.oneIn(2) ? '' : '.b'}`;
    }
    return random.pick(fields);
  }

  /** @param isPiped its last argument comes from the pipeline */
  #call(depth: number, isPiped: boolean): string {
    const random = this.#random;
    const operands = (count: number) =>
      Array.from({ length: Math.max(0, count - (isPiped ? 1 : 0)) }, () => ` ${this.#operand(depth - 1)}`).join('');
    const last = (value: string) => (isPiped ? '' : ` ${value}`);
    const tame = random.below(this.#isTame ? 9 : 16);
    switch (tame) {
      case 0:
        return `print${operands(1 + random.below(3))}`;
      case 1:
      case 2:
      case 3:
        return this.#printf(depth, isPiped);
      case 4:
        return `${random.pick(['and', 'or'])}${operands(1 + random.below(3))}`;
      case 5:
        return `${random.pick(['not', 'html', 'js', 'urlquery', 'println'])}${operands(1)}`;
      case 6:
        return `list${operands(1 + random.below(3))}`;
      case 7:
        return isPiped
          ? `dict "b"`
          : `index ${random.pick(['$.data.obj', '$.data.smap', '$'])} ${random.pick(['"b"', '"a"', '"q"'])}`;
      case 8:
        return isPiped ? `printf "%v|%s"${operands(2)}` : this.#certain();
      case 9:
        return `${random.pick(['eq', 'ne', 'lt', 'le', 'gt', 'ge'])}${operands(2)}`;
      case 10:
        return `index ${random.pick(FIELDS)}${last(random.pick(KEYS))}${random.oneIn(4) ? ` ${random.pick(KEYS)}` : ''}`;
      case 11:
        return random.oneIn(2)
          ? `slice ${random.pick(STRINGS)}${last(String(random.below(4)))}`
          : `slice ${random.pick(FIELDS)}${last(String(random.below(2)))}`;
      case 12:
        return `${random.pick(['int64', 'uint8', 'half', 'is', 'map', 'refuse', 'bytes', 'upper', 'len'])}${operands(1)}`;
      case 13:
        return `join${last(random.pick(['$.data.strs', '$.data.list', '(strings "a" "b")']))} ","`;
      case 14:
        return `dict "b"${operands(2)}${isPiped ? '' : random.pick(['', ' "c" 1'])}`;
    }
    return `(rocket "s").Add${operands(2 + random.below(2))}`;
  }

  /** Calls whose types fit. */
  #certain(): string {
    const random = this.#random;
    const text = random.pick(TEXT_FIELDS);
    return random.pick([
      `upper ${text}`,
      `len ${random.pick([...COLLECTIONS, ...TEXT_FIELDS])}`,
      `eq ${text} ${random.pick(STRINGS)} ${random.pick(TEXT_FIELDS)}`,
      `lt ${text} ${random.pick(TEXT_FIELDS)}`,
      `${random.pick(['eq', 'le', 'gt', 'ne'])} $.data.n ${random.pick(['1', '5', '$.data.u8', '$.data.i64', '$.data.u64'])}`,
      `ge $.data.f ${random.pick(['1.5', '2.5', '$.data.huge'])}`,
      `slice ${text} 0`,
      `index $.data.list ${random.below(7)}`,
      `index $.data.raw ${random.below(2)}`,
      `int64 ${random.below(9)}`,
      `uint8 ${random.pick(['1', '255', '256'])}`,
      `half ${random.pick(['1', '2.5', '$.data.f'])}`,
      `bytes ${text}`,
      'join $.data.strs "-"',
      `strings "a" ${text}`,
      `(rocket "s").Add ${random.below(9)} ${text}`,
      '(index $.data.list 2).k',
      `call (adder ${random.below(5)}) 1`,
    ]);
  }

  #printf(depth: number, isPiped: boolean): string {
    const random = this.#random;
    let format = '';
    const count = 1 + random.below(3);
    for (let at = 0; at < count; at += 1) {
      format += `${random.pick(['', 'a', ' ', '日'])}%${random.pick(FLAGS)}${random.pick(SIZES)}${random.pick(VERBS)}`;
    }
    const given = Math.max(0, count - (isPiped ? 1 : 0) + (random.oneIn(6) ? 1 : 0) - (random.oneIn(6) ? 1 : 0));
    return `printf "${format}"${Array.from({ length: given }, () => ` ${this.#operand(depth - 1)}`).join('')}`;
  }
}
