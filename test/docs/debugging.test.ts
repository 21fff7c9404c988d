// docs/debugging.md against docs/errors.md, whose messages come from the program.
import assert from 'node:assert/strict';
import { COMMANDS } from '../../src/cli/commands.ts';
import { Code, MountError, REASONS, type Reason } from '../../src/errors.ts';
import { readPage } from './page.ts';

const PAGE = readPage('docs/debugging.md');
const sections = new Map(
  PAGE.split(/^## /m)
    .slice(1)
    .map((text) => [text.slice(0, text.indexOf('\n')), text]),
);

describe('docs/debugging.md', () => {
  it('has a section for each reason, and for no other', () => {
    assert.deepEqual([...sections.keys()].toSorted(), Object.keys(REASONS).toSorted());
  });

  it('begins each with the event as the driver writes it: our code and our whole message', () => {
    const errors = readPage('docs/errors.md');
    for (const reason of Object.keys(REASONS) as Reason[]) {
      const { code } = new MountError(reason, '');
      const name = Object.entries(Code).find(([, number]) => number === code)?.[0] ?? '';
      const words = name.split('_').map((word) => `${word[0]}${word.slice(1).toLowerCase()}`);
      const [, event = ''] = /^```text\n(.*?)^```/ms.exec(sections.get(reason) ?? '') ?? [];
      const [head = '', message = ''] = event.split(/desc =\n/);
      assert.match(
        head,
        new RegExp(
          `^MountVolume.SetUp failed .*code = ${words.join('')} desc = failed .*code = ${words.join('')} $`,
          's',
        ),
      );
      assert.ok(errors.includes(`\`\`\`text\n${message}\`\`\`\n`), `${reason}: docs/errors.md has another message`);
    }
  });

  it('names only commands and flags of ours that there are', () => {
    for (const [, name = '', rest = ''] of PAGE.matchAll(/\bsecretmount (check|mount|status)([^\n|]*)/g)) {
      const command = COMMANDS.find((one) => one.name === name);
      for (const [, flag = ''] of rest.matchAll(/ --([a-z-]+)/g))
        assert.ok(
          command?.flags.some((one) => one.name === flag),
          `${name} --${flag}`,
        );
    }
  });
});
