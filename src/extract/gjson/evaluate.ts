// Evaluates a gjson path as gjson.Get does, and counts each step. Two things differ (docs/expressions.md): numbers are
// compared by their text, and a missing value stays missing behind a pipe.

import { JsonNumber } from '../../json.ts';
import { isDecimal } from '../decimal.ts';
import type { Steps } from '../steps.ts';
import {
  compareExactly,
  compareTexts,
  isList,
  isMap,
  isNumber,
  type Value,
  type ValueList,
  type ValueMap,
} from '../value.ts';
import { MODIFY, sizeOf } from './modifiers.ts';
import { type ArrayPart, arrayPart, modifierOf, objectPart, type Query, splitAtPipe } from './path.ts';
import { isMatch } from './wildcard.ts';

/** undefined if the path leads to nothing. @throws TooManySteps */
export function getValue(path: string, value: Value, steps: Steps): Value | undefined {
  return new Evaluation(steps).get(value, path);
}

class Evaluation {
  readonly #steps: Steps;

  constructor(steps: Steps) {
    this.#steps = steps;
  }

  get(value: Value, path: string): Value | undefined {
    this.#steps.takeFor(path.length);
    const modifier = modifierOf(path);
    if (modifier === undefined) return this.#getIn(value, path);
    this.#steps.take(sizeOf(value));
    const modified = MODIFY[modifier.name](value, this.#steps);
    if (modified === undefined || modifier.rest === '') return modified;
    return this.get(modified, modifier.rest.slice(1));
  }

  #getIn(value: Value, path: string): Value | undefined {
    if (isMap(value)) return this.#ofMap(value, path);
    return isList(value) ? this.#ofList(value, path) : undefined;
  }

  #ofMap(map: ValueMap, whole: string): Value | undefined {
    const { part, path, pipe, isWild } = objectPart(whole);
    if (!isWild) {
      const found = map.get(part);
      return found === undefined ? undefined : this.#goOn(found, path, pipe);
    }
    for (const [key, value] of map) {
      this.#steps.take();
      if (!isMatch(key, part, this.#steps)) continue;
      const found = this.#goOn(value, path, undefined);
      // If the rest of the path fails below this key, the next matching key may have it.
      if (found !== undefined) return pipe === undefined ? found : this.get(found, pipe);
    }
    return undefined;
  }

  #goOn(value: Value, path: string | undefined, pipe: string | undefined): Value | undefined {
    if (pipe !== undefined) return this.get(value, pipe);
    return path === undefined ? value : this.#getIn(value, path);
  }

  #ofList(list: ValueList, whole: string): Value | undefined {
    const part = arrayPart(whole);
    if (part.query !== undefined) return this.#query(list, part, part.query);
    if (part.each !== undefined) return this.#ofEach(list, part.each);
    if (part.isOfAll)
      return part.part === '#' ? this.#goOn(new JsonNumber(String(list.length)), part.path, part.pipe) : undefined;
    const index = /^[0-9]{1,15}$/.test(part.part) ? Number(part.part) : -1;
    const found = list[index];
    return found === undefined ? undefined : this.#goOn(found, part.path, part.pipe);
  }

  #ofEach(list: ValueList, each: string): Value | undefined {
    const { left, pipe } = splitAtPipe(each);
    const found = list.flatMap((item) => {
      const value = this.get(item, left);
      return value === undefined ? [] : [value];
    });
    return pipe === undefined ? found : this.get(found, pipe);
  }

  #query(list: ValueList, { path, pipe }: ArrayPart, query: Query): Value | undefined {
    const { left, pipe: inner } = path === undefined ? { left: undefined, pipe } : splitAtPipe(path);
    const found: Value[] = [];
    let isAny = false;
    for (const item of list) {
      this.#steps.take();
      if (!this.#matches(item, query)) continue;
      isAny = true;
      const value = left === undefined ? item : this.get(item, left);
      if (!query.isForAll) {
        if (value === undefined || inner === undefined) return value;
        return this.get(value, inner);
      }
      if (value !== undefined) found.push(value);
    }
    if (!query.isForAll) return undefined;
    // gjson takes the pipe out of the path of the first item that matches.
    return inner === undefined || (left !== undefined && !isAny) ? found : this.get(found, inner);
  }

  #matches(item: Value, { path, operator, value }: Query): boolean {
    const isContainer = isMap(item) || isList(item);
    if (!isContainer && path !== '') return false;
    const found = isContainer ? this.get(item, path) : item;
    if (value.startsWith('~')) {
      const isSo = IS[value.slice(1)]?.(found);
      return isSo !== undefined && compareBooleans(isSo, operator, 'true');
    }
    if (found === undefined) return false;
    if (operator === '') return true;
    if (typeof found === 'string') return this.#compareTexts(found, operator, value);
    if (isNumber(found)) return isAmong(operator, compareExactly(found, numberOf(value), this.#steps));
    return typeof found === 'boolean' && compareBooleans(found, operator, value);
  }

  #compareTexts(text: string, operator: string, value: string): boolean {
    if (operator === '%' || operator === '!%') return isMatch(text, value, this.#steps) === (operator === '%');
    return isAmong(operator, compareTexts(text, value, this.#steps));
  }
}

/** @param order below 0: what is found is less. */
function isAmong(operator: string, order: number): boolean {
  switch (operator) {
    case '=':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    default:
      return false;
  }
}

/** False is less than true; what is neither is unequal to both. */
function compareBooleans(found: boolean, operator: string, value: string): boolean {
  if (operator === '=') return value === String(found);
  if (operator === '!=') return value !== String(found);
  if (operator === (found ? '>' : '<')) return value === String(!found);
  return operator === (found ? '>=' : '<=');
}

/** As Go's ParseFloat, what is no number is zero. */
function numberOf(value: string): JsonNumber {
  return new JsonNumber(isDecimal(value) ? value : '0');
}

const TRUE = new Set(['1', 't', 'true']);
const FALSE = new Set(['0', 'f', 'false']);

/** The comparisons of `~`: like true, like false, like null, or present. */
const IS: Readonly<Record<string, (value: Value | undefined) => boolean>> = {
  '*': (value) => value !== undefined,
  null: (value) => value === null || value === undefined,
  true: (value) => value === true || (typeof value === 'string' && TRUE.has(value.toLowerCase())) || isNonZero(value),
  false: (value) =>
    value === false ||
    value === null ||
    value === undefined ||
    (typeof value === 'string' && FALSE.has(value.toLowerCase())) ||
    (isNumber(value) && !isNonZero(value)),
};

function isNonZero(value: Value | undefined): boolean {
  return isNumber(value) && /[1-9]/.test(value.text.split(/e/i)[0] ?? '');
}
