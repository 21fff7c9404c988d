// The cases of Sealed Secrets: manifests as they were sealed by kubeseal, and the Secrets that it opened from them
// (record-sealed.ts). The key is a test's.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

/** Values are written as they are; `base64:` stands before what is no text. */
const FOLDER = join(import.meta.dirname, 'sealed');
export const RECORDED = join(import.meta.dirname, 'recorded-sealed.json');

export interface SealedCase {
  readonly manifests: string;
  readonly secrets: string;
}

export interface RecordedSealed {
  readonly version: string;
  /** Private, as PEM. */
  readonly key: string;
  /** By the name of the case. */
  readonly cases: Readonly<Record<string, SealedCase>>;
}

export const CASES = readdirSync(FOLDER).map((file) => file.replace(/\.yaml$/, ''));

export function sourceOf(name: string): string {
  return readFileSync(join(FOLDER, `${name}.yaml`), 'utf8');
}

export function readRecorded(): RecordedSealed {
  return JSON.parse(readFileSync(RECORDED, 'utf8'));
}

/** For docs/migrate-fields.md: a case that has the field; what is refused is in the test itself. */
export function caseWith(table: string, field: string, isRefused: boolean): string {
  const found = CASES.find((name) =>
    parseAllDocuments(sourceOf(name)).some((one) => hasField(one.toJS(), table, field)),
  );
  if (found !== undefined && !isRefused) return `sealed/${found}`;
  const test = 'sealed-secrets.test.ts';
  if (readFileSync(join(import.meta.dirname, test), 'utf8').includes(`${field}: `)) return test;
  throw new Error(`no case has ${field} of ${table}`);
}

// biome-ignore lint/suspicious/noExplicitAny: manifests are foreign
function hasField({ metadata, spec }: any, table: string, field: string): boolean {
  const template = spec?.template;
  if (table === 'annotations')
    return field in (metadata?.annotations ?? {}) || field in (template?.metadata?.annotations ?? {});
  return field in ((table === 'spec' ? spec : template) ?? {});
}
