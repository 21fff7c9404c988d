// Answers become what the driver writes: file bytes, modes and versions, in the class's order. Pure: the same input
// gives the same bytes. It collects every failure; how they become one error is up to the caller.
import { asMountError, type Reason } from '../errors.ts';
import type { Answer } from '../fetch/ports.ts';
import { MatchBudget } from '../patterns.ts';
import type { PlanObject } from '../plan/plan.ts';
import { quote } from '../quote.ts';
import { Secret } from '../secret.ts';
import { findFileClashes } from './file-clashes.ts';
import type { MadeFile } from './maker.ts';
import { Makers } from './makers.ts';
import { OpenAnswers } from './open-answers.ts';
import type { ObjectFailure, Rendered, RenderedFile, RenderedVersion } from './rendered.ts';
import { answerSizeBytes, LARGEST_ANSWER_BYTES, largestFile, MOST_MADE_BYTES, sizeWarnings, tooLarge } from './size.ts';
import { defaultOf } from './value.ts';
import { ABSENT_VERSION, objectVersion } from './version.ts';

/** Reasons for which an optional object may be absent. */
const ABSENT: ReadonlySet<Reason> = new Set(['key-missing', 'nothing-to-mount']);

/** Most versions shown for one template in the version of its file. */
const MOST_VERSIONS = 8;

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
  const makers = new Makers({ answers: opened, versionKey, budget: new MatchBudget(), warn });

  let madeBytes = 0;
  const deliver = (object: PlanObject, made: readonly MadeFile[], secretVersion: string | undefined) => {
    for (const { contents, ...file } of made) {
      madeBytes += contents.byteLength;
      files.push({ object, ...file, mode: object.mode, contents: new Secret(contents) });
    }
    versions.push({ id: object.name, version: objectVersion(versionKey, object, made, secretVersion) });
  };
  /** Delivers the default of an optional object whose path is missing, or leaves the object out. */
  const deliverDefault = (object: PlanObject) => {
    const contents = defaultOf(object.source);
    if (contents === undefined) leaveOut(object);
    else deliver(object, [{ path: object.name, contents }], undefined);
  };

  for (const object of objects) {
    if (madeBytes > MOST_MADE_BYTES) break;
    const unanswered = object.reads.find(({ key }) => !answers.has(key));
    if (unanswered !== undefined) {
      if (object.isOptional && absent.has(unanswered.key)) deliverDefault(object);
      continue;
    }
    try {
      deliver(object, makers.make(object), secretVersionOf(object, opened));
    } catch (thrown) {
      const error = asMountError(thrown);
      if (object.isOptional && ABSENT.has(error.reason)) leaveOut(object);
      else failures.push({ object, error });
    }
  }

  failures.push(...findFileClashes(files));
  const sizeBytes = answerSizeBytes(files, versions);
  if (sizeBytes > LARGEST_ANSWER_BYTES) {
    // The largest file's object gets the error: it is the first one to take out.
    const object = largestFile(files)?.object ?? objects[0];
    if (object !== undefined) failures.push({ object, error: tooLarge(files, sizeBytes) });
  }
  return { files, versions, failures, warnings: [...texts, ...sizeWarnings(files, sizeBytes)], sizeBytes };
}

/** The store's version numbers; a template has those of all its reads, in the order of the reads. */
function secretVersionOf({ source, reads }: PlanObject, opened: OpenAnswers): string | undefined {
  // A tree has many secrets; the read that bears its folder's name may belong to another object.
  if (source.kind === 'tree') return undefined;
  if (source.kind !== 'template') return opened.version(source.read);
  const versions = reads.flatMap((read) => opened.version(read) ?? []);
  return versions.length === 0 || versions.length > MOST_VERSIONS ? undefined : versions.join('-');
}
