// Instants through a restart and through a suspend, on clocks that the test moves.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fromBoot, systemBootNow, toBoot } from '../src/boot-time.ts';
import { systemClock } from '../src/clock.ts';

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

  it('is what the kernel says, and goes with the clock of this process', () => {
    const kernelMs = () => Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1000;
    const before = kernelMs();
    const now = systemBootNow();
    assert.ok(before <= now && now <= kernelMs(), `${before} ${now}`);
    const at = systemClock.now();
    assert.ok(Math.abs(fromBoot(toBoot(at, systemClock), systemClock) - at) < 1_000);
  });
});
