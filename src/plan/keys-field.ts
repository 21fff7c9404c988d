// `keys`: which keys of a secret become files, and by which names.
import { quote } from '../quote.ts';
import { kindOf, type YamlField, type YamlMap, type YamlNode } from '../yaml/node.ts';
import type { Position } from '../yaml/position.ts';
import type { Entry } from './entry.ts';
import type { PatternBudget } from './pattern-budget.ts';
import type { KeySelection, Renaming } from './plan.ts';
import { didYouMean } from './suggest.ts';

const ALL: KeySelection = Object.freeze({ include: [], exclude: [], rename: [] });
const FIELDS = ['include', 'exclude', 'rename'];
const RENAMING = ['from', 'to'];
const FORM = 'write "all", or a map with include, exclude and rename';

export function readKeys(entry: Entry, budget: PatternBudget): KeySelection {
  const field = entry.get('keys');
  if (field === undefined) return ALL;
  const { value } = field;
  if (value.kind === 'scalar' && value.text === 'all') return ALL;
  if (value.kind !== 'map') {
    entry.report('keys', `keys is ${value.kind === 'scalar' ? quote(value.text) : kindOf(value)}; ${FORM}`);
    return ALL;
  }
  return new KeysReader(entry, budget).read(value, field);
}

class KeysReader {
  readonly #entry: Entry;
  readonly #budget: PatternBudget;

  constructor(entry: Entry, budget: PatternBudget) {
    this.#entry = entry;
    this.#budget = budget;
  }

  read(map: YamlMap, field: YamlField): KeySelection {
    this.#refuseOthers(map, FIELDS, 'keys');
    if (map.fields.size === 0) this.#entry.reportAt(field.at, `keys is an empty map; ${FORM}`);
    return Object.freeze({
      include: Object.freeze(this.#patterns(map, 'include')),
      exclude: Object.freeze(this.#patterns(map, 'exclude')),
      rename: Object.freeze(this.#list(map, 'rename').flatMap((item) => this.#renaming(item))),
    });
  }

  #patterns(map: YamlMap, name: 'include' | 'exclude'): readonly string[] {
    return this.#list(map, name).flatMap((item) => {
      if (item.kind !== 'scalar' || item.text === '') {
        this.#entry.reportAt(item.at, `${name}: ${nameOf(item)}, not an expression; write one, for example "^db_"`);
        return [];
      }
      this.#check(item.at, name, item.text);
      return [item.text];
    });
  }

  #renaming(item: YamlNode): readonly Renaming[] {
    const [from, to] = RENAMING.map((name) => (item.kind === 'map' ? item.fields.get(name)?.value : undefined));
    if (item.kind !== 'map' || from?.kind !== 'scalar' || to?.kind !== 'scalar' || from.text === '') {
      this.#entry.reportAt(item.at, 'rename: write a list of maps with from, an expression, and to');
      return [];
    }
    this.#refuseOthers(item, RENAMING, 'rename');
    this.#check(from.at, 'rename', from.text, to.text);
    return [Object.freeze({ from: from.text, to: to.text })];
  }

  #check(at: Position, name: string, pattern: string, to?: string): void {
    const problem = this.#budget.findProblem(pattern, to);
    if (problem !== undefined) this.#entry.reportAt(at, `${name}: ${quote(pattern)} ${problem}`);
  }

  /** One expression may stand without a list. */
  #list(map: YamlMap, name: string): readonly YamlNode[] {
    const value = map.fields.get(name)?.value;
    if (value === undefined) return [];
    return value.kind === 'list' ? value.items : [value];
  }

  #refuseOthers(map: YamlMap, known: readonly string[], where: string): void {
    for (const { key, at } of map.duplicates) this.#entry.reportAt(at, `${quote(key)} is given twice; remove one`);
    for (const [name, { at }] of map.fields)
      if (!known.includes(name))
        this.#entry.reportAt(at, `${where} has no field ${quote(name)}${didYouMean(name, known) || '; remove it'}`);
  }
}

function nameOf(item: YamlNode): string {
  return item.kind === 'scalar' ? 'an empty text' : kindOf(item);
}
