// As much of XML as a JUnit report may hold, and nothing more: what is not well-formed is refused.
import assert from 'node:assert/strict';

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  readonly text: string;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
/** Char of XML 1.0. */
const CHARS = /^[\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

export function parseXml(text: string): Element {
  assert.ok(text.startsWith(DECLARATION));
  assert.match(text, CHARS);
  const [root, rest] = readElement(text.slice(DECLARATION.length));
  assert.equal(rest.trim(), '');
  return root;
}

function readElement(text: string): readonly [Element, string] {
  const [head = '', name = '', pairs = '', isEmpty] =
    /^<([a-z-]+)((?: [a-z]+="[^"<]*")*)(\/?)>/.exec(text) ?? assert.fail(`no element: ${text.slice(0, 60)}`);
  const named = [...pairs.matchAll(/ ([a-z]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, plain(value)]);
  assert.equal(new Set(named.map(([key]) => key)).size, named.length, 'an attribute twice');
  const attributes = Object.fromEntries(named);
  let rest = text.slice(head.length);
  if (isEmpty) return [{ name, attributes, children: [], text: '' }, rest];
  const children: Element[] = [];
  let inner = '';
  while (!rest.startsWith('</')) {
    const [words = ''] = /^[^<]*/.exec(rest) ?? [];
    inner += plain(words);
    rest = rest.slice(words.length);
    if (rest.startsWith('</')) break;
    const [child, after] = readElement(rest);
    children.push(child);
    rest = after;
  }
  assert.ok(rest.startsWith(`</${name}>`), `${name} is not closed`);
  return [{ name, attributes, children, text: inner }, rest.slice(name.length + 3)];
}

function plain(text: string): string {
  return text.replace(/&(\w*;?)/g, (_, word: string) => ENTITIES[word.replace(/;$/, '')] ?? assert.fail(`&${word}`));
}
