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
    const ofNamespace = (namespace: string) =>
      makeRequest({ objects: 'no list', 'csi.storage.k8s.io/pod.namespace': namespace });
    const refused = async (namespace: string) => {
      const request = ofNamespace(namespace);
      await assert.rejects(mount({ take: () => request }, DEFAULTS, services, newReport(), never), {
        reason: 'class-invalid',
      });
    };
    // The first of all takes longer, as nothing is compiled yet.
    await refused('warm');
    memory.time.spend('team-a', USED_MS);
    void memory.time.enter('other', never);
    const startedAt = performance.now();
    await refused('team-a');
    assert.ok(performance.now() - startedAt > 400, 'it waited');
    void memory.time.enter('other', never);
    assert.equal(memory.time.isHeldBack('team-a'), false);
  });
});
