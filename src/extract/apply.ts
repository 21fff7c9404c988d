// What an expression selects from a value.

import { getValue } from './gjson/evaluate.ts';
import { modifierOf, objectPart } from './gjson/path.ts';
import { search } from './jmes-path/evaluate.ts';
import { parseJmesPath } from './jmes-path/parse.ts';
import type { Query as JmesPath } from './jmes-path/query.ts';
import { selectValues } from './json-path/evaluate.ts';
import { parseJsonPath } from './json-path/parse.ts';
import type { Language } from './languages.ts';
import type { Steps } from './steps.ts';
import { isMap, type Value } from './value.ts';

type Apply = (expression: string, value: Value, steps: Steps) => Value | undefined;

const APPLY: Readonly<Record<Language, Apply>> = {
  jsonPath: (expression, value, steps) => {
    const selected = selectValues(parseJsonPath(expression), value, steps);
    return selected.length > 1 ? selected : selected[0];
  },
  // In JMESPath null is what is not there.
  jmesPath: (expression, value, steps) => search(parseJmesPath(expression), value, steps) ?? undefined,
  gjson: (expression, value, steps) => {
    // As in External Secrets: a key of that very name comes first.
    const own = isMap(value) ? value.get(expression) : undefined;
    return own === undefined ? getValue(expression, value, steps) : own;
  },
};

/** @returns undefined if it selects nothing. @throws TooManySteps, NotApplicable */
export function applyExpression(language: Language, expression: string, value: Value, steps: Steps): Value | undefined {
  return APPLY[language](expression, value, steps);
}

const NAMES: Readonly<Record<Language, (expression: string) => readonly string[]>> = {
  jsonPath: (expression) => {
    const names: string[] = [];
    for (const { isDescendant, selectors } of parseJsonPath(expression).segments) {
      const [selector, ...others] = selectors;
      if (isDescendant || selector?.kind !== 'name' || others.length > 0) break;
      names.push(selector.name);
    }
    return names;
  },
  jmesPath: (expression) => namesIn(parseJmesPath(expression)) ?? [],
  gjson: (expression) => {
    const names: string[] = [];
    for (let rest: string | undefined = expression; rest !== undefined; ) {
      const { part, path, isWild } = objectPart(rest);
      if (isWild || rest.startsWith('#') || modifierOf(rest) !== undefined) break;
      names.push(part);
      rest = path;
    }
    return names;
  },
};

function namesIn(query: JmesPath): readonly string[] | undefined {
  if (query.kind === 'field') return [query.name];
  if (query.kind !== 'then') return undefined;
  const left = namesIn(query.left);
  return left === undefined ? undefined : [...left, ...(namesIn(query.right) ?? [])];
}

/** The keys at the start of the expression. If one is missing, that is why it selects nothing. */
export function leadingNames(language: Language, expression: string): readonly string[] {
  return NAMES[language](expression);
}
