// One entry of `objects` to a PlanObject: each field by its own rule, every mistake and every unknown field
// told. What concerns several objects (unique names, folders) is left to objects.ts.

import { describeInvisible, tellApart, withoutInvisible } from '../invisible.ts';
import { nearest } from '../nearest.ts';
import { quote } from '../quote.ts';
import { isNull, kindOf, type YamlField, type YamlMap, type YamlNode } from '../yaml/node.ts';
import type { Place } from '../yaml/position.ts';
import { goBoolean, goInteger } from '../yaml/scalar.ts';
import { toBody } from './arguments.ts';
import { parseDuration } from './duration.ts';
import { findPathMistake } from './file-path.ts';
import { cureOfField, meaning } from './known-elsewhere.ts';
import { METHODS, type Method } from './methods.ts';
import type { WarningKind } from './mistakes.ts';
import { ENCODINGS, type Encoding, FIELD_NAMES, type ObjectField } from './object-table.ts';
import type { HoldingSettings, PlanObject, Read } from './plan.ts';
import { makeRead, splitPath, toMethod } from './read.ts';
import { didYouMean } from './suggest.ts';

/** Read, write and execute for all: what the driver's writer takes. */
const HIGHEST_MODE = 0o777n;
/** Octal by its first digit, and none by another. */
const BROKEN_OCTAL = /^0[0-7]*[89]\d*$/;
/** The driver polls no more often. */
const SHORTEST_REFRESH_MS = 1_000;
/** A key is named in messages and log lines. */
const LONGEST_KEY = 4096;
/** Fields that name something, which then is not found. */
const NAMING_FIELDS = ['objectName', 'secretPath', 'secretKey'] as const;
/** Unknown fields in which a missing one is looked for. */
const MOST_STRANGERS = 20;

export interface Listener {
  /** @param text made only where there is still room for it. */
  warn(at: Place, text: () => string, kind?: WarningKind): void;
  say(at: Place, text: string): void;
}

/** @returns undefined where a mistake was told. */
export function toObject(map: YamlMap, mode: number, listener: Listener): PlanObject | undefined {
  let isWhole = true;
  const say = (at: Place, text: string) => {
    isWhole = false;
    listener.say(at, text);
  };
  for (const { key, at } of map.repeats) say(at, `${quote(key)} is given twice, remove one`);
  for (const [field, { at }] of map.fields) {
    if (FIELD_NAMES.includes(field)) continue;
    // Both print alike, and without the field the mount would deliver something else.
    const meant = withoutInvisible(field);
    if (FIELD_NAMES.includes(meant)) say(at, `field ${quote(field)}: ${describeInvisible(field)}, write ${meant}`);
    else listener.warn(at, () => `unknown field ${quote(field)}${fixFor(field, map)}`);
  }
  const entry = new Entry(map, say);
  for (const field of NAMING_FIELDS) entry.warnOfInvisible(field, listener);
  const name = entry.required('objectName', 'write the name of the file');
  const nameMistake = name === undefined ? undefined : findPathMistake(name);
  if (nameMistake !== undefined) entry.say('objectName', nameMistake);
  const read = toRead(entry);
  const key = toKey(entry);
  const encoding = toEncoding(entry);
  const ownMode = toMode(entry, mode);
  const isOptional = toBoolean(entry, 'optional') ?? false;
  if (!isWhole || name === undefined || read === undefined) return undefined;
  return { name, source: { read, key, encoding }, reads: [read], mode: ownMode, isOptional };
}

function fixFor(field: string, map: YamlMap): string {
  const cure = cureOfField(field, (one) => map.fields.has(one));
  return cure === undefined ? didYouMean(field, FIELD_NAMES) : `; ${cure}`;
}

/** The fields of one object, and mistakes in them told at their line. */
class Entry {
  readonly #map: YamlMap;
  readonly #say: (at: Place, text: string) => void;

  constructor(map: YamlMap, say: (at: Place, text: string) => void) {
    this.#map = map;
    this.#say = say;
  }

  say(field: string, text: string): void {
    this.#say(this.#map.fields.get(field)?.at ?? this.#map.at, text);
  }

  sayAt(at: Place, text: string): void {
    this.#say(at, text);
  }

  warnOfInvisible(field: ObjectField, listener: Listener): void {
    const value = this.get(field)?.value;
    const what = value?.kind === 'scalar' ? describeInvisible(value.text) : undefined;
    if (what !== undefined)
      listener.warn(value?.at ?? this.#map.at, () => `${field}: ${what}, remove it if it is not meant`, 'invisible');
  }

  /** Undefined where it is absent or null. */
  get(field: ObjectField): YamlField | undefined {
    const found = this.#map.fields.get(field);
    return found === undefined || isNull(found.value) ? undefined : found;
  }

  /** The source text of any scalar: a number or `yes` is text too. Empty counts as absent. */
  text(field: ObjectField): string | undefined {
    const value = this.get(field)?.value;
    if (value === undefined || (value.kind === 'scalar' && value.text === '')) return undefined;
    if (value.kind === 'scalar') return value.text;
    this.say(field, `${field} is ${kindOf(value)}, write a text`);
    return undefined;
  }

  required(field: ObjectField, cure: string): string | undefined {
    const text = this.text(field);
    const kind = this.get(field)?.value.kind;
    if (text !== undefined || kind === 'list' || kind === 'map') return text;
    const strangers = [...this.#map.fields.keys()]
      .filter((name) => !FIELD_NAMES.includes(name))
      .slice(0, MOST_STRANGERS);
    // Told already, and by its cause.
    if (strangers.some((name) => withoutInvisible(name) === field)) return undefined;
    const near = meaning(field, strangers) ?? nearest(field, strangers);
    if (near === undefined) this.say(field, `${field} is missing, ${cure}`);
    else this.say(near, `${field} is missing, rename ${quote(near)}${tellApart(near, field)} to it`);
    return undefined;
  }
}

function toRead(entry: Entry): Read | undefined {
  const secretPath = entry.required('secretPath', 'write the path of the secret, for example secret/data/app');
  const target = secretPath === undefined ? undefined : splitPath(secretPath);
  if (typeof target === 'string') entry.say('secretPath', target);
  const method = readMethod(entry);
  const body = toArguments(entry);
  if (target === undefined || typeof target === 'string' || method === undefined) return undefined;
  return makeRead(method, target.path, target.query, body, toHolding(entry));
}

function readMethod(entry: Entry): Method | undefined {
  const text = entry.text('method');
  const method = toMethod(text);
  if (text === undefined || method !== undefined) return method;
  const near = didYouMean(text.toUpperCase(), METHODS);
  const fix = near === '' ? `, write ${METHODS.slice(0, -1).join(', ')} or ${METHODS.at(-1)}` : near;
  entry.say('method', `unknown method ${quote(text)}${fix}`);
  return undefined;
}

function toHolding(entry: Entry): HoldingSettings {
  const share = entry.text('share');
  if (share !== undefined && share !== 'serviceAccount')
    entry.say('share', `unknown share ${quote(share)}, write "serviceAccount" or leave it out`);
  const refreshAfter = entry.text('refreshAfter');
  const refreshAfterMs = refreshAfter === undefined ? undefined : parseDuration(refreshAfter);
  if (refreshAfter !== undefined && !(refreshAfterMs !== undefined && refreshAfterMs >= SHORTEST_REFRESH_MS))
    entry.say('refreshAfter', 'refreshAfter is no time of a second or more, write for example 12h or 30m');
  return Object.freeze({
    isShared: share !== undefined,
    refreshAfterMs,
    isGivenBack: toBoolean(entry, 'revoke') ?? true,
  });
}

function toArguments(entry: Entry): string | undefined {
  const args = entry.get('secretArgs')?.value;
  if (args?.kind === 'map') return toBody(args, (at, text) => entry.sayAt(at, text));
  if (args !== undefined) entry.say('secretArgs', `secretArgs is ${kindOf(args)}, write a map of names to values`);
  return undefined;
}

function toKey(entry: Entry): string | undefined {
  const key = entry.text('secretKey');
  if (key !== undefined && (key.length > LONGEST_KEY || !key.isWellFormed())) {
    entry.say('secretKey', `secretKey is longer than ${LONGEST_KEY} characters or holds half a character, shorten it`);
  }
  return key;
}

function toEncoding(entry: Entry): Encoding {
  const text = entry.text('encoding') ?? 'utf-8';
  const encoding = ENCODINGS.find((known) => known === text.toLowerCase());
  if (encoding === undefined) {
    const near = didYouMean(text, ENCODINGS);
    entry.say('encoding', `unknown encoding ${quote(text)}${near === '' ? ', write utf-8, base64 or hex' : near}`);
  }
  return encoding ?? 'utf-8';
}

function toMode(entry: Entry, inherited: number): number {
  const value = entry.get('filePermission')?.value;
  if (value === undefined) return inherited;
  // In quotes it is a text to their reader too, and refused there.
  const number = value.kind === 'scalar' && value.isPlain ? goInteger(value.text) : undefined;
  if (number !== undefined && number >= 0n && number <= HIGHEST_MODE) return Number(number) || inherited;
  entry.say('filePermission', `filePermission is ${modeMistake(value, number)}, for example 0640`);
  return inherited;
}

function modeMistake(value: YamlNode, number: bigint | undefined): string {
  if (number !== undefined) return 'out of range, write 0001 to 0777';
  if (value.kind === 'scalar' && value.isPlain && BROKEN_OCTAL.test(value.text))
    return 'octal as it starts with 0, write the digits 0 to 7';
  return 'not a whole number, write one without quotes';
}

/** @returns undefined where it is absent, or a mistake was told. */
function toBoolean(entry: Entry, field: 'optional' | 'revoke'): boolean | undefined {
  const value = entry.get(field)?.value;
  if (value === undefined) return undefined;
  const boolean = value.kind === 'scalar' ? goBoolean(value) : undefined;
  if (boolean === undefined) entry.say(field, `${field} is neither true nor false, write one, without quotes`);
  return boolean;
}
