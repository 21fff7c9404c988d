// Which keys of a secret become files, and what they are called.
import { compile, type MatchBudget } from '../patterns.ts';
import type { KeySelection } from '../plan/plan.ts';
import type { Pattern } from '../re2.ts';

/** The longest path of a file (file-path.ts): a name that grew beyond it is not renamed further, and is refused. */
const LONGEST_NAME = 4_096;

export interface SelectedKey<Value> {
  readonly key: string;
  readonly name: string;
  readonly value: Value;
}

export function* selectKeys<Value>(
  entries: Iterable<readonly [key: string, value: Value]>,
  { include, exclude, rename }: KeySelection,
  budget: MatchBudget,
): Iterable<SelectedKey<Value>> {
  const includes = include.map(compile);
  const excludes = exclude.map(compile);
  const renames = rename.map(({ from, to }) => ({ pattern: compile(from), to }));
  const isIn = (key: string) => (pattern: Pattern) => {
    budget.spend(pattern, key);
    return pattern.isIn(key);
  };
  for (const [key, value] of entries) {
    if (includes.length > 0 && !includes.some(isIn(key))) continue;
    if (excludes.some(isIn(key))) continue;
    let name = key;
    for (const { pattern, to } of renames) {
      if (name.length > LONGEST_NAME) break;
      budget.spend(pattern, name);
      name = pattern.replace(name, to);
    }
    yield { key, name, value };
  }
}
