// Step 8: the store goes down. Pods that have files keep them; a new pod waits instead of starting empty.
import { status } from '@grpc/grpc-js';
import { WEB } from './classes.ts';
import type { Pods } from './mounting.ts';
import { type Node, Pod } from './pod.ts';
import { toEvent } from './refusing.ts';
import { see, windowsOver } from './rotating.ts';
import type { Screen } from './screen.ts';
import type { Store } from './store.ts';

const STALE = 'object served from an earlier answer';

export async function loseStore(screen: Screen, node: Node, { web1 }: Pods, store: Store): Promise<void> {
  screen.heading('The store goes down');
  await store.bao.stop();
  const isGone = await fetch(store.bao.address).then(
    () => false,
    () => true,
  );
  await windowsOver();
  const before = await see(web1);
  const line = await web1.mount();
  const after = await see(web1);
  const stale = await node.daemon.untilLogged(({ msg, pod }) => msg === STALE && pod === web1.name);

  screen.print('It is stopped, and web-1 is polled once more. Out of the log of the provider:');
  screen.quote(pick(stale, ['msg', 'pod', 'object', 'reason']), 'dim');
  screen.quote(pick({ ...line }, ['msg', 'pod', 'outcome']), 'dim');
  screen.gap();
  screen.prove(
    'web-1 keeps its files, untouched; the log says that they are stale, for which object and why',
    isGone,
    line.outcome === 'stale',
    stale['reason'] === 'store-unreachable',
    after.data === before.data,
    [...before.files].every(([path, contents]) => after.files.get(path) === contents),
    before.files.size === 3,
  );
  screen.gap();

  const { failure } = await new Pod(node, 'web-5', 'web', WEB).refusal();
  screen.print('A new pod, web-5, asks meanwhile:');
  screen.quote(toEvent(failure));
  screen.gap();
  screen.prove(
    'it waits and is told why; it does not start with an empty folder',
    failure.code === status.FAILED_PRECONDITION,
    failure.details.includes('[store-unreachable]'),
  );
}

function pick(line: Readonly<Record<string, unknown>>, fields: readonly string[]): string {
  const words = fields.map((field) => (field === 'msg' ? line[field] : `${field}=${line[field]}`));
  return words.join(' ');
}
