import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { findCollector, releaseMemory } from '../../src/cli/release-memory.ts';
import type { Emit, Fact } from '../../src/events.ts';

const MOUNT = { type: 'mount' } as Fact;
const HALF_A_MINUTE_MS = 30_000;
const FIVE_MINUTES_MS = 300_000;

describe('releaseMemory', () => {
  let collections: number;
  let emit: Emit;
  let begun: AbortController;

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    collections = 0;
    begun = new AbortController();
    emit = releaseMemory(() => {
      collections += 1;
    }, begun.signal);
  });

  afterEach(() => mock.timers.reset());

  const mount = (count: number) => {
    for (let i = 0; i < count; i += 1) emit(MOUNT);
  };

  it('collects half a minute after many mounts, and not before', () => {
    mount(200);
    mock.timers.tick(HALF_A_MINUTE_MS - 1);
    assert.equal(collections, 0);
    mock.timers.tick(1);
    assert.equal(collections, 1);
  });

  it('collects five minutes after few', () => {
    mount(199);
    mock.timers.tick(FIVE_MINUTES_MS - 1);
    assert.equal(collections, 0);
    mock.timers.tick(1);
    assert.equal(collections, 1);
  });

  it('collects once for all mounts of a half minute, however late they come', () => {
    mount(200);
    for (let i = 0; i < 29; i += 1) {
      mount(1);
      mock.timers.tick(1_000);
    }
    mock.timers.tick(HALF_A_MINUTE_MS);
    assert.equal(collections, 1);
  });

  it('collects again for mounts that come after a collection', () => {
    for (let i = 0; i < 2; i += 1) {
      mount(200);
      mock.timers.tick(HALF_A_MINUTE_MS);
    }
    assert.equal(collections, 2);
  });

  it('collects a second after a rehearsal, if no call has come by then', () => {
    emit({ type: 'rehearsed' });
    mock.timers.tick(999);
    assert.equal(collections, 0);
    mock.timers.tick(1);
    assert.equal(collections, 1);
    mock.timers.tick(10 * HALF_A_MINUTE_MS);
    assert.equal(collections, 1);
  });

  it('leaves that out once a call has come, be its mount under way still', () => {
    emit({ type: 'rehearsed' });
    mock.timers.tick(900);
    begun.abort();
    mock.timers.tick(FIVE_MINUTES_MS);
    emit({ type: 'rehearsed' });
    mock.timers.tick(FIVE_MINUTES_MS);
    assert.equal(collections, 0);
    emit(MOUNT);
    mock.timers.tick(FIVE_MINUTES_MS - 1);
    assert.equal(collections, 0);
    mock.timers.tick(1);
    assert.equal(collections, 1);
  });

  it('never collects where nothing was mounted', () => {
    emit({ type: 'sessions', count: 1 });
    emit({ type: 'request', operation: 'renew', reason: undefined, ms: 1 });
    mock.timers.tick(10 * HALF_A_MINUTE_MS);
    assert.equal(collections, 0);
  });

  it('does without where Node was started without --expose-gc', () => {
    const deaf = releaseMemory(undefined, new AbortController().signal);
    deaf(MOUNT);
    mock.timers.tick(FIVE_MINUTES_MS);
  });
});

describe('findCollector', () => {
  it('finds none where Node was started without --expose-gc', () => {
    assert.equal(findCollector(), undefined);
  });
});
