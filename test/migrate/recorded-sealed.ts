// The cases of Sealed Secrets: manifests as they were sealed by kubeseal, and the Secrets that it opened from them
// (record-sealed.ts). The key is a test's.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

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
