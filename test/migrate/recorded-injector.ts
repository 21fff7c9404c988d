// The cases of the Vault Agent injector, and what a `vault agent` made of them (record-injector.ts).
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isTrue } from '../../src/migrate/go-bool.ts';
import type { AnnotationText } from '../../src/migrate/injector/annotation-table.ts';
import { entryOf } from '../../src/migrate/injector/annotations.ts';
import type { AgentFiles } from './agent.ts';
import type { SeenFile } from './consumers.ts';
import { randomInjected } from './random-injector.ts';

export const INJECTOR_FOLDER = join(import.meta.dirname, 'injector');
export const INJECTOR_RECORDED = join(import.meta.dirname, 'recorded-injector.json');

export const SEED = 19;
const COUNT = 200;

/** Of one seed, as a run of the tests has them. */
export function randomInjectedTexts(): readonly string[] {
  return Array.from({ length: COUNT }, (_, index) => randomInjected(SEED * 10_000 + index));
}

export interface InjectorRecorded {
  readonly version: string;
  readonly seed: number;
  readonly cases: Record<string, AgentFiles>;
  /** Of what each container of the random pods sees. */
  readonly digests: Readonly<Record<string, string>>;
}

/** The example of docs/migrate.md. */
const EXAMPLE = 'example';
const EXAMPLE_FILE = join(import.meta.dirname, '../../docs/examples/vault-agent-injector/web.yaml');
const NOT_MAPPED = /^# not mapped: (.*)$/m;
const ALL = [...readdirSync(INJECTOR_FOLDER).map((file) => file.replace(/\.yaml$/, '')), EXAMPLE];

/** All of it is mapped. */
export const INJECTOR_CASES = ALL.filter((name) => !NOT_MAPPED.test(injectorSource(name)));
export const INJECTOR_STAYS = ALL.filter((name) => NOT_MAPPED.test(injectorSource(name)));

export function injectorFile(name: string): string {
  return name === EXAMPLE ? EXAMPLE_FILE : join(INJECTOR_FOLDER, `${name}.yaml`);
}

export function injectorSource(name: string): string {
  return readFileSync(injectorFile(name), 'utf8');
}

/** The kinds that its first line names. */
export function expectedKinds(name: string): readonly string[] {
  return (NOT_MAPPED.exec(injectorSource(name))?.[1] ?? '').split(', ').sort();
}

const ANNOTATION = /vault\.hashicorp\.com\/([\w.-]+)["']?: *["']?([^"'\n]*)/g;

/** The first case that has an annotation, with the value that its entry of the table is for. */
export function caseWith(text: AnnotationText): string | undefined {
  const isMapped = text.end === 'mapped' || text.end === 'differs';
  return (isMapped ? INJECTOR_CASES : INJECTOR_STAYS).find((name) =>
    [...injectorSource(name).matchAll(ANNOTATION)].some(([, annotation = '', value = '']) => {
      const isMeant = text.onlyIf === undefined || text.onlyIf === isTrue(value);
      return isMeant && entryOf(annotation)?.text === text;
    }),
  );
}

export function readInjectorRecorded(): InjectorRecorded {
  return JSON.parse(readFileSync(INJECTOR_RECORDED, 'utf8'));
}

/** When KV version 2 took a secret. */
const TIME = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;

/** The same for the same secrets, whenever they were written. */
export function textsOf(files: Readonly<Record<string, SeenFile>>): Readonly<Record<string, object>> {
  const entries = Object.entries(files).map(([path, { mode, contents }]) => {
    return [path, { mode, text: Buffer.from(contents, 'base64').toString().replace(TIME, 'TIME') }] as const;
  });
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function digestOfFiles(files: Readonly<Record<string, SeenFile>>): string {
  return createHash('sha256')
    .update(JSON.stringify(textsOf(files)))
    .digest('hex')
    .slice(0, 16);
}
