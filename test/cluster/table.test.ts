import assert from 'node:assert/strict';
import { formatTable } from './table.ts';

describe("the cluster suite's table", () => {
  it('has a row for each step, also for one that was not run, with its findings below', () => {
    const text = formatTable([
      { name: '01 files', proves: 'a file is there', notes: ['after 1 s'], seconds: 2.04, state: 'ok' },
      { name: '20 far', proves: 'it has to be built', notes: [], seconds: 0, state: 'not run' },
    ]);
    const rows = [
      '01 files     2.0 s  ok      a file is there',
      '- after 1 s',
      '20 far       0.0 s  not run it has to be built',
    ];
    assert.deepEqual(
      text
        .trim()
        .split('\n')
        .map((line) => line.trim()),
      rows,
    );
  });
});
