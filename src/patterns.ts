// Expressions that a class names, in RE2's syntax: they read a text once, whatever they are. The library comes with the first
// class that has one.
import { MountError } from './errors.ts';
import { Lazy } from './lazy.ts';
import type { Pattern } from './re2.ts';

export interface PatternLibrary {
  /** @returns what is wrong with the text, or the expression. */
  parsePattern(text: string): Pattern | string;
}

export const PATTERNS = new Lazy<PatternLibrary>(() => import('./re2.ts'));

/** Its syntax was checked when the class was read. */
export function compile(text: string): Pattern {
  const pattern = PATTERNS.get().parsePattern(text);
  if (typeof pattern === 'string') throw new Error('an expression that the plan lets through cannot be read');
  return pattern;
}

/**
 * Bound for all objects of a mount, in steps: characters matched times instructions of the expression. A step takes 10 ns
 * at worst.
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
      'the names are too many or too long for the expressions of this class; write fewer or simpler ones',
    );
  }
}
