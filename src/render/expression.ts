// One file: what an expression selects from the value of a key, or from the data of the secret.
import { Buffer } from 'node:buffer';
import { asMountError, MountError, type Reason } from '../errors.ts';
import { applyExpression, leadingNames } from '../extract/apply.ts';
import { NotApplicable } from '../extract/not-applicable.ts';
import { Steps, TooManySteps } from '../extract/steps.ts';
import { isMap, MOST_LEVELS, toJson, toValue, type Value } from '../extract/value.ts';
import { JsonText } from '../json-text/json-text.ts';
import { TooDeep } from '../json-text/tree-reader.ts';
import type { ExpressionSource, PlanObject } from '../plan/plan.ts';
import { quoteName } from '../printable.ts';
import { encodeFile, encodeValue } from './encode.ts';
import { type MadeFile, type Maker, type MakerSetting, withinAnswer } from './maker.ts';
import type { OpenAnswers } from './open-answers.ts';
import { LARGEST_ANSWER_BYTES } from './size.ts';
import { defaultFor } from './value.ts';

/** Limit for all expressions of one mount: other pods wait while they run (test/pauses). */
export const MOST_STEPS = 150_000;

/** What an expression is applied to. */
interface Subject {
  readonly value: Value;
  /** False for keys of JSON inside a text: only readers of the secret may know those. */
  readonly hasPublicKeys: boolean;
}

/** Several objects may select from one value: it is parsed once, or fails once. */
export class ExpressionMaker implements Maker<'expression'> {
  readonly #answers: OpenAnswers;
  readonly #steps = new Steps(MOST_STEPS);
  readonly #subjects = new Map<string, Subject | MountError>();

  constructor({ answers }: MakerSetting) {
    this.#answers = answers;
  }

  make({ name }: PlanObject, source: ExpressionSource): readonly MadeFile[] {
    try {
      const contents = withinAnswer(() => encodeFile(source.encode, this.#contents(source)));
      return [{ path: name, contents }];
    } catch (thrown) {
      return [{ path: name, contents: defaultFor(asMountError(asFailure(thrown, source)), source) }];
    }
  }

  #contents(source: ExpressionSource): Uint8Array {
    const { language, expression } = source;
    const subject = this.#subjectOf(source);
    const found = applyExpression(language, expression, subject.value, this.#steps);
    if (found === undefined) throw this.#missing(source, subject);
    const json = JsonText.parse(Buffer.from(toJson(found, this.#steps)));
    if (json === undefined) throw new Error('what an expression selects is JSON');
    return encodeValue(source, json, LARGEST_ANSWER_BYTES, `what ${language} selects from ${describe(source)}`);
  }

  #subjectOf(source: ExpressionSource): Subject {
    const id = `${source.read.key} ${source.key === undefined ? '' : `key ${source.key}`}`;
    const subject = this.#subjects.get(id) ?? this.#tryRead(source);
    this.#subjects.set(id, subject);
    if (subject instanceof MountError) throw subject;
    return subject;
  }

  #tryRead(source: ExpressionSource): Subject | MountError {
    try {
      return this.#read(source);
    } catch (thrown) {
      return asMountError(asFailure(thrown, source));
    }
  }

  #read(source: ExpressionSource): Subject {
    const { key, read } = source;
    const answer = this.#answers.open(read);
    const given = key === undefined ? answer.secretData(read.path) : answer.value(key, read.path, this.#answers.hints);
    const bytes = given.stringBytes;
    if (bytes === undefined) return { value: toValue(given, this.#steps), hasPublicKeys: true };
    const inner = JsonText.parse(bytes);
    if (inner !== undefined) return { value: toValue(inner, this.#steps), hasPublicKeys: false };
    throw new MountError(
      'value-undecodable',
      `${describe(source)} is a text that is not JSON, and ${source.language} selects from JSON alone; leave ${source.language} out to mount the text itself`,
    );
  }

  /** The error names the first key of the expression that is missing. */
  #missing(source: ExpressionSource, { value, hasPublicKeys }: Subject): MountError {
    const above: string[] = [];
    let holder: Value | undefined = value;
    for (const name of leadingNames(source.language, source.expression)) {
      if (!isMap(holder)) break;
      const next = holder.get(name);
      if (next === undefined) return missing(source, above, this.#describeKey(name, holder, hasPublicKeys));
      above.push(name);
      holder = next;
    }
    return fail(
      'key-missing',
      source,
      'selects nothing from',
      '; correct it, or write default or optional: true if it may be missing',
    );
  }

  #describeKey(name: string, holder: ReadonlyMap<string, Value>, isPublic: boolean): string {
    if (!isPublic) return quoteName(name);
    return this.#answers.hints.describe(name, holder, (most) => ({
      names: [...holder.keys().take(most)],
      count: holder.size,
    }));
  }
}

function describe({ key, read }: ExpressionSource): string {
  return key === undefined ? read.path : `the value of key ${quoteName(key)} in ${read.path}`;
}

function fail(reason: Reason, source: ExpressionSource, what: string, rest: string): MountError {
  return new MountError(reason, `${source.language} ${what} ${describe(source)}${rest}`);
}

function missing(source: ExpressionSource, above: readonly string[], key: string): MountError {
  const where = above.length === 0 ? 'it has' : `${quoteName(above.join('.'))} has`;
  return fail('key-missing', source, 'selects nothing from', `: ${where} no key ${key}`);
}

function asFailure(thrown: unknown, source: ExpressionSource): unknown {
  if (thrown instanceof NotApplicable) return fail('value-undecodable', source, 'does not fit', `: ${thrown.message}`);
  if (thrown instanceof TooDeep)
    return fail('value-undecodable', source, 'does not go into', `, which has more than ${MOST_LEVELS} levels`);
  if (!(thrown instanceof TooManySteps)) return thrown;
  return fail(
    'value-undecodable',
    source,
    'takes too many steps on',
    ` (${MOST_STEPS.toLocaleString('en')} are for all expressions of a class); select less with each, or split the class`,
  );
}
