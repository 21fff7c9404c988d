// A victim's service before an attacker comes and beside it, on a daemon of their own.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Attacker } from './attackers.ts';
import { LimitedDaemon } from './daemon.ts';
import { type Service, Victim } from './victim.ts';

export interface Beside {
  readonly before: Service;
  readonly during: Service;
  /** undefined: the daemon lives. */
  readonly end: string | undefined;
  readonly peakMiB: number;
  /** Probes of /healthz that were answered, of those sent. */
  readonly probes: { readonly ok: number; readonly sent: number };
}

export interface BesideOptions {
  /** Mounts of the victim in each of the two times. */
  readonly mounts: number;
  /** By default the attack begins to tell after a second. */
  readonly headStartMs?: number;
}

/** It is lost then, and a daemon that stands still would make the rest take hours. */
const MOST_FAILURES = 5;
const PROBE_EVERY_MS = 300;
/** The chart's. */
const PROBE_TIMEOUT_MS = 5_000;

export async function measureBeside(
  { attack }: Attacker,
  { mounts, headStartMs = 1_000 }: BesideOptions,
): Promise<Beside> {
  const victim = await Victim.make();
  const daemon = await LimitedDaemon.start({
    args: [`--vault-addr=${victim.bao.address}`, '--poll-window=0s', '--join-window=0s'],
  });
  const stop = new AbortController();
  try {
    const driver = daemon.driver();
    const before = await victim.serve(driver, (asked) => asked >= mounts);
    const { httpPort } = daemon;
    const attacking = attack({ driver: daemon.driver(), victim, httpPort, signal: stop.signal });
    const probing = probe(httpPort, stop.signal);
    await sleep(headStartMs);
    const during = await victim.serve(
      driver,
      (asked, failed) => asked >= mounts || failed > MOST_FAILURES || !daemon.isAlive,
    );
    stop.abort();
    await attacking;
    const probes = await probing;
    const end = daemon.isAlive ? undefined : await daemon.exit;
    return { before, during, end, peakMiB: daemon.peakMiB, probes };
  } finally {
    stop.abort();
    await daemon.stop();
    await victim.stop();
  }
}

/** As the kubelet does: a connection of its own for each. */
async function probe(port: number, signal: AbortSignal): Promise<Beside['probes']> {
  let ok = 0;
  let sent = 0;
  while (!signal.aborted) {
    sent += 1;
    const options = { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS), headers: { connection: 'close' } };
    if (
      await fetch(`http://127.0.0.1:${port}/healthz`, options).then(
        (answer) => answer.ok,
        () => false,
      )
    )
      ok += 1;
    await sleep(PROBE_EVERY_MS, undefined, { signal }).catch(() => {});
  }
  return { ok, sent };
}
