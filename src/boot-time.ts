// Instants that outlive the process: milliseconds since the machine's boot, as the kernel counts them. A clock's
// `now` starts with the process and so means nothing to the next one. On Linux it also stands still while the
// machine is suspended (CLOCK_MONOTONIC), which boot time does not: an instant that is kept as boot time keeps its
// distance over a suspend, one that is kept as `now` comes late by the time slept.
import { uptime } from 'node:os';
import type { Clock } from './clock.ts';

/** Milliseconds since boot, suspend included. */
export type BootNow = () => number;

/** From /proc/uptime, in steps of 10 ms; if that is not to be read, from CLOCK_BOOTTIME. */
export const systemBootNow: BootNow = () => uptime() * 1000;

/** The boot time of an instant of `clock`, past or to come. True only if the machine has not slept in between. */
export function toBoot(at: number, clock: Pick<Clock, 'now'>, bootNow: BootNow = systemBootNow): number {
  return bootNow() + (at - clock.now());
}

/** The instant of `clock` for a boot time; negative, or before the clock began, if another process saw it. */
export function fromBoot(bootMs: number, clock: Pick<Clock, 'now'>, bootNow: BootNow = systemBootNow): number {
  return clock.now() + (bootMs - bootNow());
}
