// Reads the fields of a map that is itself the value of an object's field, with uniform messages.
import { quote } from '../quote.ts';
import { isNull, kindOf, type YamlMap, type YamlNode } from '../yaml/node.ts';
import { goInteger } from '../yaml/scalar.ts';
import type { Entry } from './entry.ts';
import type { ObjectField } from './object-table.ts';
import { didYouMean } from './suggest.ts';

export function refuseOthers(map: YamlMap, known: readonly string[], where: string, entry: Entry): void {
  for (const { key, at } of map.duplicates) entry.reportAt(at, `${quote(key)} is given twice; remove one`);
  for (const [name, { at }] of map.fields)
    if (!known.includes(name))
      entry.reportAt(at, `${where} has no field ${quote(name)}${didYouMean(name, known) || '; remove it'}`);
}

/** @param all what stands for an empty map; undefined: nothing does. @returns undefined if a problem was reported */
export function mapOf(entry: Entry, field: ObjectField, form: string, all?: string): YamlMap | 'all' | undefined {
  const value = entry.get(field)?.value;
  if (value === undefined || (value.kind === 'scalar' && value.text === all)) return 'all';
  if (value.kind === 'map' && value.fields.size > 0) return value;
  const what = value.kind === 'scalar' ? quote(value.text) : value.kind === 'map' ? 'an empty map' : kindOf(value);
  entry.report(field, `${field} is ${what}; ${form}`);
  return undefined;
}

/** Undefined if it is absent or null. */
export function valueIn(map: YamlMap, name: string): YamlNode | undefined {
  const value = map.fields.get(name)?.value;
  return value === undefined || isNull(value) ? undefined : value;
}

/** @returns undefined if it is absent, or a problem was reported. */
export function countIn(map: YamlMap, name: string, most: number, where: string, entry: Entry): number | undefined {
  const value = valueIn(map, name);
  if (value === undefined) return undefined;
  const number = value.kind === 'scalar' && value.isPlain ? goInteger(value.text) : undefined;
  if (number !== undefined && number >= 1n && number <= BigInt(most)) return Number(number);
  entry.reportAt(value.at, `${where}: ${name} is no whole number from 1 to ${most}; write one without quotes`);
  return undefined;
}

/** @returns undefined if it is absent, or a problem was reported. */
export function textIn(map: YamlMap, name: string, where: string, entry: Entry): string | undefined {
  const value = valueIn(map, name);
  if (value?.kind === 'scalar') return value.text;
  if (value !== undefined) entry.reportAt(value.at, `${where}: ${name} is ${kindOf(value)}; write a text`);
  return undefined;
}
