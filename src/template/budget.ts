// What a render has left: steps, CPU time, and bytes that its functions may make.
import { MAX_CPU_MS, MAX_MADE, MAX_OUTPUT, MAX_STEPS, SLICE_MS } from './limits.ts';
import { type SafeText, safe } from './safe-text.ts';
import { byteLength } from './text.ts';
import type { Value } from './value.ts';

/** The interpreter adds the position. */
export class LimitError extends Error {
  override readonly message: SafeText;
  readonly kind: 'limit' | 'memory';

  constructor(message: string, kind: 'limit' | 'memory' = 'limit') {
    super();
    this.message = safe(message);
    this.kind = kind;
  }
}

/** CPU time for one render, or for several in a row. */
export class TimeLeft {
  #ms: number;

  constructor(ms: number = MAX_CPU_MS) {
    this.#ms = ms;
  }

  get ms(): number {
    return this.#ms;
  }

  spend(ms: number): void {
    this.#ms -= ms;
  }
}

export interface BudgetOptions {
  readonly clocks: Clocks;
  readonly time?: TimeLeft;
  /** Bytes that a render may still make. */
  readonly maxMade?: number;
  /** After so many milliseconds the event loop has its first turn. */
  readonly firstSliceMs?: number;
}

/** Milliseconds from any origin: wall clock, and CPU time of this thread. The first is read often. */
export interface Clocks {
  now(): number;
  cpu(): number;
}

/** Steps between two looks at the clock: well under a slice. */
const STEPS_PER_LOOK = 512;
/** Approximate memory of an entry in a list or map, with its value. */
const BYTES_PER_ENTRY = 32;
const CHARS_PER_STEP = 64;
const ENTRIES_PER_STEP = 8;

export class Budget {
  readonly #clocks: Clocks;
  #steps = MAX_STEPS;
  readonly #time: TimeLeft;
  #made: number;
  #output = MAX_OUTPUT;
  #untilLook = STEPS_PER_LOOK;
  #isDue = false;
  #sliceMs: number;
  #sliceStart = 0;
  #cpuAtStart = 0;

  constructor({ clocks, time = new TimeLeft(), maxMade = MAX_MADE, firstSliceMs = SLICE_MS }: BudgetOptions) {
    this.#clocks = clocks;
    this.#time = time;
    this.#made = maxMade;
    this.#sliceMs = firstSliceMs;
  }

  startSlice(): void {
    this.#isDue = false;
    this.#sliceStart = this.#clocks.now();
    this.#cpuAtStart = this.#clocks.cpu();
  }

  endSlice(): void {
    this.#time.spend(this.#clocks.cpu() - this.#cpuAtStart);
    this.#sliceMs = SLICE_MS;
  }

  /** @returns whether the event loop should have its turn before the next step */
  step(): boolean {
    this.#untilLook -= 1;
    if (this.#untilLook <= 0) this.#look();
    return this.#isDue;
  }

  charge(steps: number): void {
    this.#untilLook -= steps;
    if (this.#untilLook <= 0) this.#look();
  }

  #look(): void {
    this.#steps -= STEPS_PER_LOOK - this.#untilLook;
    this.#untilLook = STEPS_PER_LOOK;
    if (this.#steps <= 0) throw new LimitError('exceeded maximum number of steps');
    const inSlice = this.#clocks.now() - this.#sliceStart;
    if (inSlice < this.#sliceMs) return;
    this.#isDue = true;
    // A slice is longer only if a single operation is.
    if (this.#clocks.cpu() - this.#cpuAtStart > this.#time.ms) {
      throw new LimitError('exceeded maximum time');
    }
  }

  claim(length: number): void {
    if (length > MAX_OUTPUT) throw new LimitError('exceeded maximum size of a string');
  }

  /** A function made a value of this size. Its result may share parts with its arguments, and is counted again. */
  made(result: Value): void {
    if (typeof result === 'string') {
      this.claim(result.length);
      this.#take(
        result.length,
        result.length < CHARS_PER_STEP ? result.length : byteLength(result) * 2 - result.length,
      );
    } else if (Array.isArray(result)) this.#takeEntries(result.length);
    else if (result instanceof Map) this.#takeEntries(result.size);
    else if (result instanceof Uint8Array) this.#take(result.length, result.length);
  }

  /** A function is about to read this. */
  reads(argument: Value): void {
    if (typeof argument === 'string' && argument.length >= CHARS_PER_STEP)
      this.charge(argument.length / CHARS_PER_STEP);
  }

  outputs(bytes: number): void {
    this.#output -= bytes;
    if (this.#output < 0) throw new LimitError('exceeded maximum size of the output');
    this.#take(0, bytes);
  }

  #takeEntries(count: number): void {
    this.#take(count * BYTES_PER_ENTRY, count * BYTES_PER_ENTRY);
    this.charge(count / ENTRIES_PER_STEP);
  }

  #take(length: number, bytes: number): void {
    this.#made -= bytes;
    if (this.#made < 0) throw new LimitError('exceeded maximum memory', 'memory');
    if (length >= CHARS_PER_STEP) this.charge(length / CHARS_PER_STEP);
  }
}
