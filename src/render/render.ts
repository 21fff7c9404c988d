// Answers become what the driver writes: file bytes, modes and versions, in the class's order. Pure: the same input
// gives the same bytes. It collects every failure; how they become one error is up to the caller.
import { asMountError, MountError } from '../errors.ts';
import type { Answer, KeyHints, OpenAnswer } from '../fetch/ports.ts';
import { TooLong } from '../json-text/go-form.ts';
import type { PlanObject, ValueSource } from '../plan/plan.ts';
import { Secret } from '../secret.ts';
import { encodeFile, encodeValue } from './encode.ts';
import { MountKeyHints } from './key-hint.ts';
import type { ObjectFailure, Rendered, RenderedFile, RenderedVersion } from './rendered.ts';
import { answerSizeBytes, LARGEST_ANSWER_BYTES, largestFile, MOST_MADE_BYTES, sizeWarnings, tooLarge } from './size.ts';
import { ABSENT_VERSION, objectVersion } from './version.ts';

/**
 * @param answers by Read.key; an object with a read that has neither an answer nor a place in `absent` is skipped; the
 *   caller has its error.
 * @param absent the keys of reads whose path does not exist: their optional objects are absent files.
 */
export function renderFiles(
  objects: readonly PlanObject[],
  answers: ReadonlyMap<string, Answer>,
  versionKey: Uint8Array,
  absent: ReadonlySet<string> = new Set(),
): Rendered {
  const files: RenderedFile[] = [];
  const versions: RenderedVersion[] = [];
  const failures: ObjectFailure[] = [];
  const hints = new MountKeyHints();
  const leaveOut = (object: PlanObject) => versions.push({ id: object.name, version: ABSENT_VERSION });

  const keys = keysByRead(objects);
  const used = new Map<string, UsedAnswer>();
  const usedOf = (read: string) => {
    const known = used.get(read);
    if (known !== undefined) return known;
    const answer = answers.get(read);
    if (answer === undefined) throw new Error('an object reads what it does not name in `reads`');
    const opened = new UsedAnswer(answer, keys.get(read) ?? [], hints);
    used.set(read, opened);
    return opened;
  };

  let madeBytes = 0;
  for (const object of objects) {
    if (madeBytes > MOST_MADE_BYTES) break;
    const unanswered = object.reads.find(({ key }) => !answers.has(key));
    if (unanswered !== undefined) {
      if (object.isOptional && absent.has(unanswered.key)) leaveOut(object);
      continue;
    }
    try {
      const from = usedOf(object.source.read.key);
      const contents = from.contents(object.source);
      madeBytes += contents.byteLength;
      files.push({ path: object.name, mode: object.mode, contents: new Secret(contents) });
      const version = objectVersion(versionKey, object, contents, from.secretVersion);
      versions.push({ id: object.name, version });
    } catch (thrown) {
      const error = asMountError(thrown);
      if (object.isOptional && error.reason === 'key-missing') leaveOut(object);
      else failures.push({ object, error });
    }
  }

  const sizeBytes = answerSizeBytes(files, versions);
  if (sizeBytes > LARGEST_ANSWER_BYTES) {
    // Charged to the object that weighs most: the first one to take out.
    const object = objects.find(({ name }) => name === largestFile(files)?.path) ?? objects[0];
    if (object !== undefined) failures.push({ object, error: tooLarge(files, sizeBytes) });
  }
  return { files, versions, failures, warnings: sizeWarnings(files, sizeBytes), sizeBytes };
}

/** Many objects may name one value of an answer: it is made once, or fails once. */
class UsedAnswer {
  readonly secretVersion: string | undefined;
  readonly #open: OpenAnswer;
  readonly #hints: KeyHints;
  readonly #made = new Map<string, Uint8Array | MountError>();

  constructor({ body }: Answer, keys: Iterable<string>, hints: KeyHints) {
    this.#open = body.reveal().open(keys);
    this.#hints = hints;
    this.secretVersion = this.#open.version;
  }

  /** @throws MountError */
  contents(source: ValueSource): Uint8Array {
    const name = `${source.encode ?? ''} ${source.key === undefined ? '' : `${source.encoding} ${source.key}`}`;
    const made = this.#made.get(name) ?? this.#make(source);
    this.#made.set(name, made);
    if (made instanceof MountError) throw made;
    return made;
  }

  #make(source: ValueSource): Uint8Array | MountError {
    try {
      return renderContents(source, this.#open, this.#hints);
    } catch (thrown) {
      return asMountError(thrown);
    }
  }
}

function keysByRead(objects: readonly PlanObject[]): ReadonlyMap<string, ReadonlySet<string>> {
  const keys = new Map<string, Set<string>>();
  for (const { source } of objects) {
    const { read, key } = source;
    const ofRead = keys.get(read.key) ?? new Set();
    keys.set(read.key, key === undefined ? ofRead : ofRead.add(key));
  }
  return keys;
}

function renderBytes(source: ValueSource, answer: OpenAnswer, hints: KeyHints): Uint8Array {
  // Their providers look at `encoding` only if there is a key.
  if (source.key === undefined) return answer.whole(LARGEST_ANSWER_BYTES);
  const value = answer.value(source.key, source.read.path, hints);
  return encodeValue(source, value, LARGEST_ANSWER_BYTES);
}

function renderContents(source: ValueSource, answer: OpenAnswer, hints: KeyHints): Uint8Array {
  try {
    const bytes = renderBytes(source, answer, hints);
    return source.encode === undefined ? bytes : encodeFile(source.encode, bytes);
  } catch (thrown) {
    if (!(thrown instanceof TooLong)) throw thrown;
    const text = 'the file alone comes to over 4 MiB, and the driver takes 4 MiB at most; mount single keys of it';
    throw new MountError('files-too-large', text);
  }
}
