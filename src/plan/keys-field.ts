// `keys`: which keys of a secret become files, and by which names.
import { quote } from '../quote.ts';
import { isNull, kindOf, type YamlMap, type YamlNode } from '../yaml/node.ts';
import type { Position } from '../yaml/position.ts';
import type { Entry } from './entry.ts';
import type { PatternBudget } from './pattern-budget.ts';
import type { KeySelection, Renaming } from './plan.ts';
import { mapOf, refuseOthers, valueIn } from './sub-fields.ts';

const ALL: KeySelection = Object.freeze({ include: [], exclude: [], rename: [] });
const FIELDS = ['include', 'exclude', 'rename'];
const RENAMING = ['from', 'to'];
/** No file has a longer name (file-path.ts); without a bound names would grow with each place that is renamed. */
export const LONGEST_TO = 255;
const FORM = 'write "all", or a map with include, exclude and rename';

export function readKeys(entry: Entry, budget: PatternBudget): KeySelection {
  const map = mapOf(entry, 'keys', FORM, 'all');
  return map === undefined || map === 'all' ? ALL : new KeysReader(entry, budget).read(map);
}

class KeysReader {
  readonly #entry: Entry;
  readonly #budget: PatternBudget;

  constructor(entry: Entry, budget: PatternBudget) {
    this.#entry = entry;
    this.#budget = budget;
  }

  read(map: YamlMap): KeySelection {
    refuseOthers(map, FIELDS, 'keys', this.#entry);
    return Object.freeze({
      include: Object.freeze(this.#patterns(map, 'include')),
      exclude: Object.freeze(this.#patterns(map, 'exclude')),
      rename: Object.freeze(this.#list(map, 'rename').flatMap((item) => this.#renaming(item))),
    });
  }

  #patterns(map: YamlMap, name: 'include' | 'exclude'): readonly string[] {
    return this.#list(map, name).flatMap((item) => {
      if (item.kind !== 'scalar' || isNull(item) || item.text === '') {
        this.#entry.reportAt(item.at, `${name}: ${nameOf(item)}, not an expression; write one, for example "^db_"`);
        return [];
      }
      this.#check(item.at, name, item.text);
      return [item.text];
    });
  }

  #renaming(item: YamlNode): readonly Renaming[] {
    const [from, to] = RENAMING.map((name) => (item.kind === 'map' ? valueIn(item, name) : undefined));
    if (item.kind !== 'map' || from?.kind !== 'scalar' || to?.kind !== 'scalar' || from.text === '') {
      this.#entry.reportAt(item.at, 'rename: write a list of maps with from, an expression, and to');
      return [];
    }
    if (to.text.length > LONGEST_TO)
      this.#entry.reportAt(to.at, `rename: to is longer than ${LONGEST_TO} characters; shorten it`);
    refuseOthers(item, RENAMING, 'rename', this.#entry);
    this.#check(from.at, 'rename', from.text, to.text);
    return [Object.freeze({ from: from.text, to: to.text })];
  }

  #check(at: Position, name: string, pattern: string, to?: string): void {
    const problem = this.#budget.findProblem(pattern, to);
    if (problem !== undefined) this.#entry.reportAt(at, `${name}: ${quote(pattern)} ${problem}`);
  }

  /** A single expression need not be in a list. */
  #list(map: YamlMap, name: string): readonly YamlNode[] {
    const value = valueIn(map, name);
    if (value === undefined) return [];
    if (value.kind !== 'list') return [value];
    // An empty `include` means all keys, but its author probably meant none.
    if (name === 'include' && value.items.length === 0)
      this.#entry.reportAt(value.at, 'include is an empty list; name an expression, or leave include out for all keys');
    return value.items;
  }
}

function nameOf(item: YamlNode): string {
  return item.kind === 'scalar' && !isNull(item) ? 'an empty text' : kindOf(item);
}
