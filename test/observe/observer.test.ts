import assert from 'node:assert/strict';
import type { Fact } from '../../src/events.ts';
import { createObserver } from '../../src/observe/observer.ts';

describe('createObserver', () => {
  it('tells everyone, also if one listener throws', () => {
    const heard: string[] = [];
    const fail = () => {
      throw new Error('full');
    };
    const hear = (who: string) => (fact: Fact) => heard.push(`${who} ${fact.type}`);
    createObserver(fail, hear('metrics'), hear('health'))({ type: 'sessions', count: 1 });
    assert.deepEqual(heard, ['metrics sessions', 'health sessions']);
  });
});
