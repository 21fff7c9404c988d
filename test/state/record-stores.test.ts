// The record stores on a state folder.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { Secret } from '../../src/secret.ts';
import { openRecordStores } from '../../src/state/record-stores.ts';

describe('a record store', () => {
  const folder = mkdtempSync('/dev/shm/secretmount-records-');
  after(() => rmSync(folder, { recursive: true }));
  const open = () => {
    const { signal } = new AbortController();
    return openRecordStores({ folder, maxBytes: 1024 * 1024, isRequired: true, emit: () => {}, signal });
  };

  it('hands over what an earlier process left, and keeps none of it in memory', async () => {
    const id = 'ab'.repeat(32);
    const first = await open();
    first.lease.put(id, new Secret('text'), 'team/app');
    first.close();
    const second = await open();
    assert.deepEqual(
      [...second.lease.takeFound()].map(([key, text]) => [key, text.reveal()]),
      [[id, 'text']],
    );
    assert.equal([...second.lease.takeFound()].length, 0);
    assert.equal([...second.answer.takeFound()].length, 0);
    second.close();
  });

  it('of volumes and last answers gives room to logins and leases of the same account', async () => {
    const stores = await open();
    const { answer, volume, lease, session } = stores;
    const text = new Secret('x'.repeat(10_000));
    const id = (index: number) => index.toString(16).padStart(64, '0');
    for (let index = 0; index < 50; index += 1)
      for (const store of [answer, volume]) store.put(id(index), text, 'team/app');
    assert.ok((stores.describe()?.refusedCount ?? 0) > 0);
    for (let index = 100; index < 110; index += 1)
      for (const store of [lease, session]) store.put(id(index), text, 'team/app');
    stores.close();
    const next = await open();
    const counts = [next.lease, next.session, next.volume].map((found) => [...found.takeFound()].length);
    assert.deepEqual(counts.slice(0, 2), [11, 10]);
    assert.ok((counts[2] ?? 0) > 40, 'a volume costs more to be without than a last answer');
    next.close();
  });
});
