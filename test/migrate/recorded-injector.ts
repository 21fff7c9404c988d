// The cases of the Vault Agent injector, and what a `vault agent` made of them (record-injector.ts).
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentFiles } from './agent.ts';

export const INJECTOR_FOLDER = join(import.meta.dirname, 'injector');
export const INJECTOR_RECORDED = join(import.meta.dirname, 'recorded-injector.json');

export interface InjectorRecorded {
  readonly version: string;
  readonly cases: Record<string, AgentFiles>;
}

const NOT_MAPPED = /^# not mapped: (.*)$/m;
const ALL = readdirSync(INJECTOR_FOLDER).map((file) => file.replace(/\.yaml$/, ''));

/** All of it is mapped. */
export const INJECTOR_CASES = ALL.filter((name) => !NOT_MAPPED.test(injectorSource(name)));
export const INJECTOR_STAYS = ALL.filter((name) => NOT_MAPPED.test(injectorSource(name)));

export function injectorSource(name: string): string {
  return readFileSync(join(INJECTOR_FOLDER, `${name}.yaml`), 'utf8');
}

/** The kinds that its first line names. */
export function expectedKinds(name: string): readonly string[] {
  return (NOT_MAPPED.exec(injectorSource(name))?.[1] ?? '').split(', ').sort();
}

export function readInjectorRecorded(): InjectorRecorded {
  return JSON.parse(readFileSync(INJECTOR_RECORDED, 'utf8'));
}
