// Figures beside those of others, and whether a goal is reached.
import assert from 'node:assert/strict';
import { FIGURE_GOALS } from '../../bench/figure-goals.ts';
import { figureTable, verdict } from '../../bench/figure-table.ts';
import type { Figure } from '../../bench/scenario.ts';
import { SCENARIOS } from '../../bench/scenarios.ts';

const figure = (work: string, daemon: number, rest: Partial<Figure> = {}): Figure => ({
  work,
  unit: 'ms',
  daemon,
  ...rest,
});
const REST = FIGURE_GOALS['start-to-socket'] ?? {};

describe('a table of figures', () => {
  it('leaves out who did not take part', () => {
    const { head } = figureTable('start-to-socket', '', [figure('wall', 90), figure('CPU', 90)]);
    assert.deepEqual(head, ['', 'now', 'goal', 'reached', 'recorded: before, peer, floor']);
  });

  it('has ratios first, empty where one has nothing to compare with', () => {
    const { head, rows } = figureTable('no-goals', '', [
      figure('a', 10, { floor: 5, base: 20, peer: 4 }),
      figure('b', 3, { base: 2 }),
    ]);
    assert.deepEqual(head, [
      ...['', 'to the floor', 'to the build before', 'to the peer'],
      ...['now', 'before', 'floor', 'peer'],
    ]);
    assert.deepEqual(rows, [
      ['a', '2.00', '0.50', '2.50', '10 ms', '20 ms', '5 ms', '4 ms'],
      ['b', '', '1.50', '', '3 ms', '2 ms', '', ''],
    ]);
  });

  it('refuses to leave a goal out', () => {
    assert.throws(() => figureTable('start-to-socket', '', [figure('wall', 90)]), /goal for CPU, not measured/);
  });

  it('says that a goal is reached, here or by what the build before takes here', () => {
    const goal = REST['wall'];
    assert.ok(goal);
    assert.equal(verdict(figure('wall', 100), goal), 'yes');
    assert.equal(verdict(figure('wall', 160, { base: 200 }), goal), 'by ratio');
    assert.equal(verdict(figure('wall', 170, { base: 200 }), goal), 'no');
    assert.equal(verdict(figure('wall', 160), goal), 'no');
  });

  it('has goals of scenarios that are there, none easier than what was there before but memory', () => {
    const names = SCENARIOS.map(({ name }) => name);
    for (const [name, goals] of Object.entries(FIGURE_GOALS)) {
      assert.ok(names.includes(name), name);
      for (const [work, { goal, recorded }] of Object.entries(goals)) {
        assert.ok(goal < recorded.ours || work.startsWith('idle'), `${name}, ${work}`);
      }
    }
  });
});
