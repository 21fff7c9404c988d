// Where a mount meets the shares of the process's time: before its reads, and also if its class is refused.
import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { Fact } from '../../src/events.ts';
import { MemoryBudget } from '../../src/memory/budget.ts';
import { mount, newReport, type Services } from '../../src/mount.ts';
import { ObjectCache } from '../../src/plan/object-cache.ts';
import { DEFAULTS, KUBELET, makeRequest } from '../plan/request.ts';

const BUSY = KUBELET['csi.storage.k8s.io/pod.namespace'];
const WAIT_MS = 300;
const never = new AbortController().signal;

function setUp(totalBytes = 2 ** 20) {
  const facts: Fact[] = [];
  const emit = (fact: Fact) => void facts.push(fact);
  const memory = new MemoryBudget({ totalBytes, smallBytes: 0, waitMs: WAIT_MS, emit });
  const services = { memory, emit, objectCache: new ObjectCache() } as unknown as Services;
  const refused = (signal = never, objects = '- {objectName: a, secretPath: [', reason = 'class-invalid') => {
    const report = newReport();
    const request = makeRequest({ objects });
    const over = mount({ take: () => request }, DEFAULTS, services, report, signal).finally(() =>
      report.memory?.close(),
    );
    return assert.rejects(over, { reason });
  };
  const waiting = () => facts.findLast((fact) => fact.type === 'mount-time')?.waiting ?? 0;
  const busy = () => {
    memory.time.spend(BUSY, 60_000);
    void memory.time.enter('victim', never);
  };
  return { memory, refused, waiting, busy };
}

describe('a mount whose class is refused in a namespace that is held back', () => {
  afterEach(() => mock.reset());

  it('waits, and its wait is no time that it used', async () => {
    const { memory, refused, waiting } = setUp();
    memory.time.spend(BUSY, 2_001);
    void memory.time.enter('victim', never);
    const over = refused();
    await turn();
    assert.equal(waiting(), 1);
    await over;
    assert.equal(waiting(), 0);
    const now = performance.now.bind(performance);
    mock.method(performance, 'now', () => now() + 10_000);
    void memory.time.enter('victim', never);
    assert.equal(memory.time.isHeldBack(BUSY), false, 'what it used beyond its share is back soon');
  });

  it('tells what is wrong with its class also if its time ends first', async () => {
    const { refused, waiting, busy } = setUp();
    busy();
    await refused(AbortSignal.timeout(50));
    assert.equal(waiting(), 0);
  });

  it('takes memory while it waits, and does not wait without', async () => {
    const { memory, refused, waiting, busy } = setUp(128 * 1024);
    busy();
    const all = [refused(), refused(), refused()];
    await turn();
    assert.equal(memory.usedBytes, 64 * 1024);
    assert.equal(waiting(), 2);
    await Promise.all(all);
    assert.equal(memory.usedBytes, 0);
  });

  it('waits also if there is no memory for its class, and holds none for it', async () => {
    const { memory, refused, waiting, busy } = setUp(128 * 1024);
    busy();
    const large = Array.from({ length: 100 }, (_, at) => `- {objectName: a${at}, secretPath: p${at}}`).join('\n');
    const over = refused(never, large, 'memory-budget');
    await turn();
    assert.equal(waiting(), 1);
    assert.equal(memory.usedBytes, 32 * 1024);
    await over;
    assert.equal(memory.usedBytes, 0);
  });
});
