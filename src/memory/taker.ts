// The interfaces between the files of memory/: who takes memory, and the budget it comes from.
import { MountError } from '../errors.ts';
import type { TimeShares } from './time-shares.ts';
import type { Turns } from './turns.ts';

/** One mount under way, as the budget sees it. */
export interface TakingMount {
  readonly account: string;
  readonly isOver: boolean;
  /** It runs to its end, even if its namespace is held back. */
  hasBegun: boolean;
  heldBytes(): number;
}

/** Who takes: one part of one mount. */
export interface Taker {
  /** The mount that asked. */
  readonly asked: TakingMount;
  /** The mounts it works for; several if they share a read. */
  readonly mounts: ReadonlySet<TakingMount>;
  readonly account: string;
  /** Bytes that the mount has already, to be compared with the floor. */
  heldBytes(): number;
}

/** What mounts under way may take together. */
export interface Budget {
  /** Here because the same mounts that take memory take time. */
  readonly time: TimeShares;
  readonly turns: Turns;
  /** @returns undefined if the bytes are its own at once. @throws MountError memory-budget (as a rejection) */
  take(taker: Taker, bytes: number, waitUntil: number, what: string): Promise<void> | undefined;
  /** @returns false if it would have to wait */
  tryTake(taker: Taker, bytes: number): boolean;
  /** Never waits and may exceed the budget: for data that exists already or is required. */
  add(account: string, bytes: number): void;
  release(account: string, bytes: number): void;
  /** Whether `key` is counted already, or fits now. */
  hasRoomFor(taker: Taker, key: object, bytes: number): boolean;
  /** Counts it once for all its mounts, on the account of the first. */
  share(account: string, key: object, bytes: number): void;
  /** The mount has ended. @param shared what it holds with others @param ownBytes what it has for itself */
  closed(mount: TakingMount, shared: Iterable<object>, ownBytes: number): void;
}

export function memoryRefusal(what: string): MountError {
  return new MountError(
    'memory-budget',
    `${what}: other mounts of this node have taken the memory for it; the mount will be tried again; split the class if it is large`,
  );
}
