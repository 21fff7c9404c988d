// Where each object and list inside a value ends, so that whoever walks through it can step over one. Without it a walk
// that first looks at an object's keys reads the innermost as often as it is deep.
import { CLOSE_LIST, CLOSE_OBJECT, endOfString, isOpening, MAX_DEPTH, QUOTE } from './scan.ts';

/** Objects and lists are numbered in the order in which they open. */
export class Containers {
  readonly #bytes: Buffer;
  readonly #ends: Uint32Array;
  /** The number of the first one that opens behind each. */
  readonly #nexts: Uint32Array;

  /** @param start of the value to walk through */
  constructor(bytes: Buffer, start: number) {
    this.#bytes = bytes;
    const count = isOpening(bytes[start]) ? walk(bytes, start, () => {}) : 0;
    this.#ends = new Uint32Array(count);
    this.#nexts = new Uint32Array(count);
    walk(bytes, start, (number, end, next) => {
      this.#ends[number] = end;
      this.#nexts[number] = next;
    });
  }

  /** Behind the object or list of this number. */
  endOf(number: number): number {
    return this.#ends[number] as number;
  }

  nextOf(number: number): number {
    return this.#nexts[number] as number;
  }

  isContainer(at: number): boolean {
    return isOpening(this.#bytes[at]);
  }
}

/** @returns how many there are. */
function walk(bytes: Buffer, start: number, onEnd: (number: number, end: number, next: number) => void): number {
  if (!isOpening(bytes[start])) return 0;
  const open = new Uint32Array(MAX_DEPTH);
  let depth = 0;
  let count = 0;
  let at = start;
  do {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at = endOfString(bytes, at);
      continue;
    }
    at += 1;
    if (isOpening(byte)) {
      open[depth] = count;
      depth += 1;
      count += 1;
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
      depth -= 1;
      onEnd(open[depth] as number, at, count);
    }
  } while (depth > 0);
  return count;
}
