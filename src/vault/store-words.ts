// The store's own words on a refusal, fit for an event that anyone in the namespace may read: only the
// strings of its `errors` array, on one line, 512 bytes at most, without anything secret that the request
// carried, and the same for the same failure.
import { isJsonObject, JsonNumber, type JsonObject, type JsonValue, parseJson } from '../json.ts';

/** Design: an event's message holds about 1,000 characters, and a mount may have several failures. */
const MAX_BYTES = 512;
const REDACTED = '[redacted]';
/** A short value cut out of the middle of words would leave nothing readable and hide nothing. */
const SHORT_LENGTH = 4;
/** Parts of a value that a store may quote alone are cut out where they say something by themselves. */
const PART_LENGTH = 8;

/** Tokens of Vault and OpenBao, and JWTs, whoever they belong to. */
const TOKENS = /\b(?:hv[sbr]|[sbr])\.[\w-]{20,}|\beyJ[\w-]{5,}(?:\.[\w-]*){0,2}/g;
const REQUEST_ID = /[,;]?\s*[([]?\brequest[ _-]?id[ =:"]*[0-9a-f]{8}-[0-9a-f-]{27}"?[)\]]?/gi;
/** How Go's multierror frames its list: `1 error occurred:\n\t* text\n\n`. */
const LIST_HEAD = /\d+ errors? occurred: \* /g;

/** Empty where the store said nothing that can be shown. */
export function wordsOf(answer: JsonObject | undefined, secrets: readonly string[]): string {
  const errors = answer?.['errors'];
  if (!Array.isArray(errors)) return '';
  const texts = errors.filter((entry: JsonValue) => typeof entry === 'string');
  // Half a character in a secret would cut whole ones in two; a store reads and says it back as U+FFFD.
  const whole = secrets.map((secret) => secret.toWellFormed());
  return cut(
    texts
      .map((text) => tidy(text.toWellFormed(), whole))
      .filter((text) => text !== '')
      .join('; '),
  );
}

/** Each value of a request's JSON body: none of them may come back in a message. */
export function valuesOf(payload: string): string[] {
  const values: string[] = [];
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

function tidy(text: string, secrets: readonly string[]): string {
  // Twice: a value may hold what becomes one space, or be found only once it has.
  const shown = oneLine(redact(text, secrets));
  return redact(shown, secrets.map(oneLine))
    .replace(REQUEST_ID, '')
    .replace(LIST_HEAD, '')
    .replaceAll(' * ', '; ')
    .trim();
}

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
}

function redact(text: string, secrets: readonly string[]): string {
  let shown = text.replace(TOKENS, REDACTED);
  for (const form of formsOf(secrets)) {
    if (form.length >= SHORT_LENGTH) shown = shown.replaceAll(form, REDACTED);
    else
      shown = shown.replace(new RegExp(`(?<![\\p{L}\\p{N}])${RegExp.escape(form)}(?![\\p{L}\\p{N}])`, 'gu'), REDACTED);
  }
  return shown;
}

/** A store may quote a value as it is, escaped as in Go or JSON, encoded as in a URL, or one line or JWT part of it. */
function formsOf(secrets: readonly string[]): string[] {
  const forms = new Set<string>();
  for (const secret of secrets) {
    const parts = secret.split(/[\n.]/).filter((part) => part.length >= PART_LENGTH);
    for (const text of [secret, ...parts]) {
      forms.add(text);
      forms.add(JSON.stringify(text).slice(1, -1));
      forms.add(encodeURIComponent(text.toWellFormed()));
    }
  }
  forms.delete('');
  return [...forms].sort((a, b) => b.length - a.length);
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
