// An attacker in a process of its own, as it works from another machine: what it costs to attack is not measured with the
// victim. Its world comes as JSON in the first argument, and it ends with its standard input.
import { setPriority } from 'node:os';
import { Driver } from '../harness/driver.ts';
import { ATTACKERS } from './attackers.ts';
import type { Neighbours } from './neighbours.ts';

/** Behind the daemon, the store and the victim's driver, where the machine has too few cores. */
const LEAST_PRIORITY = 19;

export interface AttackOrder {
  readonly name: string;
  readonly socketPath: string;
  readonly httpPort: number;
  readonly neighbours: Neighbours;
}

setPriority(LEAST_PRIORITY);
const { name, socketPath, ...world }: AttackOrder = JSON.parse(process.argv[2] ?? '');
const stop = new AbortController();
process.stdin.on('end', () => stop.abort()).resume();
const driver = new Driver(socketPath);
await ATTACKERS.find((attacker) => attacker.name === name)?.attack({ ...world, driver, signal: stop.signal });
process.exit(0);
