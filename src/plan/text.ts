// Checks that every text from a class passes before it travels on: nothing that a header, a URL or a log
// line would trip over.

const CONTROL = /\p{Cc}/u;

/** No control characters, and whole surrogate pairs only: encodeURIComponent throws on half of one. */
export function isCleanText(text: string): boolean {
  return text.isWellFormed() && !CONTROL.test(text);
}
