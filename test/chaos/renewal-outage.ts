// An outage over the moment at which a lease is renewed. Steps take milliseconds and the lease is renewed after six seconds at
// the soonest, so that outages among the steps hardly meet it: this one waits for it, and ends once the renewal has failed.
// What is left of the lease is enough: it must be renewed then, and stay.
import { setTimeout as sleep } from 'node:timers/promises';
import { RENEWED_CLASS } from './classes.ts';
import type { OutageKind } from './outages.ts';
import type { Player } from './player.ts';
import { seeServed } from './served.ts';
import type { ChaosWorld } from './world.ts';

/** Between these shares of its life it is renewed. */
const [FROM, TO] = [0.6, 0.8];
/** A store takes some time to stop. */
const LEAD_MS = 500;
const LOOK_EACH_MS = 50;

export async function playRenewalOutage(
  world: ChaosWorld,
  player: Player,
  kind: OutageKind,
  tell: (what: string) => void,
): Promise<void> {
  const { findings } = player.observer;
  tell('faults are to end, for an outage over a renewal');
  await player.endFaults();
  await player.finishCalls();
  const pod = player.admit('shop', RENEWED_CLASS);
  findings.push(...(await seeServed(player, pod)));
  const lease = world.ledger.find(pod.files?.get('login-username') ?? '');
  if (lease === undefined) return;
  const { goodUntil, toldAt } = lease;
  const lifeMs = goodUntil - toldAt;
  const lastAt = toldAt + lifeMs * TO;
  await sleep(toldAt + lifeMs * FROM - LEAD_MS - Date.now());
  const beganAt = Date.now();
  const untilFailed = async () => {
    while (lease.renewalFailedAt < beganAt && Date.now() < lastAt) await sleep(LOOK_EACH_MS);
  };
  tell(await world.outages.begin(kind, `over a renewal of ${pod.name}`, untilFailed));
  await world.outages.untilBack();
  const hasFailed = lease.renewalFailedAt >= beganAt;
  tell(`the outage is over, and the renewal ${hasFailed ? 'failed in it' : 'was not tried in it'}`);
  for (; lease.toldAt < beganAt && Date.now() < goodUntil && findings.length === 0; await sleep(LOOK_EACH_MS))
    await player.call(pod);
  tell(`${pod.name} has its user ${lease.toldAt < beganAt ? 'to its end' : 'still'}`);
}
