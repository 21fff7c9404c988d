// `reads`: the data of a template, as a map from a name in the template to a read.
import { quote } from '../quote.ts';
import type { DialectName } from '../template/dialects.ts';
import { isNull, kindOf, type YamlMap } from '../yaml/node.ts';
import { Entry } from './entry.ts';
import { ENCODINGS, type ObjectField } from './object-table.ts';
import type { LeaseSettings, NamedRead } from './plan.ts';
import { toEncoding, toRead } from './read-fields.ts';
import { LONGEST_KEY, toKey } from './secret-key.ts';
import { refuseOthers } from './sub-fields.ts';

export const READ_FIELDS = [
  'secretPath',
  'secretKey',
  'method',
  'secretArgs',
  'encoding',
] as const satisfies readonly ObjectField[];
/** The same bound as for the reads of one pass of a template of the syntax `agent` (MAX_READS_OF_PASS). */
export const MOST_NAMED = 64;
const EXAMPLE = 'reads: {db: {secretPath: secret/data/db}}';

export function readNamed(entry: Entry, syntax: DialectName, leaseSettings: LeaseSettings): readonly NamedRead[] {
  const value = entry.get('reads')?.value;
  if (syntax === 'agent') {
    if (value !== undefined)
      entry.report(
        'reads',
        'reads goes only with templateSyntax sprig; add that, or name the secret in the template: {{ with secret "secret/data/app" }}',
      );
    return [];
  }
  if (value === undefined) entry.report('template', `templateSyntax sprig needs reads; add ${EXAMPLE}`);
  else if (value.kind !== 'map' || value.fields.size === 0 || value.fields.size > MOST_NAMED) {
    const what = value.kind === 'map' ? `a map of ${value.fields.size}` : kindOf(value);
    entry.report('reads', `reads is ${what}; write a map of 1 to ${MOST_NAMED} names and reads: ${EXAMPLE}`);
  } else return Object.freeze(readEach(value, entry, leaseSettings));
  return [];
}

function readEach(map: YamlMap, entry: Entry, leaseSettings: LeaseSettings): readonly NamedRead[] {
  for (const { key, at } of map.duplicates) entry.reportAt(at, `${quote(key)} is given twice; remove one`);
  return [...map.fields].flatMap(([name, { at, value }]) => {
    const where = `reads: ${quote(name)}`;
    if (name.length > LONGEST_KEY || !name.isWellFormed()) {
      entry.reportAt(
        at,
        `reads: a name is longer than ${LONGEST_KEY} characters or holds half a character; shorten it`,
      );
      return [];
    }
    if (value.kind !== 'map' || isNull(value)) {
      entry.reportAt(value.at, `${where} is ${kindOf(value)}; write a map with secretPath`);
      return [];
    }
    const one = readOne(value, where, entry, leaseSettings);
    return one === undefined ? [] : [Object.freeze({ name, ...one })];
  });
}

function readOne(
  map: YamlMap,
  where: string,
  entry: Entry,
  leaseSettings: LeaseSettings,
): Omit<NamedRead, 'name'> | undefined {
  refuseOthers(map, READ_FIELDS, where, entry);
  const own = new Entry(map, (at, text) => entry.reportAt(at, `${where}: ${text}`));
  const key = toKey(own);
  const encoding = toEncoding(own, 'encoding', ENCODINGS);
  if (encoding !== undefined && key === undefined)
    own.report('encoding', 'encoding goes only with secretKey; add that, or decode the keys in the template');
  const read = toRead(own, leaseSettings);
  return read && { read, key, encoding: encoding ?? 'utf-8' };
}
