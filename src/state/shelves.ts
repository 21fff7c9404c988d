// The rooms' shelves on the state folder: one kind of record each.
import { Secret } from '../secret.ts';
import { NO_SHELF, type Shelf } from '../shelf.ts';
import type { StateStatus } from '../status.ts';
import { openState, type StateOptions } from './open-state.ts';
import type { State } from './state.ts';

/**
 * Each with the number of the form that this version writes. In the order in which an account that takes too much loses
 * them: without a last answer or a volume a restart costs little, without a login or a held answer another one at the
 * store.
 */
const KINDS = { answer: 1, volume: 1, session: 1, held: 1, key: 1 } as const;
type Kind = keyof typeof KINDS;

export interface ShelvesOptions extends Omit<StateOptions<Kind>, 'kinds' | 'folder'> {
  /** undefined: nothing outlives the process. */
  readonly folder: string | undefined;
}

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
export async function openShelves({ folder, ...options }: ShelvesOptions): Promise<Shelves> {
  if (folder === undefined) return NO_SHELVES;
  const state = await openState({ ...options, folder, kinds: KINDS });
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
    put: (id, text, account) => {
      state.put(kind, id, new Secret(Buffer.from(text.reveal())), account);
    },
    remove: (id) => state.remove(kind, id),
  };
}
