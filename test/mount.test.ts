// What a refused class costs its namespace: what parsing took, and not what it waited.
import assert from 'node:assert/strict';
import { MemoryBudget } from '../src/memory/budget.ts';
import { mount, newReport, type Services } from '../src/mount.ts';
import { ObjectCache } from '../src/plan/object-cache.ts';
import { DEFAULTS, makeRequest } from './plan/request.ts';

const never = new AbortController().signal;
/** A little over what a namespace may use at once, which is a second. */
const USED_MS = 1_020;

describe('a mount that is refused for its class', () => {
  it('waits while its namespace is held back, and that is not counted as its work', async () => {
    const emit = () => {};
    const memory = new MemoryBudget({ totalBytes: 2 ** 25, smallBytes: 2 ** 24, waitMs: 20_000, emit });
    const services = { memory, emit, objectCache: new ObjectCache() } as unknown as Services;
    const request = makeRequest({ objects: 'no list' });
    memory.time.spend('team-a', USED_MS);
    void memory.time.enter('other', never);
    const startedAt = performance.now();
    const report = newReport();
    await assert.rejects(mount({ take: () => request }, DEFAULTS, services, report, never), {
      reason: 'class-invalid',
    });
    assert.equal(report.caller.namespace, 'team-a');
    assert.ok(performance.now() - startedAt > 400, 'it waited');
    void memory.time.enter('other', never);
    assert.equal(memory.time.isHeldBack('team-a'), false);
  });
});
