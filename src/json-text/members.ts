// The members of one object or list, in the order in which they are written: a list's as they stand, an object's by the
// bytes of their keys, of equal keys the last. What a store sends is in that order already and is only walked through.
import { Buffer } from 'node:buffer';
import type { Containers } from './containers.ts';
import {
  CLOSE_LIST,
  CLOSE_OBJECT,
  COMMA,
  compareBytes,
  endOfScalar,
  endOfString,
  OPEN_OBJECT,
  skipSpace,
  valueAfter,
} from './scan.ts';
import { decodeInto } from './string.ts';

export interface Members {
  /** Moves to the next one; false if there is none. */
  next(): boolean;
  readonly isObject: boolean;
  /** Where the key's quote is; -1 in a list. */
  readonly key: number;
  /** Where the value starts; -1 before the first. */
  readonly value: number;
  /** The number that the value has, or the next object or list behind it. */
  readonly number: number;
}

/** @param number of the object or list at `start` */
export function membersOf(bytes: Buffer, start: number, number: number, containers: Containers): Members {
  const walk = () => new InTextOrder(bytes, start, number, containers);
  if (bytes[start] !== OPEN_OBJECT || isSorted(bytes, walk())) return walk();
  return new InKeyOrder(bytes, walk);
}

class InTextOrder implements Members {
  readonly isObject: boolean;
  key = -1;
  value = -1;
  number: number;
  readonly #bytes: Buffer;
  readonly #containers: Containers;
  #at: number;

  constructor(bytes: Buffer, start: number, number: number, containers: Containers) {
    this.#bytes = bytes;
    this.#containers = containers;
    this.isObject = bytes[start] === OPEN_OBJECT;
    this.number = number + 1;
    this.#at = skipSpace(bytes, start + 1);
  }

  next(): boolean {
    const bytes = this.#bytes;
    if (this.value !== -1) this.#stepOver();
    const byte = bytes[this.#at];
    if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) return false;
    if (byte === COMMA) this.#at = skipSpace(bytes, this.#at + 1);
    this.key = this.isObject ? this.#at : -1;
    this.value = this.isObject ? valueAfter(bytes, endOfString(bytes, this.#at)) : this.#at;
    return true;
  }

  #stepOver(): void {
    const containers = this.#containers;
    const isContainer = containers.isContainer(this.value);
    const end = isContainer ? containers.endOf(this.number) : endOfScalar(this.#bytes, this.value);
    if (isContainer) this.number = containers.nextOf(this.number);
    this.#at = skipSpace(this.#bytes, end);
  }
}

class InKeyOrder implements Members {
  readonly isObject = true;
  key = -1;
  value = -1;
  number = -1;
  readonly #bytes: Buffer;
  readonly #keyAt: Uint32Array;
  readonly #numbers: Uint32Array;
  readonly #order: Uint32Array;
  readonly #compare: (a: number, b: number) => number;
  #index = 0;

  constructor(bytes: Buffer, walk: () => Members) {
    this.#bytes = bytes;
    let count = 0;
    let keyBytes = 0;
    for (const members = walk(); members.next(); count += 1)
      keyBytes += endOfString(bytes, members.key) - members.key - 2;
    this.#keyAt = new Uint32Array(count);
    this.#numbers = new Uint32Array(count);
    const keys = Buffer.allocUnsafeSlow(keyBytes);
    const ends = new Uint32Array(count + 1);
    const heads = new Uint32Array(count);
    const members = walk();
    for (let i = 0; members.next(); i += 1) {
      this.#keyAt[i] = members.key;
      this.#numbers[i] = members.number;
      const [from, to] = [members.key + 1, endOfString(bytes, members.key) - 1];
      ends[i + 1] = decodeInto(keys, ends[i] as number, bytes, from, to);
      heads[i] = headOf(keys, ends[i] as number, ends[i + 1] as number);
    }
    this.#compare = (a, b) =>
      (heads[a] as number) - (heads[b] as number) ||
      compareBytes(keys, ends[a] as number, ends[a + 1] as number, ends[b] as number, ends[b + 1] as number);
    this.#order = sortStable(count, this.#compare);
  }

  next(): boolean {
    const order = this.#order;
    while (this.#index < order.length) {
      const member = order[this.#index] as number;
      this.#index += 1;
      const isLast = this.#index === order.length || this.#compare(member, order[this.#index] as number) !== 0;
      if (!isLast) continue;
      this.key = this.#keyAt[member] as number;
      this.value = valueAfter(this.#bytes, endOfString(this.#bytes, this.key));
      this.number = this.#numbers[member] as number;
      return true;
    }
    return false;
  }
}

/** Each key above the one before it, and none escaped: those are compared once they are decoded. */
function isSorted(bytes: Buffer, members: Members): boolean {
  let from = -1;
  let to = -1;
  while (members.next()) {
    const end = endOfString(bytes, members.key) - 1;
    for (let at = members.key + 1; at < end; at += 1) if (bytes[at] === 0x5c) return false;
    if (from !== -1 && compareBytes(bytes, from, to, members.key + 1, end) >= 0) return false;
    from = members.key + 1;
    to = end;
  }
  return true;
}

/** Its first bytes as a number: most keys are told apart by it. */
function headOf(keys: Buffer, from: number, to: number): number {
  let head = 0;
  for (let at = from; at < from + HEAD_BYTES; at += 1) head = head * 256 + (at < to ? (keys[at] as number) : 0);
  return head;
}

const HEAD_BYTES = 4;

/** Merge sort on plain numbers, outside the heap: an array's own sort would take room in it for each of them. */
function sortStable(count: number, compare: (a: number, b: number) => number): Uint32Array {
  let from = new Uint32Array(count).map((_, i) => i);
  let to = new Uint32Array(count);
  for (let width = 1; width < count; width *= 2) {
    for (let left = 0; left < count; left += 2 * width) {
      const middle = Math.min(left + width, count);
      const right = Math.min(left + 2 * width, count);
      for (let out = left, a = left, b = middle; out < right; out += 1) {
        const takesA = a < middle && (b === right || compare(from[a] as number, from[b] as number) <= 0);
        to[out] = from[takesA ? a++ : b++] as number;
      }
    }
    [from, to] = [to, from];
  }
  return from;
}
