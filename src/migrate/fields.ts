// The outcome of each field of a map, by its name: reported at its position if the resource moves, or as what prevents the
// move.
import { quote } from '../quote.ts';
import type { YamlField, YamlMap } from '../yaml/node.ts';
import type { Input } from './input.ts';
import type { Obstacle } from './movable.ts';

/** `told`: reported with its values, or by what names it. */
export interface FieldEnd {
  readonly end: 'mapped' | 'differs' | 'refused' | 'told';
  readonly help: string;
}

export type FieldTable = Readonly<Record<string, FieldEnd>>;

export const mapped = (help: string): FieldEnd => ({ end: 'mapped', help });
export const differs = (help: string): FieldEnd => ({ end: 'differs', help });
export const refused = (help: string): FieldEnd => ({ end: 'refused', help });
export const told = (help: string): FieldEnd => ({ end: 'told', help });

export interface FieldEnds {
  readonly obstacles: readonly Obstacle[];
  readonly report: () => void;
}

/** @param prefix of names in messages. */
export function endsOf(map: YamlMap | undefined, table: FieldTable, input: Input, prefix = ''): FieldEnds {
  const fields = [...(map?.fields ?? [])].filter(([, { value }]) => !isUnset(value));
  const ends = fields.map(([name, { at }]) => {
    const found: FieldEnd | undefined = Object.hasOwn(table, name) ? table[name] : undefined;
    const text =
      found === undefined ? `${quote(prefix + name)} has no place in a class` : `${prefix}${name}: ${found.help}`;
    return { at, end: found?.end ?? 'refused', text };
  });
  return {
    obstacles: ends.flatMap(({ at, end, text }) =>
      end === 'refused' ? [{ kind: 'field' as const, at, why: text, input }] : [],
    ),
    report() {
      for (const { at, end, text } of ends) if (end === 'mapped' || end === 'differs') input.report(end, at, text);
    },
  };
}

/** Empty or null, as the API server would drop it. */
function isUnset(value: YamlField['value']): boolean {
  if (value.kind === 'map') return value.fields.size === 0;
  if (value.kind === 'list') return value.items.length === 0;
  return value.text === '' || (value.isPlain && ['null', '~'].includes(value.text));
}
