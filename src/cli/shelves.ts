// The rooms' shelves on the state folder: one kind of record each.
import type { Emit } from '../events.ts';
import { Secret } from '../secret.ts';
import { NO_SHELF, type Shelf } from '../shelf.ts';
import { openState } from '../state/open-state.ts';
import type { State } from '../state/state.ts';
import type { StateStatus } from '../status.ts';
import type { ServeOptions } from './options.ts';

/**
 * Each with the number of the form that this version writes. In the order in which an account that takes too much loses
 * them: without a last answer or a volume a restart costs little, without a login or a held answer another one at the
 * store.
 */
const KINDS = { answer: 1, volume: 1, session: 1, held: 1, key: 1 } as const;
type Kind = keyof typeof KINDS;

export interface Shelves extends Readonly<Record<Kind, Shelf>> {
  /** Whether records outlive this process. */
  readonly isKept: boolean;
  /** null: nothing is kept. */
  describe(): StateStatus | null;
  close(): void;
}

const NO_SHELVES: Shelves = Object.freeze({
  session: NO_SHELF,
  held: NO_SHELF,
  volume: NO_SHELF,
  answer: NO_SHELF,
  key: NO_SHELF,
  isKept: false,
  describe: () => null,
  close: () => {},
});

/** For commands that leave nothing behind. */
export function noShelves(): Shelves {
  return NO_SHELVES;
}

/** Waits until no other process has the folder. @throws StartupError, or the signal's reason */
export async function openShelves(options: ServeOptions, emit: Emit, signal: AbortSignal): Promise<Shelves> {
  const { stateDir: folder, stateMaxBytes: maxBytes, isStateRequired: isRequired } = options;
  if (folder === undefined) return NO_SHELVES;
  const state = await openState({ folder, kinds: KINDS, maxBytes, isRequired, emit, signal });
  if (state === undefined) return NO_SHELVES;
  return {
    session: openShelf(state, 'session'),
    held: openShelf(state, 'held'),
    volume: openShelf(state, 'volume'),
    answer: openShelf(state, 'answer'),
    key: openShelf(state, 'key'),
    isKept: true,
    describe: () => state.describe(),
    close: () => state.close(),
  };
}

function openShelf(state: State<Kind>, kind: Kind): Shelf {
  let isTaken = false;
  return {
    isKept: true,
    *takeFound() {
      if (isTaken) return;
      isTaken = true;
      for (const [id, { body }] of state.load(kind)) {
        yield [id, new Secret(Buffer.from(body.reveal()).toString('utf8'))];
      }
    },
    // Made at once and told of by the state itself where it cannot be.
    put: (id, text, account) => void state.put(kind, id, new Secret(Buffer.from(text.reveal())), account),
    remove: (id) => void state.remove(kind, id),
  };
}
