import assert from 'node:assert/strict';
import type { Fact } from '../../src/events.ts';
import { emitOnce } from '../../src/observe/once.ts';

describe('sayOnce', () => {
  const notice = (message: string, once?: string): Fact => ({
    type: 'notice',
    level: 'warn',
    message,
    ...(once === undefined ? {} : { once }),
  });
  const heardOf = (facts: readonly Fact[]) => {
    const heard: Fact[] = [];
    const emit = emitOnce((fact) => heard.push(fact));
    for (const fact of facts) emit(fact);
    return heard.map((fact) => (fact.type === 'notice' ? fact.message : fact.type));
  };

  it('lets a notice through once for each thing, and everything else always', () => {
    const sessions: Fact = { type: 'sessions', count: 1 };
    const facts = [notice('a', '1'), notice('b', '2'), notice('c', '1'), notice('d'), notice('d'), sessions, sessions];
    assert.deepEqual(heardOf(facts), ['a', 'b', 'd', 'd', 'sessions', 'sessions']);
  });

  it('remembers 1,000 things, those that were stated last', () => {
    const many = Array.from({ length: 1_001 }, (_, index) => notice('many', `${index}`));
    const heard = heardOf([...many, notice('still known', '500'), notice('forgotten', '0')]);
    assert.deepEqual([heard.length, heard.at(-1)], [1_002, 'forgotten']);
  });
});
