// The cases of Vault Secrets Operator, and the Secrets that its own packages made of them (record-vso.ts).
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { FieldEnd } from '../../src/migrate/fields.ts';
import type { Seen, SeenFile } from './consumers.ts';

export const FOLDER = join(import.meta.dirname, 'vso');
export const RECORDED = join(import.meta.dirname, 'recorded-vso.json');

export interface RecordedVso {
  readonly version: string;
  /** The Secrets, as documents, by the name of the case. */
  readonly cases: Readonly<Record<string, string>>;
  /** The same of the cases with certificates. */
  readonly issued: Readonly<Record<string, string>>;
}

/** The example of docs/migrate.md. */
const EXAMPLE = 'example';
const EXAMPLE_FILE = join(import.meta.dirname, '../../docs/examples/vault-secrets-operator/app.yaml');

export const CASES = [...namesIn(FOLDER), EXAMPLE];
const ISSUED_FOLDER = join(import.meta.dirname, 'vso-issued');
export const ISSUED = namesIn(ISSUED_FOLDER);

function namesIn(folder: string): readonly string[] {
  return readdirSync(folder).map((file) => file.replace(/\.yaml$/, ''));
}

export function issuedFileOf(name: string): string {
  return join(ISSUED_FOLDER, `${name}.yaml`);
}

export function fileOf(name: string): string {
  return name === EXAMPLE ? EXAMPLE_FILE : join(FOLDER, `${name}.yaml`);
}

export function sourceOf(name: string): string {
  return readFileSync(fileOf(name), 'utf8');
}

/** The kinds of what is not mapped, as the case's first line says; empty: all is. */
export function expectedKinds(name: string): string[] {
  const kinds = /^# not mapped: (.*)$/m.exec(sourceOf(name))?.[1];
  return kinds === undefined ? [] : kinds.split(', ').sort();
}

export function readRecorded(): RecordedVso {
  return JSON.parse(readFileSync(RECORDED, 'utf8'));
}

/** `_raw` says when its secret was written, which is another time in each store. */
export function withoutTimes(seen: Readonly<Record<string, Seen>>): Readonly<Record<string, Seen>> {
  const plain = (base64: string) => {
    const text = Buffer.from(base64, 'base64').toString('latin1');
    return Buffer.from(text.replace(/("created_time":)"[^"]*"/g, '$1"then"'), 'latin1').toString('base64');
  };
  const change = <T>(all: Readonly<Record<string, T>>, how: (one: T) => T) =>
    Object.fromEntries(Object.entries(all).map(([name, one]) => [name, how(one)]));
  return change(seen, ({ env, files }) => ({
    env: change(env, plain),
    files: change(files, (file: SeenFile) => ({ ...file, contents: plain(file.contents) })),
  }));
}

/** For docs/migrate-fields.md: a case that has the field and ends as it; else the test that has its cases in itself. */
export function caseWith(table: string, field: string, { end }: FieldEnd): string {
  const isFitting = (name: string) => expectedKinds(name).length > 0 === (end === 'refused');
  const found = CASES.filter(isFitting).find((name) => hasField(sourceOf(name), table, field));
  if (found !== undefined) return `vso/${found}`;
  const issued = ISSUED.find((name) => hasField(readFileSync(issuedFileOf(name), 'utf8'), table, field));
  if (issued !== undefined && end !== 'refused') return `vso-issued/${issued}`;
  const test = 'vault-secrets-operator.test.ts';
  if (readFileSync(join(import.meta.dirname, test), 'utf8').includes(`${field}:`)) return test;
  throw new Error(`no case has ${field} of ${table}`);
}

const SECRETS = ['VaultStaticSecret', 'VaultDynamicSecret', 'VaultPKISecret'];

function hasField(text: string, table: string, field: string): boolean {
  return parseAllDocuments(text).some((document) => {
    const { kind, spec } = document.toJS();
    if (kind === table) return field in spec;
    if (!SECRETS.includes(kind)) return false;
    if (table === 'each secret') return field in spec;
    const { destination } = spec;
    return table === 'destination'
      ? field in destination
      : table === 'transformation' && field in (destination.transformation ?? {});
  });
}
