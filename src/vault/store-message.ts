// The store's message on a refusal, safe for an event that anyone in the namespace may read. It has only the strings of the
// `errors` array, on one line, 512 bytes at most, without any secret of the request. Equal failures have equal texts. The
// work is bounded whatever a store sends: long texts and secrets are cut or left out before the search.
import { escapeQuery, escapeSegment } from '../go-url.ts';
import { isJsonObject, JsonNumber, type JsonObject, type JsonValue, parseJson } from '../json.ts';
import { beginningWithout, spansOf, spansOfText } from './spans.ts';

/** Design: an event's message has about 1,000 characters, and a mount may have several failures. */
const MAX_BYTES = 512;
/** Most texts of the store's list that are read: the first sentence says what is wrong. */
const MOST_TEXTS = 100;
/** Most characters read of all texts together. */
const MOST_READ = 32 * 1024;
/** Most characters searched: redaction shortens the text, and 512 bytes are shown. */
const LONGEST_TEXT = 4_096;
/** Limits on the secrets searched for. A login's JWT and a certificate are well below; more would take too long. */
const MOST_SECRETS = 64;
const MOST_SECRET_CHARS = 16 * 1024;
const MOST_FORMS = 1_000;
const WITHHELD = 'its message is left out, as it may quote any of the many secretArgs';
/** Shorter values are cut out only as whole words: inside of words that would leave nothing readable and hide nothing. */
const SHORT_LENGTH = 4;
/** A store may quote one line of a value, or one part of a JWT: those of at least this length are cut out too. */
const PART_LENGTH = 8;

/** Tokens of Vault and OpenBao, and JWTs, whoever they belong to. */
const TOKENS = /\b(?:hv[sbr]|[sbr])\.[\w-]{20,}|\beyJ[\w-]{5,}(?:\.[\w-]*){0,2}/g;
/** The longest token that is sure to be recognised whole. */
const LONGEST_TOKEN = 2_048;
const REQUEST_ID = /(?:[,;] ?| )?[([]?\brequest[ _-]?id[ =:"]{0,4}[0-9a-f]{8}-[0-9a-f-]{27}"?[)\]]?/gi;
/** How Go's multierror frames its list: `1 error occurred:\n\t* text\n\n`. */
const LIST_HEAD = /\b\d{1,6} errors? occurred: \* /g;

/** Empty if the store said nothing that can be shown. */
export function storeMessageOf(answer: JsonObject | undefined, secrets: readonly string[]): string {
  const errors = answer?.['errors'];
  const { line, isCut } = firstTexts(Array.isArray(errors) ? errors : []);
  if (line === '') return '';
  // A lone surrogate in a secret would split whole characters; a store quotes it as U+FFFD.
  const forms = formsOf(secrets.map((secret) => secret.toWellFormed()));
  return forms === undefined ? WITHHELD : cut(tidy(redact(line, isCut, forms)));
}

/** Each value in a request's JSON body: none of them may appear in a message. */
export function valuesOf(payload: string): string[] {
  const values: string[] = [];
  // Too much to search for: the whole payload is one secret.
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

/** The texts that are read from the store's list. If they are cut, a secret may be cut in two. */
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

/** If the text is cut, leaves out its end, as a secret or token that begins there may be incomplete. */
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
      // The text is on one line, so the forms are too.
      forms.add(oneLine(text));
      forms.add(oneLine(JSON.stringify(text).slice(1, -1)));
      // Programs between here and the store may encode in other ways than Go.
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
