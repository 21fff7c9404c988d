// Answers become what the driver writes: file bytes, modes and versions, in the class's order. Pure: the same input
// gives the same bytes. It collects every failure; how they become one error is up to the caller.
import { asMountError } from '../errors.ts';
import type { Answer } from '../fetch/ports.ts';
import type { PlanObject } from '../plan/plan.ts';
import { quote } from '../quote.ts';
import { Secret } from '../secret.ts';
import { Makers } from './makers.ts';
import { OpenAnswers } from './open-answers.ts';
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
  const texts: string[] = [];
  const leaveOut = (object: PlanObject) => versions.push({ id: object.name, version: ABSENT_VERSION });

  const opened = new OpenAnswers(objects, answers);
  const warn = ({ name }: PlanObject, text: string) => texts.push(`object ${quote(name)}: ${text}`);
  const makers = new Makers({ answers: opened, warn });

  let madeBytes = 0;
  for (const object of objects) {
    if (madeBytes > MOST_MADE_BYTES) break;
    const unanswered = object.reads.find(({ key }) => !answers.has(key));
    if (unanswered !== undefined) {
      if (object.isOptional && absent.has(unanswered.key)) leaveOut(object);
      continue;
    }
    try {
      const made = makers.make(object);
      for (const { path, contents } of made) {
        madeBytes += contents.byteLength;
        files.push({ object, path, mode: object.mode, contents: new Secret(contents) });
      }
      const version = objectVersion(versionKey, object, made, opened.version(object.source.read));
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
    const object = largestFile(files)?.object ?? objects[0];
    if (object !== undefined) failures.push({ object, error: tooLarge(files, sizeBytes) });
  }
  return { files, versions, failures, warnings: [...texts, ...sizeWarnings(files, sizeBytes)], sizeBytes };
}
