// What the consumers of each format once said of its files (`record.ts` wrote it), and asking them anew.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CONSUMERS, type Consumer, type TextFormat } from './consumers.ts';
import type { Made } from './made.ts';
import { type Said, shorten } from './said.ts';

export const RECORDED = join(import.meta.dirname, 'recorded.json');
export const FORMATS = Object.keys(CONSUMERS) as TextFormat[];

/** By format and case: the file's hash, and what each consumer said. */
export type Recorded = Readonly<Record<string, Readonly<Record<string, RecordedFile>>>>;
export interface RecordedFile {
  readonly sha256: string;
  readonly said: Readonly<Record<string, Said>>;
}

export async function readRecorded(): Promise<Recorded> {
  return JSON.parse(await readFile(RECORDED, 'utf8'));
}

/** What a consumer says of each file, long texts as their hashes. */
export async function ask(consumer: Consumer, made: readonly Made[]): Promise<readonly Said[]> {
  const folder = await mkdtemp(join(tmpdir(), 'formats-'));
  try {
    const asked = made.map(({ keys }, index) => ({ file: join(folder, `${index}`), keys }));
    await Promise.all(made.map(({ bytes }, index) => writeFile(join(folder, `${index}`), bytes)));
    return (await consumer.read(asked)).map(shorten);
  } finally {
    await rm(folder, { recursive: true });
  }
}
