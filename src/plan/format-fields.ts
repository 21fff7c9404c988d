// `format` and what goes with one format only.
import { quote } from '../quote.ts';
import { isNull, kindOf } from '../yaml/node.ts';
import type { Entry } from './entry.ts';
import { FORMATS, type Format } from './object-table.ts';
import type { FormatSource, Read } from './plan.ts';
import { LONGEST_KEY, toKey } from './secret-key.ts';
import { didYouMean } from './suggest.ts';

/** Certificates, their chain and a key are three. */
export const MOST_PEM_KEYS = 16;
const PEM_EXAMPLE = 'pem: [certificate, ca_chain, private_key]';
const NO_JKS = 'JKS has no maintained writer outside of Java, and its encryption is weak; choose another format';

export function readFormat(entry: Entry): (read: Read) => FormatSource {
  const format = toFormat(entry);
  const key = toKey(entry);
  if (format === 'pem') {
    const keys = toPemKeys(entry);
    if (key !== undefined) entry.report('secretKey', 'secretKey does not go with format pem; name the keys in pem');
    return (read) => ({ kind: 'format', format, read, keys });
  }
  if (entry.get('pem') !== undefined) entry.report('pem', `pem does not go with format ${format}; write format: pem`);
  return (read) => ({ kind: 'format', format, read, key });
}

/** In place of one that was reported: what goes with all fields of it. */
function toFormat(entry: Entry): Format {
  const text = entry.text('format')?.toLowerCase();
  const format = FORMATS.find((known) => known === text);
  if (format !== undefined) return format;
  if (text !== undefined) entry.report('format', text === 'jks' ? NO_JKS : unknownFormat(text));
  return entry.get('pem') === undefined ? 'json' : 'pem';
}

function unknownFormat(text: string): string {
  const near = didYouMean(text, FORMATS);
  return `unknown format ${quote(text)}${near === '' ? `; write ${FORMATS.slice(0, -1).join(', ')} or ${FORMATS.at(-1)}` : near}`;
}

function toPemKeys(entry: Entry): readonly string[] {
  const value = entry.get('pem')?.value;
  if (value === undefined) entry.report('format', `format pem needs the keys to join; add ${PEM_EXAMPLE}`);
  else if (value.kind !== 'list' || value.items.length === 0)
    entry.report(
      'pem',
      `pem is ${value.kind === 'list' ? 'empty' : kindOf(value)}; write a list of keys: ${PEM_EXAMPLE}`,
    );
  else if (value.items.length > MOST_PEM_KEYS) entry.report('pem', `pem has over ${MOST_PEM_KEYS} keys; name fewer`);
  if (value?.kind !== 'list') return [];
  return value.items.slice(0, MOST_PEM_KEYS).flatMap((item) => {
    if (item.kind !== 'scalar' || isNull(item) || item.text === '')
      entry.reportAt(item.at, `pem holds ${kindOf(item)}; write the name of a key`);
    else if (item.text.length > LONGEST_KEY)
      entry.reportAt(item.at, `pem holds the name of a key of over ${LONGEST_KEY} characters; shorten it`);
    else return [item.text];
    return [];
  });
}
