// What a run of `secretmount migrate` wrote, and what is left to do before pods mount: the end of its report.
import { join } from 'node:path';
import type { Migration } from '../../migrate/migrate.ts';
import { quote } from '../../quote.ts';
import { plural } from '../report/lines.ts';

export const ROLES_SCRIPT = 'store-roles.sh';
export const ROLES_TERRAFORM = 'store-roles.tf';

export interface Written {
  /** Undefined: nothing was written. */
  readonly folder: string | undefined;
  /** What is in the folder, or would be. */
  readonly files: readonly string[];
  /** Secrets of the store; undefined: it was not asked to take any. */
  readonly secrets: number | undefined;
}

/** @param byHand number of fields that are not mapped */
export function nextSteps(migration: Migration, written: Written, byHand: number): readonly string[] {
  return [
    ...filesStep(migration, written),
    ...secretsStep(migration, written),
    ...handStep(byHand),
    ...driverSteps(migration),
  ];
}

function filesStep({ files, roles }: Migration, { folder, files: names }: Written): readonly string[] {
  const count = plural(names.length, 'file');
  if (folder !== undefined) {
    const script = join(folder, ROLES_SCRIPT);
    const run = roles.length === 0 ? '' : `; run "sh ${script}", or apply ${ROLES_TERRAFORM}, before pods mount`;
    return [`written to ${folder}: ${count}${run}`];
  }
  if (files.every(({ edits }) => edits.length === 0)) return [];
  const run = `, with ${ROLES_SCRIPT} to run (or ${ROLES_TERRAFORM} to apply) before pods mount`;
  return [`nothing was written; --out=FOLDER would write ${count}${roles.length === 0 ? '' : run}`];
}

function secretsStep({ writes }: Migration, { secrets }: Written): readonly string[] {
  if (secrets !== undefined) return [`written to the store: ${plural(secrets, 'secret')}`];
  const count = new Set(writes.map(({ path }) => path)).size;
  if (count === 0) return [];
  return [
    `the values of ${plural(count, 'secret')} are to be in the store before pods mount; --write-store puts them there`,
  ];
}

function handStep(count: number): readonly string[] {
  if (count === 0) return [];
  const what = count === 1 ? '1 field is' : `${count} fields are`;
  return [`${what} left to do by hand, or as ${count === 1 ? 'its error says' : 'their errors say'}`];
}

function driverSteps({ driver: { syncsSecrets, audiences } }: Migration): readonly string[] {
  const sync = 'the driver needs syncSecret.enabled=true, as classes sync Secrets';
  const tokens = `the driver needs in its tokenRequests each audience that classes name: ${audiences.map(quote).join(', ')}`;
  return [...(syncsSecrets ? [sync] : []), ...(audiences.length === 0 ? [] : [tokens])];
}
