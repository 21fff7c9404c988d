// Damage to records of the state folder, as a broken disk would do it, while no process has the folder.
import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../plan/random.ts';
import type { Ledger } from './ledger.ts';

const KINDS = ['session', 'lease', 'volume', 'answer'] as const;

/** Damages one record of a drawn kind, if there is one, and tells the ledger what went with it. */
export function damageRecord(stateFolder: string, random: Random, ledger: Ledger): string {
  const folder = join(stateFolder, 'v1', random.pick(KINDS));
  const way = random.below(4);
  const draw = random.below(1_000);
  const names = readdirSync(folder).toSorted();
  if (names.length === 0) return 'nothing there to damage';
  const path = join(folder, names[draw % names.length] as string);
  const bytes = readFileSync(path);
  ledger.spoil(bytes.toString('latin1'));
  if (way === 0) rmSync(path);
  else if (way === 1) truncateSync(path, draw % bytes.length);
  else if (way === 2) writeFileSync(path, 'no record');
  else writeFileSync(path, flipped(bytes, draw % bytes.length));
  return `damaged ${path.split('/').slice(-2).join('/').slice(0, 16)}`;
}

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 0x40;
  return copy;
}
