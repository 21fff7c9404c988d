// Opens the state: a folder in memory that is ours, with this process as its only writer. If the folder is unusable, the
// daemon continues with what it has in memory, unless the folder is required.
import type { Emit } from '../events.ts';
import { StartupError } from '../startup-error.ts';
import { systemCode } from '../system-code.ts';
import { makeInner, type OpenFolder, openFolder } from './folder.ts';
import { takeLock } from './lock.ts';
import { DAMAGED, removeIncoming } from './record-files.ts';
import { type Kinds, State } from './state.ts';

export interface StateOptions<Kind extends string> {
  /** There already, in memory; the state makes its own folder inside. */
  readonly folder: string;
  readonly kinds: Kinds<Kind>;
  readonly maxBytes: number;
  /** Whether startup fails without the folder. */
  readonly isRequired: boolean;
  readonly emit: Emit;
  /** Ends the wait for another process. */
  readonly signal: AbortSignal;
}

/**
 * Resolves when this process is the writer; undefined, reported once, if the folder is unusable.
 * @throws StartupError if the folder is another's or a link, or is required and of no use; the signal's reason
 */
export async function openState<Kind extends string>(options: StateOptions<Kind>): Promise<State<Kind> | undefined> {
  const opened = openFolder(options.folder);
  if ('why' in opened) return goWithout(options, opened.why);
  try {
    return await takeFolder(opened, options);
  } catch (thrown) {
    opened.close();
    const code = systemCode(thrown);
    if (options.signal.aborted || code === undefined) throw thrown;
    return goWithout(options, `it cannot be written (${code})`);
  }
}

async function takeFolder<Kind extends string>(folder: OpenFolder, options: StateOptions<Kind>): Promise<State<Kind>> {
  const { kinds, maxBytes, emit, signal } = options;
  const onWait = () => {
    const message = 'another process has the state folder; waiting for its end';
    emit({ type: 'notice', level: 'info', message, fields: { folder: folder.name } });
  };
  const lock = await takeLock({ path: folder.path, signal, onWait });
  try {
    for (const name of [...Object.keys(kinds), DAMAGED]) makeInner(folder, name);
    removeIncoming(folder.path);
    return new State({ folder, lock, kinds, maxBytes, emit });
  } catch (thrown) {
    lock.release();
    throw thrown;
  }
}

function goWithout({ folder, isRequired, emit }: StateOptions<string>, why: string): undefined {
  if (isRequired) throw new StartupError(`state folder ${folder} is required: ${why}`);
  const message = 'no state folder: what this process knows is in its memory only and ends with it';
  emit({ type: 'degraded', part: 'state-folder', isDegraded: true });
  emit({ type: 'notice', level: 'warn', message, fields: { folder, why } });
}
