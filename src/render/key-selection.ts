// Which keys of a secret become files, and what they are called.
import { MountError } from '../errors.ts';
import { PATTERNS } from '../patterns.ts';
import type { KeySelection } from '../plan/plan.ts';
import type { Pattern } from '../re2.ts';

/**
 * Of all objects of a mount: characters looked at, times the instructions of the expression. An expression takes 10 ns for
 * one of them at worst.
 */
const MOST_STEPS = 5_000_000;

/** Of one mount. */
export class MatchBudget {
  #steps = 0;

  /** @throws MountError */
  spend(pattern: Pattern, text: string): void {
    this.#steps += pattern.size * (text.length + 1);
    if (this.#steps <= MOST_STEPS) return;
    throw new MountError(
      'files-too-large',
      'the names of the keys are too many or too long for the expressions of this class; write fewer or simpler ones',
    );
  }
}

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
      budget.spend(pattern, name);
      name = pattern.replace(name, to);
    }
    yield { key, name, value };
  }
}

/** Its syntax was checked when the class was read. */
function compile(text: string): Pattern {
  const pattern = PATTERNS.get().parsePattern(text);
  if (typeof pattern === 'string') throw new Error('an expression that the plan lets through cannot be read');
  return pattern;
}
