// Asks every consumer what it makes of the files, and records it: `node test/format/record.ts`. All of them must be there.
import { writeFile } from 'node:fs/promises';
import { CONSUMERS } from './consumers.ts';
import { KEYSTORE_CONSUMERS } from './keystore-consumers.ts';
import { makeKeystores } from './keystores.ts';
import { makeAll } from './made.ts';
import { ask, FORMATS, RECORDED, type RecordedFile } from './recorded.ts';
import type { Said } from './said.ts';

const recorded: Record<string, Record<string, RecordedFile>> = {};
for (const format of FORMATS) {
  const made = makeAll(format);
  recorded[format] = await recordAll(CONSUMERS[format], made, (consumer) => ask(consumer, made));
}
const keystores = makeKeystores();
recorded['pkcs12'] = await recordAll(KEYSTORE_CONSUMERS, keystores, (consumer) => consumer.open(keystores));
await writeFile(RECORDED, `${JSON.stringify(recorded, undefined, 1)}\n`);

interface Asked {
  readonly name: string;
  missing(): Promise<string | undefined>;
}

async function recordAll<Consumer extends Asked>(
  consumers: readonly Consumer[],
  made: readonly { readonly name: string; readonly sha256: string }[],
  askAll: (consumer: Consumer) => Promise<readonly Said[]>,
): Promise<Record<string, RecordedFile>> {
  const said = new Map<string, readonly Said[]>();
  for (const consumer of consumers) {
    const missing = await consumer.missing();
    if (missing !== undefined) throw new Error(`${missing}; all consumers must be there to record`);
    said.set(consumer.name, await askAll(consumer));
  }
  return Object.fromEntries(
    made.map(({ name, sha256 }, index) => {
      const ofAll = [...said].map(([consumer, all]) => [consumer, all[index] as Said] as const);
      return [name, { sha256, said: Object.fromEntries(ofAll) }];
    }),
  );
}
