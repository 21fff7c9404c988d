// The cases, the random inputs, and what argocd-vault-plugin itself made of them (record.ts).
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomInput } from './random-input.ts';

export const SEED = 19;
const COUNT = 500;
const FOLDER = join(import.meta.dirname, 'cases');
/** The example of docs/migrate.md, of which a part stays. */
export const EXAMPLE = 'example';
const EXAMPLE_FILE = join(import.meta.dirname, '../../docs/examples/argocd-vault-plugin/shop.yaml');

export const RECORDED = join(import.meta.dirname, 'recorded-avp.json');

export interface Recorded {
  readonly version: string;
  readonly seed: number;
  /** What it printed, by the name of the case. */
  readonly cases: Readonly<Record<string, string>>;
  /** Of what each container sees. */
  readonly digests: Readonly<Record<string, string>>;
}

export const CASES: readonly string[] = readdirSync(FOLDER).map((file) => file.replace(/\.yaml$/, ''));

export function fileOf(name: string): string {
  return name === EXAMPLE ? EXAMPLE_FILE : join(FOLDER, `${name}.yaml`);
}

export function sourceOf(name: string): string {
  return readFileSync(fileOf(name), 'utf8');
}

/** Of one seed, as a run of the tests has them. */
export function randomTexts(): readonly string[] {
  return Array.from({ length: COUNT }, (_, index) => randomInput(SEED * 10_000 + index));
}

export function readRecorded(): Recorded {
  return JSON.parse(readFileSync(RECORDED, 'utf8'));
}
