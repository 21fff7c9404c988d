// A victim's service before an attacker comes and beside it, on a daemon of their own.
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { AttackOrder } from './attack.ts';
import type { Attacker } from './attackers.ts';
import { LimitedDaemon } from './daemon.ts';
import { type Service, Victim } from './victim.ts';

export interface Beside {
  readonly before: Service;
  /** While the attacker spends what it may at once. */
  readonly early: Service;
  /** From then on. */
  readonly during: Service;
  /** undefined: the daemon lives. */
  readonly end: string | undefined;
  readonly peakMiB: number;
  /** Probes of /healthz that were answered, of those sent. */
  readonly probes: { readonly ok: number; readonly sent: number };
}

export interface BesideOptions {
  /** The victim's before the attack, and again once the attacker has spent what it may at once. */
  readonly mounts: number;
  /** Mounts before the first that is measured, until the daemon and the store are as quick as they will be. */
  readonly warmUp: number;
  /** Until the attacker has spent what it may at once. */
  readonly earlyMs: number;
}

/** It is lost then, and a daemon that stands still would make the rest take hours. */
const MOST_FAILURES = 5;
const PROBE_EVERY_MS = 300;
const ATTACK = fileURLToPath(new URL('attack.ts', import.meta.url));
/** The chart's. */
const PROBE_TIMEOUT_MS = 5_000;

export async function measureBeside({ name }: Attacker, { mounts, warmUp, earlyMs }: BesideOptions): Promise<Beside> {
  const victim = await Victim.make();
  const daemon = await LimitedDaemon.start({
    args: [`--vault-addr=${victim.bao.address}`, '--poll-window=0s', '--coalesce-window=0s'],
  });
  const stop = new AbortController();
  try {
    const driver = daemon.driver();
    await victim.serve(driver, (asked) => asked >= warmUp);
    const before = await victim.serve(driver, (asked) => asked >= mounts);
    const { httpPort, socketPath } = daemon;
    const attacking = attack({ name, socketPath, httpPort, neighbours: await victim.neighbours() }, stop.signal);
    const probing = probe(httpPort, stop.signal);
    const isLost = (failed: number) => failed > MOST_FAILURES || !daemon.isAlive;
    const startedAt = performance.now();
    const early = await victim.serve(driver, (_, failed) => performance.now() - startedAt > earlyMs || isLost(failed));
    const during = await victim.serve(driver, (asked, failed) => asked >= mounts || isLost(failed));
    stop.abort();
    await attacking;
    const probes = await probing;
    const end = daemon.isAlive ? undefined : await daemon.exit;
    return { before, early, during, end, peakMiB: daemon.peakMiB, probes };
  } finally {
    stop.abort();
    await daemon.stop();
    await victim.stop();
  }
}

function attack(order: AttackOrder, signal: AbortSignal): Promise<void> {
  const child = spawn(process.execPath, [ATTACK, JSON.stringify(order)], { stdio: ['pipe', 'ignore', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.stdin.on('error', () => {});
  signal.addEventListener('abort', () => child.stdin.end(), { once: true });
  return ended;
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
