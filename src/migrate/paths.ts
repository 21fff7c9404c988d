// Paths and keys as classes, policies and shells can name them.

/** Without what a policy takes for a pattern, a URL or a shell for something else, and nobody sees. */
const PATH = /^(?:(?!\.{1,2}(?:\/|$))[\p{L}\p{N}_.~@:=,-]+(?:\/(?!$)|$))+$/u;
const BAD_KEY = /^$|\p{Cc}|.{1000}/u;

/** Without empty parts, as stores and their clients leave them out; undefined if it cannot be named. */
export function cleanPath(given: string): string | undefined {
  const path = given.split('/').filter(Boolean).join('/');
  return PATH.test(path) ? path : undefined;
}

export function isKey(key: string): boolean {
  return !BAD_KEY.test(key);
}
