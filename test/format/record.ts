// Asks every consumer what it makes of the files, and records it: `node test/format/record.ts`. All of them must be there.
import { writeFile } from 'node:fs/promises';
import { CONSUMERS } from './consumers.ts';
import { makeAll } from './made.ts';
import { ask, FORMATS, RECORDED, type RecordedFile } from './recorded.ts';
import type { Said } from './said.ts';

const recorded: Record<string, Record<string, RecordedFile>> = {};
for (const format of FORMATS) {
  const made = makeAll(format);
  const said = new Map<string, readonly Said[]>();
  for (const consumer of CONSUMERS[format]) {
    const missing = await consumer.missing();
    if (missing !== undefined) throw new Error(`${missing}; all consumers must be there to record`);
    said.set(consumer.name, await ask(consumer, made));
  }
  recorded[format] = Object.fromEntries(
    made.map(({ name, sha256 }, index) => {
      const ofAll = [...said].map(([consumer, all]) => [consumer, all[index] as Said] as const);
      return [name, { sha256, said: Object.fromEntries(ofAll) }];
    }),
  );
}
await writeFile(RECORDED, `${JSON.stringify(recorded, undefined, 1)}\n`);
