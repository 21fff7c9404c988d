// The shelves on a state folder.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import type { ServeOptions } from '../../src/cli/options.ts';
import { openShelves } from '../../src/cli/shelves.ts';
import { Secret } from '../../src/secret.ts';

describe('a shelf', () => {
  const folder = mkdtempSync('/dev/shm/secretmount-shelves-');
  after(() => rmSync(folder, { recursive: true }));
  const open = () => {
    const options = { stateDir: folder, stateMaxBytes: 1024 * 1024, isStateRequired: true } as ServeOptions;
    return openShelves(options, () => {}, new AbortController().signal);
  };

  it('hands over what an earlier process left, and keeps none of it in memory', async () => {
    const id = 'ab'.repeat(32);
    const first = await open();
    first.held.put(id, new Secret('text'));
    first.close();
    const second = await open();
    assert.deepEqual(
      [...second.held.takeFound()].map(([key, text]) => [key, text.reveal()]),
      [[id, 'text']],
    );
    assert.equal(second.held.takeFound().size, 0);
    assert.equal(second.answer.takeFound().size, 0);
    second.close();
  });
});
