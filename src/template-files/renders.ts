// Renders the templates of one mount within its share of the process. They share one time limit. Each slice of a long render
// waits for a turn, as a new mount does, and memory is reserved before it is used. Most templates make little; one that
// makes more is rendered again with memory for the maximum, and then runs to its end, as others wait for that memory.
import { MountError } from '../errors.ts';
import type { Answer } from '../fetch/ports.ts';
import { BusyTime } from '../memory/busy-time.ts';
import { LIGHT_BYTES } from '../memory/turns.ts';
import { TimeLeft } from '../template/budget.ts';
import { SLICE_MS } from '../template/limits.ts';
import type { RenderOptions } from '../template/template.ts';
import { TemplateError } from '../template/template-error.ts';
import type { TemplateHost } from './host.ts';
import { TooManySteps, ValueSteps } from './value-steps.ts';

interface Room {
  /** Limit on the bytes that a render makes, its output included. */
  readonly made: number;
  /** Limit on the steps of its values. */
  readonly steps: number;
  /** Memory that both take, as measured. */
  readonly bytes: number;
}

/** A configuration file of ten secrets takes a fifth of it. */
const SMALL: Room = { made: 32 * 1024, steps: 5_000, bytes: 96 * 1024 };
export const MOST_MADE = 4 * 1024 * 1024;
/** CPU time of all templates of a class: many times what a large configuration file takes. */
export const MOST_CPU_MS = 250;
/** As expressions may take. */
export const MOST_STEPS = 150_000;
const LARGE: Room = { made: MOST_MADE, steps: MOST_STEPS, bytes: 12 * 1024 * 1024 };
/** First slice of a render that begins without a turn. Most end in it; of many at once, each delays other work by this. */
const FIRST_MS = 2;
/** A slice takes as long as to go through an answer of this length. */
const SLICE_BYTES = 256 * 1024;

/** @param steps limit for the values that it is rendered over */
export type Render<T> = (options: RenderOptions, steps: ValueSteps) => Promise<T>;

export class Renders {
  readonly #host: TemplateHost;
  readonly #time = new TimeLeft(MOST_CPU_MS);
  #room: Room | undefined;
  /** Busy time of renders that began without a turn, until their first pause; includes the work around the templates. */
  #firstMs = 0;

  constructor(host: TemplateHost) {
    this.#host = host;
  }

  /**
   * @param answers that the render goes through
   * @param render may be called twice
   * @throws TemplateError, MountError, and what `render` throws
   */
  async render<T>(answers: readonly Answer[], render: Render<T>): Promise<T> {
    const room = this.#room ?? (await this.#take(SMALL));
    try {
      return await this.#inTurn(answers, room, render);
    } catch (thrown) {
      if (!isOfMemory(thrown)) throw thrown;
      if (room === LARGE) throw thrown instanceof TooManySteps ? tooManyValues() : thrown;
      await this.#host.enter();
      await this.#take(LARGE);
      return this.render(answers, render);
    }
  }

  async #take(room: Room): Promise<Room> {
    await this.#host.take(room.bytes, 'its templates');
    this.#room = room;
    return room;
  }

  async #inTurn<T>(answers: readonly Answer[], room: Room, render: Render<T>): Promise<T> {
    if (this.#time.ms <= 0) throw tooLong();
    const bytes = answers.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const isLong = this.#time.ms < MOST_CPU_MS - SLICE_MS || this.#firstMs > SLICE_MS;
    // A render that needs the large room takes long, so it waits for a turn before it begins.
    const isTurn = isLong || room === LARGE || bytes > LIGHT_BYTES;
    if (isTurn) await this.#nextTurn(room, Math.max(bytes, SLICE_BYTES));
    // A turn counts its time itself.
    let busy = isTurn ? undefined : new BusyTime();
    const endFirst = () => {
      if (busy === undefined) return;
      this.#firstMs += busy.ms;
      this.#host.spend(busy.ms);
      busy = undefined;
    };
    const pause = async () => {
      endFirst();
      await this.#nextTurn(room, SLICE_BYTES);
    };
    try {
      const options = { time: this.#time, maxMade: room.made, pause, ...(isTurn ? {} : { firstSliceMs: FIRST_MS }) };
      return await render(options, new ValueSteps(room.steps, this.#time));
    } finally {
      endFirst();
    }
  }

  async #nextTurn(room: Room, bytes: number): Promise<void> {
    if (room !== LARGE) await this.#host.enter();
    await this.#host.turn(bytes);
  }
}

function isOfMemory(thrown: unknown): boolean {
  return thrown instanceof TooManySteps || (thrown instanceof TemplateError && thrown.kind === 'memory');
}

function tooLong(): MountError {
  return new MountError(
    'template-failed',
    `the templates of this class take more than ${MOST_CPU_MS} ms of the process together; make them simpler, or split the class`,
  );
}

function tooManyValues(): MountError {
  return new MountError(
    'template-failed',
    `what it reads has too many values for a template (${MOST_STEPS.toLocaleString('en')} steps, some five for each); read less with it`,
  );
}
