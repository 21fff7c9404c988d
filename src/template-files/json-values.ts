// JSON of an answer as values of templates.
import { MountError } from '../errors.ts';
import type { JsonText } from '../json-text/json-text.ts';
import { readTree, TooDeep } from '../json-text/tree-reader.ts';
import { JsonNumber, type Value } from '../template/value.ts';
import type { ValueSteps } from './value-steps.ts';

/** Limit on nesting: each level is a recursive call, here and in printing. */
export const MOST_LEVELS = 500;

/** Built anew for each render, as template functions may change a map. @throws MountError, TooManySteps */
export function toValue(json: JsonText, path: string, steps: ValueSteps): Value {
  try {
    return readTree<JsonNumber>(json, { steps, toNumber, toText, mostLevels: MOST_LEVELS });
  } catch (thrown) {
    if (!(thrown instanceof TooDeep)) throw thrown;
    throw new MountError('template-failed', `${path} has JSON of more than ${MOST_LEVELS} levels; read another secret`);
  }
}

/** The members of an object; empty for anything else. */
export function toMap(json: JsonText | undefined, path: string, steps: ValueSteps): Map<string, Value> {
  const value = json === undefined ? undefined : toValue(json, path, steps);
  return value instanceof Map ? value : new Map();
}

/** As Go does, a lone surrogate becomes U+FFFD. */
function toText(text: string): string {
  return text.toWellFormed();
}

function toNumber(text: string): JsonNumber {
  return new JsonNumber(text);
}
