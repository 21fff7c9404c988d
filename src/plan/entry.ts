// The fields of one object as its author wrote them, read one by one; problems in them are reported at their line.
import { describeDifference, describeInvisible, withoutInvisible } from '../invisible.ts';
import { nearest } from '../nearest.ts';
import { quote } from '../quote.ts';
import { isNull, kindOf, type YamlField, type YamlMap } from '../yaml/node.ts';
import type { Position } from '../yaml/position.ts';
import { goBoolean } from '../yaml/scalar.ts';
import { meaning } from './known-elsewhere.ts';
import { FIELD_NAMES, type ObjectField } from './object-table.ts';
import type { WarningKind } from './problems.ts';

/** How many unknown fields are compared with a missing one. */
const MOST_UNKNOWN = 20;

export interface Listener {
  /** @param text made only if there is still room for it. */
  warn(at: Position, text: () => string, kind?: WarningKind): void;
  report(at: Position, text: string): void;
}

/** The fields of one object, and problems in them reported at their line. */
export class Entry {
  readonly #map: YamlMap;
  readonly #report: (at: Position, text: string) => void;

  constructor(map: YamlMap, report: (at: Position, text: string) => void) {
    this.#map = map;
    this.#report = report;
  }

  report(field: string, text: string): void {
    this.#report(this.#map.fields.get(field)?.at ?? this.#map.at, text);
  }

  reportAt(at: Position, text: string): void {
    this.#report(at, text);
  }

  warnOfInvisible(field: ObjectField, listener: Listener): void {
    const value = this.get(field)?.value;
    const what = value?.kind === 'scalar' ? describeInvisible(value.text) : undefined;
    if (what !== undefined)
      listener.warn(value?.at ?? this.#map.at, () => `${field}: ${what}; remove it if it is not meant`, 'invisible');
  }

  /** Undefined if it is absent or null. */
  get(field: ObjectField): YamlField | undefined {
    const found = this.#map.fields.get(field);
    return found === undefined || isNull(found.value) ? undefined : found;
  }

  /** The field is written, but null or empty. */
  isEmpty(field: ObjectField): boolean {
    const value = this.#map.fields.get(field)?.value;
    return value !== undefined && (isNull(value) || (value.kind === 'scalar' && value.text === ''));
  }

  /** Known fields that are set, in source order: not null and not empty. Only `default` may be empty (an empty file). */
  fields(): readonly ObjectField[] {
    return [...this.#map.fields].flatMap(([name, { value }]) => {
      const isSilent = isNull(value) || (value.kind === 'scalar' && value.text === '' && name !== 'default');
      return !isSilent && isField(name) ? [name] : [];
    });
  }

  /** The source text of any scalar: a number or `yes` is text too. Empty counts as absent. */
  text(field: ObjectField): string | undefined {
    const value = this.get(field)?.value;
    if (value === undefined || (value.kind === 'scalar' && value.text === '')) return undefined;
    if (value.kind === 'scalar') return value.text;
    this.report(field, `${field} is ${kindOf(value)}; write a text`);
    return undefined;
  }

  required(field: ObjectField, fix: string): string | undefined {
    const text = this.text(field);
    const kind = this.get(field)?.value.kind;
    if (text !== undefined || kind === 'list' || kind === 'map') return text;
    const unknownFields = [...this.#map.fields.keys()]
      .filter((name) => !FIELD_NAMES.includes(name))
      .slice(0, MOST_UNKNOWN);
    // Already reported as a field with an invisible character.
    if (unknownFields.some((name) => withoutInvisible(name) === field)) return undefined;
    const near = meaning(field, unknownFields) ?? nearest(field, unknownFields);
    if (near === undefined) this.report(field, `${field} is missing; ${fix}`);
    else this.report(near, `${field} is missing; rename ${quote(near)}${describeDifference(near, field)} to it`);
    return undefined;
  }

  /** @returns undefined if it is absent, or a problem was reported. */
  boolean(field: ObjectField): boolean | undefined {
    const value = this.get(field)?.value;
    if (value === undefined) return undefined;
    const boolean = value.kind === 'scalar' ? goBoolean(value) : undefined;
    if (boolean === undefined) this.report(field, `${field} is neither true nor false; write one, without quotes`);
    return boolean;
  }
}

function isField(name: string): name is ObjectField {
  return FIELD_NAMES.includes(name);
}
