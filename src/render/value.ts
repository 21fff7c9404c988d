// One file: the value of a key, or the whole answer.
import { Buffer } from 'node:buffer';
import { asMountError, MountError } from '../errors.ts';
import type { PlanObject, Source, ValueSource } from '../plan/plan.ts';
import { encodeFile, encodeValue } from './encode.ts';
import { type MadeFile, type Maker, type MakerSetting, withinAnswer } from './maker.ts';
import type { OpenAnswers } from './open-answers.ts';
import { LARGEST_ANSWER_BYTES } from './size.ts';

/** Several objects may name one value of an answer: it is made once, or fails once. */
export class ValueMaker implements Maker<'value'> {
  readonly #answers: OpenAnswers;
  readonly #made = new Map<string, Uint8Array | MountError>();

  constructor({ answers }: MakerSetting) {
    this.#answers = answers;
  }

  make({ name }: PlanObject, source: ValueSource): readonly MadeFile[] {
    const id = `${source.read.key} ${source.encode ?? ''} ${source.key === undefined ? '' : `${source.encoding} ${source.key}`}`;
    const made = this.#made.get(id) ?? this.#tryContents(source);
    this.#made.set(id, made);
    if (!(made instanceof MountError)) return [{ path: name, contents: made }];
    return [{ path: name, contents: defaultFor(made, source) }];
  }

  #tryContents(source: ValueSource): Uint8Array | MountError {
    try {
      return withinAnswer(() => encodeFile(source.encode, this.#contents(source)));
    } catch (thrown) {
      return asMountError(thrown);
    }
  }

  #contents(source: ValueSource): Uint8Array {
    const answer = this.#answers.open(source.read);
    // The peers' providers look at `encoding` only if there is a key.
    if (source.key === undefined) return answer.whole(LARGEST_ANSWER_BYTES);
    const value = answer.value(source.key, source.read.path, this.#answers.hints);
    return encodeValue(source, value, LARGEST_ANSWER_BYTES);
  }
}

/** The content of a file whose value is missing; undefined if it has no default. */
export function defaultOf(source: Source): Uint8Array | undefined {
  return 'default' in source && source.default !== undefined ? Buffer.from(source.default) : undefined;
}

/** The default of a file whose key is missing. @throws MountError `error`, if there is no default or another reason */
export function defaultFor(error: MountError, source: Source): Uint8Array {
  const absent = error.reason === 'key-missing' ? defaultOf(source) : undefined;
  if (absent === undefined) throw error;
  return absent;
}
