// Instants through a restart and through a suspend, on clocks that the test moves.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { bootNowOf, fromBoot, systemBootNow, toBoot } from '../src/boot-time.ts';
import { systemClock } from '../src/clock.ts';

/** /proc/uptime goes in steps of 10 ms; the calendar and the clock of the process are kept to within 5 ms. */
const STEP_MS = 20;

/** A machine whose boot time runs on while it sleeps, and processes whose own clocks stand still then. */
class Machine {
  bootMs = 5_000_000;
  #processMs = 0;

  readonly bootNow = () => this.bootMs;
  readonly clock = { now: () => this.#processMs };

  run(ms: number): void {
    this.bootMs += ms;
    this.#processMs += ms;
  }

  sleep(ms: number): void {
    this.bootMs += ms;
  }

  restartProcess(): void {
    this.#processMs = 0;
  }
}

describe('boot time', () => {
  it('carries an instant to a process whose clock begins anew', () => {
    const machine = new Machine();
    machine.run(10_000);
    const dueAt = machine.clock.now() + 60_000;
    const boot = toBoot(dueAt, machine.clock, machine.bootNow);
    machine.run(20_000);
    machine.restartProcess();
    machine.run(1_000);
    assert.equal(fromBoot(boot, machine.clock, machine.bootNow) - machine.clock.now(), 39_000);
  });

  it('gives an instant of a former process one before this one began', () => {
    const machine = new Machine();
    machine.run(10_000);
    const boot = toBoot(4_000, machine.clock, machine.bootNow);
    machine.restartProcess();
    assert.equal(fromBoot(boot, machine.clock, machine.bootNow), -6_000);
  });

  it('counts a suspend, which the clock of a process does not see', () => {
    const machine = new Machine();
    const dueAt = machine.clock.now() + 60_000;
    const boot = toBoot(dueAt, machine.clock, machine.bootNow);
    machine.sleep(45_000);
    assert.equal(dueAt - machine.clock.now(), 60_000, 'kept as an instant it comes late');
    assert.equal(fromBoot(boot, machine.clock, machine.bootNow) - machine.clock.now(), 15_000);
  });

  it('is read from the kernel once, and again after a suspend or when the calendar was set', () => {
    let [uptimeMs, now, wall, reads] = [70_000, 1_000, 1_700_000_000_000, 0];
    const clock = { now: () => now, wall: () => Math.floor(wall) };
    const bootNow = bootNowOf(clock, () => {
      reads += 1;
      return uptimeMs;
    });
    const run = (ms: number) => {
      now += ms;
      wall += ms;
      uptimeMs += ms;
    };
    const isRead = () => {
      assert.ok(Math.abs(bootNow() - uptimeMs) < 0.01, `${bootNow()} ${uptimeMs}`);
      return reads;
    };
    assert.equal(isRead(), 1);
    for (const ms of [0.7, 30_000.4, 86_400_000]) run(ms);
    assert.equal(isRead(), 1);
    wall += 45_000;
    uptimeMs += 45_000;
    assert.equal(isRead(), 2, 'a suspend');
    run(10);
    wall -= 3_600_000;
    assert.equal(isRead(), 3, 'a calendar that was set back');
    run(10);
    assert.equal(isRead(), 3);
  });

  it('is read again if the process was held up while it read', () => {
    let [now, reads] = [1_000, 0];
    const bootNow = bootNowOf({ now: () => now, wall: () => now }, () => {
      reads += 1;
      if (reads === 1) now += 3_000;
      return now;
    });
    assert.deepEqual([bootNow(), bootNow(), bootNow(), reads], [4_000, 4_000, 4_000, 2]);
  });

  it('is what the kernel says, and goes with the clock of this process', () => {
    const kernelMs = () => Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1000;
    const before = kernelMs();
    const now = systemBootNow();
    assert.ok(before - STEP_MS <= now && now <= kernelMs() + STEP_MS, `${before} ${now}`);
    const at = systemClock.now();
    assert.ok(Math.abs(fromBoot(toBoot(at, systemClock), systemClock) - at) < 1_000);
  });
});
