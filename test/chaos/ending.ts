// The end of a run: faults are over, so every pod must be served what the store has; then all pods go, and nothing of
// them may be left in the store, nor in the daemon's memory.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ledger } from './ledger.ts';
import { seeMemory } from './memory.ts';
import type { Player } from './player.ts';
import { seeServed } from './served.ts';
import type { ChaosWorld } from './world.ts';

/**
 * Some 15 s: overlap, idle time, the time to issue, back-off of the pod watch. A lasting lease lives for hours. What the
 * store itself still tries to revoke is not waited for (leases.ts).
 */
const EMPTY_WITHIN_MS = 90_000;
const LOOK_EACH_MS = 200;

/**
 * @param rounds of pods that come and go before the last ones do, to see that memory stays
 * @param tell hears what the end is about to wait for
 * @returns what is wrong
 */
export async function playEnding(
  world: ChaosWorld,
  player: Player,
  rounds: number,
  tell: (what: string) => void,
): Promise<readonly string[]> {
  tell('the end: the store and the database are to come back');
  await player.endFaults();
  tell('the end: calls under way are to be answered');
  await player.finishCalls();
  tell(`the end: ${player.pods.length} pods are to be served`);
  const findings = await Promise.all(player.pods.map((pod) => seeServed(player, pod)));
  for (const pod of [...player.pods]) player.remove(pod);
  findings.push(await seeMemory(world, player, rounds, tell));
  return [...findings.flat(), ...(await seeNothingLeft(world, tell)), ...seeFaults(world)];
}

async function seeNothingLeft(world: ChaosWorld, tell: (what: string) => void): Promise<readonly string[]> {
  let left: readonly string[] = [];
  tell('the end: all leases are to be revoked');
  for (const until = Date.now() + EMPTY_WITHIN_MS; Date.now() < until; await sleep(LOOK_EACH_MS)) {
    const before = left.length;
    left = leaked(world.ledger, await world.leases());
    if (left.length === 0) break;
    if (left.length !== before) tell(`the end: left are ${left.join(', ')}`);
  }
  return Promise.all(left.map((leaseId) => describeLeak(world, leaseId)));
}

async function describeLeak({ ledger, bao }: ChaosWorld, leaseId: string): Promise<string> {
  const all = [...ledger.all()];
  const one = all.find((issued) => issued.leaseId === leaseId);
  if (one === undefined) return `the lease ${leaseId}, which nobody asked for, is left in the store`;
  const companions = all.filter(({ token }) => token === one.token).length - 1;
  const lookup = bao.request('POST', 'auth/token/lookup', { token: one.token });
  const isAlive = await lookup.then(
    () => true,
    () => false,
  );
  const token = `its token ${isAlive ? 'lives' : 'is gone'} and carried ${companions} others`;
  const at = new Date(one.issuedAt).toISOString();
  return `${one.mark}, issued to ${one.account} at ${at}, given to ${one.pods.size} pods, is left in the store; ${token}`;
}

function leaked(ledger: Ledger, leases: readonly string[]): readonly string[] {
  const issued = new Map([...ledger.all()].map((one) => [one.leaseId, one]));
  return leases.filter((id) => {
    const one = issued.get(id);
    return one === undefined || !ledger.mayStay(one);
  });
}

/** Looks at the daemon that lives now: an error line is a defect, whatever the store did. */
function seeFaults(world: ChaosWorld): readonly string[] {
  const errors = world.daemon.log.filter(({ level }) => level === 'error');
  return errors.map((line) => `the daemon logged an error: ${JSON.stringify(line)}`);
}
