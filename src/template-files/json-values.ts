// JSON of an answer as values of templates.
import { MountError } from '../errors.ts';
import type { JsonText } from '../json-text/json-text.ts';
import { readTree, TooDeep } from '../json-text/tree-reader.ts';
import { JsonNumber, type Value } from '../template/value.ts';
import type { ValueSteps } from './value-steps.ts';

/** Each is a call, here and when it is printed. */
export const MOST_LEVELS = 500;

/** Made anew for each render: functions of templates may change a map. @throws MountError, TooManySteps */
export function toValue(json: JsonText, path: string, steps: ValueSteps): Value {
  try {
    return readTree<JsonNumber>(json, { steps, toNumber, toText, mostLevels: MOST_LEVELS });
  } catch (thrown) {
    if (!(thrown instanceof TooDeep)) throw thrown;
    throw new MountError('template-failed', `${path} has JSON of more than ${MOST_LEVELS} levels; read another secret`);
  }
}

/** The values of an object; none of anything else. */
export function toMap(json: JsonText | undefined, path: string, steps: ValueSteps): Map<string, Value> {
  const value = json === undefined ? undefined : toValue(json, path, steps);
  return value instanceof Map ? value : new Map();
}

/** Half a character is U+FFFD to Go. */
function toText(text: string): string {
  return text.toWellFormed();
}

function toNumber(text: string): JsonNumber {
  return new JsonNumber(text);
}
