// The record stores of the rooms on the state folder, one kind of record each.
import { NO_RECORDS, type RecordStore } from '../record-store.ts';
import { Secret } from '../secret.ts';
import type { StateStatus } from '../status.ts';
import { openState, type StateOptions } from './open-state.ts';
import type { State } from './state.ts';

/**
 * Kinds with the format number that this version writes. If an account takes too much, it loses them in this order: a
 * restart without a last answer or a volume costs little, without a login or a lease it costs another one at the store.
 */
const KINDS = { answer: 1, volume: 1, session: 1, lease: 1, key: 1 } as const;
type Kind = keyof typeof KINDS;

export interface RecordStoresOptions extends Omit<StateOptions<Kind>, 'kinds' | 'folder'> {
  /** undefined: nothing outlives the process. */
  readonly folder: string | undefined;
}

export interface RecordStores extends Readonly<Record<Kind, RecordStore>> {
  /** Whether records outlive this process. */
  readonly isKept: boolean;
  /** null: nothing is kept. */
  describe(): StateStatus | null;
  close(): void;
}

const NO_RECORD_STORES: RecordStores = Object.freeze({
  session: NO_RECORDS,
  lease: NO_RECORDS,
  volume: NO_RECORDS,
  answer: NO_RECORDS,
  key: NO_RECORDS,
  isKept: false,
  describe: () => null,
  close: () => {},
});

/** For commands that leave nothing behind. */
export function noRecordStores(): RecordStores {
  return NO_RECORD_STORES;
}

/** Waits until no other process has the folder. @throws StartupError, or the signal's reason */
export async function openRecordStores({ folder, ...options }: RecordStoresOptions): Promise<RecordStores> {
  if (folder === undefined) return NO_RECORD_STORES;
  const state = await openState({ ...options, folder, kinds: KINDS });
  if (state === undefined) return NO_RECORD_STORES;
  return {
    session: openRecordStore(state, 'session'),
    lease: openRecordStore(state, 'lease'),
    volume: openRecordStore(state, 'volume'),
    answer: openRecordStore(state, 'answer'),
    key: openRecordStore(state, 'key'),
    isKept: true,
    describe: () => state.describe(),
    close: () => state.close(),
  };
}

function openRecordStore(state: State<Kind>, kind: Kind): RecordStore {
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
    // Written at once; the state itself reports what it cannot keep.
    put: (id, text, account) => {
      state.put(kind, id, new Secret(Buffer.from(text.reveal())), account);
    },
    remove: (id) => state.remove(kind, id),
  };
}
