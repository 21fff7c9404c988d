// A process of its own that opens the folder of its second argument, says so, and puts records, or dies over one that
// it reads (the third argument), or waits.

import { openState } from '../../src/state/open-state.ts';
import { selfChecking } from './self-checking.ts';
import { idOf, KINDS } from './world.ts';

const [task, folder = '', deadly] = process.argv.slice(2);
const state = await openState({
  folder,
  kinds: KINDS,
  maxBytes: 64 * 1024 * 1024,
  isRequired: true,
  emit: () => {},
  signal: AbortSignal.timeout(60_000),
});
process.on('message', () => {
  state?.close();
  process.send?.('closed');
});
process.send?.('open');
for (const [id] of task === 'read' ? (state?.load('volume') ?? []) : []) {
  if (id === deadly || deadly === 'any') process.kill(process.pid, 'SIGKILL');
}
for (let turn = 0; task === 'put'; turn += 1) {
  state?.put('volume', idOf(turn % 7), selfChecking(turn));
  if (turn % 5 === 4) state?.remove('volume', idOf((turn * 3) % 7));
  if (turn % 20 === 19) await new Promise(setImmediate);
}
