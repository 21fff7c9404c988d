// The store's own words on a refusal, fit for an event that anyone in the namespace may read: only the
// strings of its `errors` array, on one line, 512 bytes at most, without anything secret that the request
// carried, and the same for the same failure. Whatever a store sends, the work is bounded: texts and secrets are
// cut or left out before anything is looked for in them.
import { escapeQuery, escapeSegment } from '../go-url.ts';
import { isJsonObject, JsonNumber, type JsonObject, type JsonValue, parseJson } from '../json.ts';
import { beginningWithout, spansOf, spansOfText } from './spans.ts';

/** Design: an event's message holds about 1,000 characters, and a mount may have several failures. */
const MAX_BYTES = 512;
/** How many texts of a store's list: its first sentence says what was wrong. */
const MOST_TEXTS = 100;
/** Read of all together. */
const MOST_READ = 32 * 1024;
/** Looked through of that: what is cut out makes it shorter, and 512 bytes are shown. */
const LONGEST_TEXT = 4_096;
/** What is looked for in them. A login's JWT and a certificate are well below; more cannot be found in time. */
const MOST_SECRETS = 64;
const MOST_SECRET_CHARS = 16 * 1024;
const MOST_FORMS = 1_000;
const WITHHELD = 'its message is left out, as it may quote any of the many secretArgs';
/** A short value cut out of the middle of words would leave nothing readable and hide nothing. */
const SHORT_LENGTH = 4;
/** Parts of a value that a store may quote alone are cut out if they say something by themselves. */
const PART_LENGTH = 8;

/** Tokens of Vault and OpenBao, and JWTs, whoever they belong to. */
const TOKENS = /\b(?:hv[sbr]|[sbr])\.[\w-]{20,}|\beyJ[\w-]{5,}(?:\.[\w-]*){0,2}/g;
/** The longest of them that is met whole. */
const LONGEST_TOKEN = 2_048;
const REQUEST_ID = /(?:[,;] ?| )?[([]?\brequest[ _-]?id[ =:"]{0,4}[0-9a-f]{8}-[0-9a-f-]{27}"?[)\]]?/gi;
/** How Go's multierror frames its list: `1 error occurred:\n\t* text\n\n`. */
const LIST_HEAD = /\b\d{1,6} errors? occurred: \* /g;

/** Empty if the store said nothing that can be shown. */
export function storeMessageOf(answer: JsonObject | undefined, secrets: readonly string[]): string {
  const errors = answer?.['errors'];
  const { line, isCut } = firstTexts(Array.isArray(errors) ? errors : []);
  if (line === '') return '';
  // Half a character in a secret would cut whole ones in two; a store reads and says it back as U+FFFD.
  const forms = formsOf(secrets.map((secret) => secret.toWellFormed()));
  return forms === undefined ? WITHHELD : cut(tidy(redact(line, isCut, forms)));
}

/** Each value of a request's JSON body: none of them may come back in a message. */
export function valuesOf(payload: string): string[] {
  const values: string[] = [];
  // Too much to look for, whatever is in it.
  if (payload.length > 2 * MOST_SECRET_CHARS) return [payload];
  try {
    collect(parseJson(payload), values);
  } catch {
    values.push(payload);
  }
  return values;
}

function collect(value: JsonValue, into: string[]): void {
  if (typeof value === 'string') into.push(value);
  else if (value instanceof JsonNumber) into.push(value.text);
  else if (Array.isArray(value)) for (const item of value) collect(item, into);
  else if (isJsonObject(value)) for (const item of Object.values(value)) collect(item, into);
}

/** What is read of a store's list. If it is cut, what is secret may be cut in two. */
function firstTexts(errors: readonly JsonValue[]): { readonly line: string; readonly isCut: boolean } {
  const lines: string[] = [];
  let room = MOST_READ;
  for (const entry of errors.slice(0, MOST_TEXTS)) {
    if (typeof entry !== 'string' || room <= 0) continue;
    lines.push(oneLine(entry.slice(0, room)));
    room -= entry.length;
  }
  return { line: lines.filter((text) => text !== '').join('; '), isCut: room < 0 };
}

function tidy(text: string): string {
  return text.replace(REQUEST_ID, '').replace(LIST_HEAD, '').replaceAll(' * ', '; ').trim();
}

function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim();
}

/** Shows what lies so far before the end of what was read that whatever begins there is met whole. */
function redact(line: string, isCut: boolean, forms: readonly string[]): string {
  const longest = Math.max(LONGEST_TOKEN, ...forms.map(({ length }) => length));
  const shown = Math.max(0, Math.min(LONGEST_TEXT, isCut ? line.length - longest : line.length));
  const upTo = (length: number) => line.slice(0, shown + length);
  const spans = spansOf(upTo(LONGEST_TOKEN), TOKENS);
  for (const form of forms) {
    if (form.length >= SHORT_LENGTH) spans.push(...spansOfText(upTo(form.length), form));
    else spans.push(...spansOf(upTo(form.length + 1), standingAlone(form)));
  }
  return beginningWithout(line, spans, shown);
}

/** RegExp.escape, which Node 22 does not have. */
function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function standingAlone(form: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])${literally(form)}(?![\\p{L}\\p{N}])`, 'gu');
}

/**
 * A store may quote a value as it is, escaped as in Go or JSON, encoded as in a URL, or one line or JWT part of it.
 * @returns undefined if there are too many to look for.
 */
function formsOf(secrets: readonly string[]): readonly string[] | undefined {
  if (secrets.length > MOST_SECRETS) return undefined;
  if (secrets.reduce((sum, { length }) => sum + length, 0) > MOST_SECRET_CHARS) return undefined;
  const forms = new Set<string>();
  for (const secret of secrets) {
    const parts = secret.split(/[\n.]/).filter((part) => part.length >= PART_LENGTH);
    for (const text of [secret, oneLine(secret), ...parts]) {
      // As the text is one line, so is what is looked for in it.
      forms.add(oneLine(text));
      forms.add(oneLine(JSON.stringify(text).slice(1, -1)));
      // Not every program between here and the store encodes as Go does.
      forms.add(encodeURIComponent(text.toWellFormed()));
      forms.add(escapeQuery(text.toWellFormed()));
      forms.add(escapeSegment(text.toWellFormed()));
    }
  }
  forms.delete('');
  return forms.size > MOST_FORMS ? undefined : [...forms];
}

function cut(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= MAX_BYTES) return text;
  // A character cut in two decodes to U+FFFD.
  return `${bytes
    .subarray(0, MAX_BYTES - '…'.length * 3)
    .toString()
    .replace(/\uFFFD$/, '')}…`;
}
