// What the bench reads of /proc.
import assert from 'node:assert/strict';
import { cpuMsOf, schedstatMs, statMs, statusBytes } from '../../bench/proc.ts';

describe('what the bench reads of /proc', () => {
  it('finds the times behind a program name with spaces and brackets', () => {
    const stat = '4711 (a) b (c) S 1 4711 4711 0 -1 4194304 100 0 0 0 37 5 99 99 20 0 11 0 1234 5678 90';
    assert.equal(statMs(stat), 420);
  });

  it('takes the time on a CPU of a thread, in nanoseconds, and not its waiting', () => {
    assert.equal(schedstatMs('2500000 900000000 12\n'), 2.5);
  });

  it('takes a field by its whole name', () => {
    const status = 'Name:\tnode\nVmRSS:\t   48000 kB\nRssAnon:\t   17600 kB\nRssFile:\t 30400 kB\n';
    assert.equal(statusBytes(status, 'RssAnon'), 17_600 * 1024);
    assert.equal(statusBytes(status, 'Rss'), 0);
  });

  it('counts work of this process', () => {
    const own = process.cpuUsage();
    const before = cpuMsOf(process.pid);
    const until = performance.now() + 60;
    while (performance.now() < until);
    const spent = cpuMsOf(process.pid) - before;
    const { user, system } = process.cpuUsage(own);
    const expected = (user + system) / 1000;
    // A thread that is running is counted up to the kernel's last tick, here before and after.
    assert.ok(Math.abs(spent - expected) < 20, `${spent} ms of ${expected}`);
  });
});
