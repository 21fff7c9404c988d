// `secretmount mount`: for one class, what a pod would get, in a folder, and a table of it; with --watch kept up to
// date. Values go to the folder and nowhere else.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Args } from '../args.ts';
import { crashOn } from '../crash.ts';
import type { Environment } from '../flag-source.ts';
import type { ExitCode, Streams } from '../run.ts';
import type { Row } from './changes.ts';
import { explain, ownRefusal } from './explain.ts';
import { type MountOptions, readMountOptions } from './mount-options.ts';
import { Mounter } from './mounter.ts';
import { Screen } from './screen.ts';

/** After this long without output, a person wonders whether the command hangs. */
const WAITING_SHOWN_MS = 3_000;

/**
 * @param stop ends it. If the caller gives none the process is the command's own: SIGINT and SIGTERM end it, and a
 *   crash prints no secret.
 * @throws UsageError, CommandFailed
 */
export async function mountCommand(
  { words: files, flags }: Pick<Args, 'words' | 'flags'>,
  env: Environment,
  streams: Streams,
  stop?: AbortSignal,
): Promise<ExitCode> {
  const options = readMountOptions(files, flags, env);
  const screen = new Screen(streams, streams.isTerminal && !env['NO_COLOR']);
  if (stop === undefined) crashOn((fact) => screen.hear(fact));
  const mounter = new Mounter(options, (fact) => screen.hear(fact));
  try {
    return await mountOrFollow(mounter, options, screen, stop ?? stopSignal());
  } finally {
    await mounter.close();
  }
}

async function mountOrFollow(
  mounter: Mounter,
  options: MountOptions,
  screen: Screen,
  stop: AbortSignal,
): Promise<ExitCode> {
  const look = () => mounter.mount(AbortSignal.any([stop, AbortSignal.timeout(options.node.mountTimeoutMs)]));
  const waiting = setTimeout(() => screen.showWaiting(options.node.mountTimeoutMs), WAITING_SHOWN_MS);
  let rows: readonly Row[];
  try {
    rows = await look();
  } catch (thrown) {
    const refusal = stop.aborted ? undefined : ownRefusal(thrown);
    if (refusal !== undefined) throw refusal;
    screen.showFailure(stop.aborted ? 'stopped before the mount was done' : explain(thrown, options));
    return 1;
  } finally {
    clearTimeout(waiting);
  }
  screen.showAll(rows, options);
  if (options.isWatching) await follow(look, options, screen, stop);
  return 0;
}

async function follow(
  look: () => ReturnType<Mounter['mount']>,
  options: MountOptions,
  screen: Screen,
  stop: AbortSignal,
): Promise<void> {
  while (!stop.aborted) {
    await sleep(options.intervalMs, undefined, { signal: stop }).catch(() => {});
    if (stop.aborted) return;
    const rows = await look().catch((thrown) => {
      if (!stop.aborted) screen.showTrouble(explain(thrown, options));
    });
    if (rows !== undefined) screen.showChanges(rows, options);
  }
}

/** A second signal of the same kind ends the process at once. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      controller.abort();
      process.once(name, () => process.exit(1));
    });
  }
  return controller.signal;
}
