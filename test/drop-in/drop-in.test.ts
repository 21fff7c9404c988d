// What users of HashiCorp's and OpenBao's providers have already written, and what they get for it here: every case
// of cases/*.yaml, through the built daemon's socket, against a real OpenBao.
import { strict as assert } from 'node:assert';
import { after, before, describe, it } from 'mocha';
import { skip } from '../harness/skip.ts';
import { readChapters } from './case.ts';
import { play } from './play.ts';
import { SENTENCES } from './sentences.ts';
import { World } from './world.ts';

describe('drop-in surface', () => {
  const files = readChapters();
  const chapters = [...files.values()].flat();
  let world: World;

  before(async () => {
    world = await World.start();
  });
  after(() => world?.stop());

  for (const [file, ofFile] of files) {
    describe(file.replace(/^\d+-|\.yaml$/g, ''), () => {
      for (const [chapterIndex, { says, cases }] of ofFile.entries()) {
        describe(says, () => {
          for (const [index, one] of cases.entries()) {
            const id = `${file.slice(0, 2)}-${chapterIndex}-${index}`;
            it(one.name, function () {
              if (world.isWithout(one.pod?.issuer ?? 'kubernetes')) skip(this, 'the store has no namespaces');
              // test/socket/dead-token.test.ts holds what Vault is asked.
              if (world.needsNoLookup && JSON.stringify(one).includes('lookup-self'))
                skip(this, 'Vault needs no lookup');
              return play(one, `case-${id}`, world);
            });
          }
        });
      }
    });
  }

  it('has a case for each of its sentences, and quotes each as it is', () => {
    const said = chapters.filter(({ cases }) => cases.length > 0).map(({ sentence, says }) => [sentence, says]);
    assert.deepEqual(said.sort(), Object.entries(SENTENCES).sort());
  });

  it('has no two cases of one name', () => {
    for (const { says, cases } of chapters) {
      assert.equal(new Set(cases.map(({ name }) => name)).size, cases.length, says);
    }
  });
});
