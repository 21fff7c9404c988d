// The cases of External Secrets with templates, the random inputs, and the Secrets that the operator makes of them, their
// templates rendered by its own package (record-eso.ts).
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomExternalSecret } from './random-eso.ts';

export const ESO_SEED = 20;
const COUNT = 500;
const FOLDER = join(import.meta.dirname, 'eso');
export const RECORDED_ESO = join(import.meta.dirname, 'recorded-eso.json');

export interface RecordedEso {
  /** Of the module. */
  readonly version: string;
  readonly seed: number;
  /** Secrets, by the name of the case. */
  readonly cases: Readonly<Record<string, string>>;
  /** Of what each container sees. */
  readonly digests: Readonly<Record<string, string>>;
}

/** The example of docs/migrate.md. */
const EXAMPLE = 'template-example';
const EXAMPLE_FILE = join(import.meta.dirname, '../../docs/examples/external-secrets/app.yaml');

const CASES = readdirSync(FOLDER)
  .filter((file) => !file.endsWith('.secret.yaml'))
  .map((file) => file.replace(/\.yaml$/, ''));
const ALL = [...CASES, EXAMPLE];
/** Their Secrets are written by hand, as its documentation has them. */
export const BY_HAND: readonly string[] = ALL.filter((name) => existsSync(join(FOLDER, `${name}.secret.yaml`)));
/** Their Secrets are rendered by its template package. */
export const BY_PACKAGE: readonly string[] = ALL.filter((name) => name.startsWith('template-'));
/** Not mapped. */
export const STAYING: readonly string[] = ALL.filter((name) => !BY_HAND.includes(name) && !BY_PACKAGE.includes(name));

export function fileOfCase(name: string): string {
  return name === EXAMPLE ? EXAMPLE_FILE : join(FOLDER, `${name}.yaml`);
}

export function sourceOfCase(name: string): string {
  return readFileSync(fileOfCase(name), 'utf8');
}

/** What the operator makes of a case, or of one that is written by hand. */
export function secretOfCase(name: string, recorded: RecordedEso): string {
  return recorded.cases[name] ?? readFileSync(join(FOLDER, `${name}.secret.yaml`), 'utf8');
}

/** Of one seed, as a run of the tests has them. */
export function randomSecrets(): readonly string[] {
  return Array.from({ length: COUNT }, (_, index) => randomExternalSecret(ESO_SEED * 10_000 + index));
}

export function readRecordedEso(): RecordedEso {
  return JSON.parse(readFileSync(RECORDED_ESO, 'utf8'));
}
