// `format` and what goes with one format only.
import { quote } from '../quote.ts';
import { isNull, kindOf } from '../yaml/node.ts';
import type { Entry } from './entry.ts';
import { FORMATS, type Format } from './object-table.ts';
import type { FormatSource, Read } from './plan.ts';
import { makeRead, splitPath } from './read.ts';
import { LONGEST_KEY, toKey } from './secret-key.ts';
import { didYouMean } from './suggest.ts';

/** Certificates, their chain and a key are three. */
export const MOST_PEM_KEYS = 16;
const PEM_EXAMPLE = 'pem: [certificate, ca_chain, private_key]';
const PASSWORD_EXAMPLE = 'password: {secretPath: secret/data/keystore, secretKey: password}';
const NO_JKS =
  'JKS has no maintained writer outside of Java, and its encryption is weak; write pkcs12, which Java reads in its place';
/** Printable ASCII, which Java and openssl show unchanged. */
const ALIAS = /^[ -~]{1,100}$/;

export function readFormat(entry: Entry): (read: Read) => FormatSource {
  const format = toFormat(entry);
  for (const [field, formats] of Object.entries(ONLY_WITH) as [keyof typeof ONLY_WITH, readonly Format[]][])
    if (entry.get(field) !== undefined && !formats.includes(format))
      entry.report(field, `${field} does not go with format ${format}; write format: ${formats.join(' or ')}`);
  if (format !== 'pem' && format !== 'pkcs12') {
    const key = toKey(entry);
    return (read) => ({ kind: 'format', format, read, key });
  }
  if (entry.get('secretKey') !== undefined)
    entry.report('secretKey', `secretKey does not go with format ${format}; name the keys in pem`);
  const keys = toPemKeys(entry, format);
  if (format === 'pem') return (read) => ({ kind: 'format', format, read, keys });
  const password = toPassword(entry);
  const alias = toAlias(entry);
  return (read) => ({ kind: 'format', format, read, keys, password: password(read), alias });
}

const ONLY_WITH = { pem: ['pem', 'pkcs12'], password: ['pkcs12'], keyAlias: ['pkcs12'] } as const;

/** If the format is invalid, returns one that allows every other field, so that they cause no further problems. */
function toFormat(entry: Entry): Format {
  const text = entry.text('format')?.toLowerCase();
  const format = FORMATS.find((known) => known === text);
  if (format !== undefined) return format;
  if (text !== undefined) entry.report('format', text === 'jks' ? NO_JKS : unknownFormat(text));
  if (entry.get('password') !== undefined || entry.get('keyAlias') !== undefined) return 'pkcs12';
  return entry.get('pem') === undefined ? 'json' : 'pem';
}

function unknownFormat(text: string): string {
  const near = didYouMean(text, FORMATS);
  return `unknown format ${quote(text)}${near === '' ? `; write ${FORMATS.slice(0, -1).join(', ')} or ${FORMATS.at(-1)}` : near}`;
}

function toPemKeys(entry: Entry, format: Format): readonly string[] {
  const value = entry.get('pem')?.value;
  if (value === undefined) entry.report('format', `format ${format} needs the keys to join; add ${PEM_EXAMPLE}`);
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

interface Password {
  readonly read: Read;
  readonly key: string;
}

/** @returns a function that makes the password from the object's own read */
function toPassword(entry: Entry): (own: Read) => Password {
  const value = entry.get('password')?.value;
  if (value === undefined) entry.report('format', `format pkcs12 needs a password; add ${PASSWORD_EXAMPLE}`);
  else if (value.kind !== 'map')
    entry.report('password', `password is ${kindOf(value)}; write where it is, not what it is: ${PASSWORD_EXAMPLE}`);
  const fields = value?.kind === 'map' ? value : undefined;
  for (const { key, at } of fields?.duplicates ?? []) entry.reportAt(at, `${quote(key)} is given twice; remove one`);
  const texts = new Map<string, string>();
  for (const [field, { value: text, at }] of fields?.fields ?? []) {
    if (field !== 'secretPath' && field !== 'secretKey')
      entry.reportAt(at, `password has no field ${quote(field)}; write secretPath and secretKey`);
    else if (text.kind !== 'scalar') entry.reportAt(at, `${field} of password is ${kindOf(text)}; write a text`);
    else if (!isNull(text) && text.text !== '') texts.set(field, text.text);
  }
  const key = texts.get('secretKey') ?? '';
  if (fields !== undefined && key === '')
    entry.report('password', `password names no secretKey; write ${PASSWORD_EXAMPLE}`);
  if (key.length > LONGEST_KEY)
    entry.report('password', `secretKey of password is longer than ${LONGEST_KEY} characters; shorten it`);
  const secretPath = texts.get('secretPath');
  const target = secretPath === undefined ? undefined : splitPath(secretPath);
  if (typeof target === 'string') entry.report('password', `${target}, in password`);
  if (target === undefined || typeof target === 'string') return (read) => ({ read, key });
  return () => ({ read: makeRead('GET', target.path, target.query, undefined), key });
}

function toAlias(entry: Entry): string | undefined {
  const alias = entry.text('keyAlias');
  if (alias !== undefined && !ALIAS.test(alias))
    entry.report('keyAlias', 'keyAlias holds more than 100 characters, or others than ASCII; write a plain name');
  return alias;
}
