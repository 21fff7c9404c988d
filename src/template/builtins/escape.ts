// html, js and urlquery: the text of their arguments, escaped.
import { defineVariadic } from '../function.ts';
import { sprintPointed } from '../print/printf.ts';
import { isPrintable } from '../print/quoted.ts';
import { escapedInParts, isByte, toBytes } from '../text.ts';
import type { TemplateFunction } from '../value.ts';

const HTML: ReadonlyMap<string, string> = new Map([
  ['"', '&#34;'],
  ["'", '&#39;'],
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['\0', '\ufffd'],
]);
const JS: ReadonlyMap<string, string> = new Map([
  ['\\', '\\\\'],
  ["'", "\\'"],
  ['"', '\\"'],
  ['<', '\\u003C'],
  ['>', '\\u003E'],
  ['&', '\\u0026'],
  ['=', '\\u003D'],
]);

const NOT_HTML = /["'&<>\0]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is escaped.
const NOT_JS = /[\\'"<>&=\0-\x1f]|[^\0-\x7f]/gu;

export const html = escaping((part) => part.replace(NOT_HTML, (char) => HTML.get(char) as string));
export const js = escaping((part) => part.replace(NOT_JS, escapedForJs));
export const urlquery = escaping((part) => {
  const plain = part.isWellFormed() ? encodeURIComponent(part) : encodeBytes(toBytes(part));
  return plain
    .split('%20')
    .join('+')
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
});

function escaping(toEscaped: (part: string) => string): TemplateFunction {
  return defineVariadic([], 'interface {}', (context, values) =>
    escapedInParts(sprintPointed(context, values), toEscaped, (length) => context.claim(length)),
  );
}

function escapedForJs(char: string): string {
  const code = char.codePointAt(0) as number;
  const known = JS.get(char);
  if (known !== undefined) return known;
  if (code < 0x20) return `\\u00${code.toString(16).toUpperCase().padStart(2, '0')}`;
  return isByte(code) || isPrintable(code) ? char : `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

function encodeBytes(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    const isAscii = byte < 0x80;
    text += isAscii
      ? encodeURIComponent(String.fromCharCode(byte))
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return text;
}
