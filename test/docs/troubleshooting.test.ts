// docs/troubleshooting.md against the program: a section for each reason, and in it the message as a mount brings it. And the
// line that the log has of a mount, as docs/operations.md shows it.
import assert from 'node:assert/strict';
import { COMMANDS } from '../../src/cli/commands.ts';
import { REASONS } from '../../src/errors.ts';
import { assertMade, readPage } from './page.ts';
import { SampleWorld } from './sample-world.ts';
import { SAMPLES } from './samples.ts';

const PAGE = 'docs/troubleshooting.md';

describe('docs/troubleshooting.md', () => {
  describe('shows the message that a mount brings:', () => {
    let world: SampleWorld;
    before(async () => {
      world = await SampleWorld.start();
    });
    after(() => world.stop());

    for (const [name, make] of Object.entries(SAMPLES)) {
      it(name, async () => {
        const text = await make(world);
        assertMade(PAGE, `<!-- sample: ${name} -->\n\`\`\`text\n`, '```\n', `${text}\n`);
      });
    }

    it('the line of a mount, in docs/operations.md', async () => {
      const line = await world.lineOfMount();
      assertMade('docs/operations.md', '<!-- sample: line of a mount -->\n```json\n', '```\n', `${line}\n`);
    });
  });

  it('has a section for each reason, and for no other', () => {
    assert.deepEqual([...sections().keys()].toSorted(), Object.keys(REASONS).toSorted());
  });

  it('says in each section what the user sees, why, and what to do', () => {
    for (const [reason, section] of sections()) {
      assert.match(section, new RegExp(`^<!-- sample: .+ -->\\n\`\`\`text\\n[^\`]+ \\[${reason}\\]\\n\`\`\`$`, 'm'));
      assert.match(section, /^\*\*Cause:\*\* .+\*\*Fix:\*\*\s/ms, reason);
    }
  });

  it('says in each section how to find out more, by commands and flags of ours that there are', () => {
    for (const [reason, section] of sections()) {
      assert.match(section, /^\*\*Find out more:\*\* /m, reason);
      for (const [, name = '', rest = ''] of section.matchAll(/\bsecretmount (check|mount|status)([^\n|]*)/g)) {
        const command = COMMANDS.find((one) => one.name === name);
        for (const [, flag = ''] of rest.matchAll(/ --([a-z-]+)/g))
          assert.ok(
            command?.flags.some((one) => one.name === flag),
            `${name} --${flag}`,
          );
      }
    }
  });

  it('shows each sample once', () => {
    const shown = [...readPage(PAGE).matchAll(/^<!-- sample: (.+) -->$/gm)].map(([, name]) => name);
    assert.deepEqual(shown.toSorted(), Object.keys(SAMPLES).toSorted());
  });
});

/** By reason. */
function sections(): ReadonlyMap<string, string> {
  const [, ...rest] = readPage(PAGE).split(/^### /m);
  return new Map(rest.map((section) => [section.slice(0, section.indexOf('\n')), section]));
}
