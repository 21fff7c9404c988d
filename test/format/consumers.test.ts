// What is written comes back from the programs that read it: from those that are on this machine, and on any machine from
// what they once said of the same bytes.
import assert from 'node:assert/strict';
import { skip } from '../harness/skip.ts';
import { CONSUMERS } from './consumers.ts';
import { type Made, makeAll } from './made.ts';
import { ask, FORMATS, type Recorded, readRecorded } from './recorded.ts';
import { isSame, type Said } from './said.ts';

for (const format of FORMATS) {
  describe(`awkward secrets as ${format}`, () => {
    let made: readonly Made[];
    let recorded: Recorded;
    before(async () => {
      made = makeAll(format);
      recorded = await readRecorded();
    });

    it('are the bytes that their consumers were asked of', () => {
      const hashes = Object.entries(recorded[format] ?? {}).map(([name, { sha256 }]) => [name, sha256]);
      assert.deepEqual(
        made.map(({ name, sha256 }) => [name, sha256]),
        hashes,
        'other bytes than were recorded; if they are meant, run node test/format/record.ts and npm run fix',
      );
    });

    for (const consumer of CONSUMERS[format]) {
      it(`came back from ${consumer.name} as they were`, () =>
        assertAll((name) => recorded[format]?.[name]?.said[consumer.name]));

      it(`come back from ${consumer.name} of this machine`, async function () {
        const missing = await consumer.missing();
        if (missing !== undefined) skip(this, missing);
        const said = await ask(consumer, made);
        assertAll((_, index) => said[index]);
      });
    }

    function assertAll(saidOf: (name: string, index: number) => Said | undefined): void {
      for (const [index, { name, expected }] of made.entries()) {
        const said = saidOf(name, index);
        if (!isSame(said, expected)) assert.deepEqual(said, expected, name);
      }
    }
  });
}
