// Instants that outlive the process: milliseconds since the machine's boot, as the kernel counts them. A clock's
// `now` starts with the process and so means nothing to the next one. On Linux it also stands still while the
// machine is suspended (CLOCK_MONOTONIC), which boot time does not: an instant that is kept as boot time keeps its
// distance over a suspend, one that is kept as `now` comes late by the time slept.
import { uptime } from 'node:os';
import type { Clock } from './clock.ts';

/** Milliseconds since boot, suspend included. */
export type BootNow = () => number;

/** The clocks of this process. */
export type ProcessClock = Pick<Clock, 'now' | 'wall'>;

/** A suspend moves the calendar against the process's clock; less than this is how their milliseconds round. */
const SAME_DISTANCE_MS = 5;

/**
 * Asks the kernel again only after a suspend, or after somebody set the calendar: to read /proc/uptime takes longer
 * than all else of a record's times.
 */
export function bootNowOf({ now, wall }: ProcessClock, readUptimeMs: () => number): BootNow {
  let calendarAhead = Number.NaN;
  let bootAhead = 0;
  return () => {
    const at = now();
    const ahead = wall() - at;
    if (!(Math.abs(ahead - calendarAhead) < SAME_DISTANCE_MS)) {
      bootAhead = readUptimeMs() - at;
      // If the process was stopped between the two reads, the result is right only for this call: the next one reads again.
      calendarAhead = now() - at < SAME_DISTANCE_MS ? ahead : Number.NaN;
    }
    return bootAhead + at;
  };
}

/** From /proc/uptime, in steps of 10 ms; if that is not to be read, from CLOCK_BOOTTIME. */
export const systemBootNow: BootNow = bootNowOf(
  { now: () => performance.now(), wall: () => Date.now() },
  () => uptime() * 1000,
);

/** The boot time of an instant of `clock`, past or to come. True only if the machine has not slept in between. */
export function toBoot(at: number, clock: Pick<Clock, 'now'>, bootNow: BootNow = systemBootNow): number {
  return bootNow() + (at - clock.now());
}

/** The instant of `clock` for a boot time; negative, or before the clock began, if another process saw it. */
export function fromBoot(bootMs: number, clock: Pick<Clock, 'now'>, bootNow: BootNow = systemBootNow): number {
  return clock.now() + (bootMs - bootNow());
}
