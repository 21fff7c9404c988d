// html, js and urlquery: the text of their arguments, escaped.
import { defineVariadic } from '../function.ts';
import { sprintPointed } from '../print/printf.ts';
import { isPrintable } from '../print/quoted.ts';
import { isByte, toBytes } from '../text.ts';

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

export const html = defineVariadic([], 'interface {}', (context, values) =>
  sprintPointed(context, values).replace(/["'&<>\0]/g, (char) => HTML.get(char) as string),
);

export const js = defineVariadic([], 'interface {}', (context, values) =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is escaped.
  sprintPointed(context, values).replace(/[\\'"<>&=\0-\x1f]|[^\0-\x7f]/gu, (char) => {
    const code = char.codePointAt(0) as number;
    const known = JS.get(char);
    if (known !== undefined) return known;
    if (code < 0x20) return `\\u00${code.toString(16).toUpperCase().padStart(2, '0')}`;
    return isByte(code) || isPrintable(code) ? char : `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
  }),
);

export const urlquery = defineVariadic([], 'interface {}', (context, values) => {
  const text = sprintPointed(context, values);
  context.claim(text.length);
  const plain = text.isWellFormed() ? encodeURIComponent(text) : encodeBytes(toBytes(text));
  return plain
    .replaceAll('%20', '+')
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
});

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
