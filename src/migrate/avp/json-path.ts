// kubectl's JSONPath, by which argocd-vault-plugin selects (client-go v0.29): in the form of RFC 9535 if it leads to one
// value, else as statements of a template.
import { member, plainText } from '../go-template.ts';

type Segment = string | number;

/** `$` and `@` are both where the path begins. */
const PATH = /^[$@]?((?:\.[A-Za-z_][\w-]*|\[\d{1,9}\]|\['[^'\\]{1,200}'\]){1,50})$/;
const SEGMENT = /\.([A-Za-z_][\w-]*)|\[(\d+)\]|\['([^'\\]+)'\]/g;
const ALL = '[*]';
const ESCAPES: Readonly<Record<string, string | undefined>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '"': '"',
  "'": "'",
  '\\': '\\',
};

/** Undefined if it selects several values or none by a plain path. */
export function toRfc9535(path: string): string | undefined {
  const [only, ...more] = readPieces(path) ?? [];
  const segments = only?.kind === 'action' && more.length === 0 ? readSegments(only.text) : undefined;
  if (segments === undefined) return undefined;
  const written = segments.map((one) => {
    if (typeof one === 'number') return `[${one}]`;
    return /^[A-Za-z_]\w*$/.test(one) ? `.${one}` : `[${JSON.stringify(one)}]`;
  });
  return `$${written.join('')}`;
}

/** The text of one value; undefined if the path selects anything else. @param root what it selects from. */
export function jsonPathExpression(path: string, root: string): string | undefined {
  const [only, ...more] = readPieces(path) ?? [];
  const segments = only?.kind === 'action' && more.length === 0 ? readSegments(only.text) : undefined;
  return segments === undefined ? undefined : textOf(reach(root, segments));
}

/** Texts, paths, one `[*]` in each, and ranges over such; undefined for what has more. */
export function jsonPathStatements(path: string, root: string): string | undefined {
  const pieces = readPieces(path);
  if (pieces === undefined) return undefined;
  let statements = '';
  let place = root;
  for (const { kind, text } of pieces) {
    const statement = kind === 'text' ? plainText(text) : actionStatement(text, place);
    if (statement === undefined) return undefined;
    if (/^range\s/.test(text) && kind === 'action') place = '.';
    else if (text === 'end' && kind === 'action') place = root;
    statements += statement;
  }
  return place === root ? statements : undefined;
}

function actionStatement(text: string, place: string): string | undefined {
  if (text === 'end') return place === '.' ? '{{ end }}' : undefined;
  const range = /^range\s+(\S+)$/.exec(text)?.[1];
  if (range !== undefined) {
    const list = range.endsWith(ALL) && place !== '.' ? listAt(range.slice(0, -ALL.length), place) : undefined;
    return list === undefined ? undefined : `{{ range ${list} }}`;
  }
  const at = text.indexOf(ALL);
  if (at === -1) {
    const segments = readSegments(text);
    return segments === undefined ? undefined : `{{ ${textOf(reach(place, segments))} }}`;
  }
  const list = listAt(text.slice(0, at), place);
  const rest = text.slice(at + ALL.length);
  const segments = rest === '' ? [] : readSegments(rest);
  if (list === undefined || segments === undefined) return undefined;
  const each = textOf(reach('$one', segments));
  return `{{ range $index, $one := ${list} }}{{ if $index }} {{ end }}{{ ${each} }}{{ end }}`;
}

function listAt(path: string, place: string): string | undefined {
  if (path === '' || path === '$' || path === '@') return place;
  const segments = readSegments(path);
  return segments === undefined ? undefined : reach(place, segments);
}

/** As the plugin prints it: texts and numbers as they are, all else as JSON. */
function textOf(value: string): string {
  return `ternary (toJson ${value}) (toString ${value}) (has (kindOf ${value}) (list "map" "slice" "invalid"))`;
}

function reach(root: string, segments: readonly Segment[]): string {
  return segments.reduce<string>(
    (at, segment) => (typeof segment === 'number' ? `(index ${at} ${segment})` : member(at, segment)),
    root,
  );
}

function readSegments(text: string): readonly Segment[] | undefined {
  const path = PATH.exec(text)?.[1];
  if (path === undefined) return undefined;
  return [...path.matchAll(SEGMENT)].map(([, plain, index, quoted]) =>
    index === undefined ? (plain ?? quoted ?? '') : Number(index),
  );
}

interface Piece {
  readonly kind: 'text' | 'action';
  readonly text: string;
}

/** What stands outside of braces, and within; a quoted text within is a text. */
function readPieces(path: string): readonly Piece[] | undefined {
  const pieces: Piece[] = [];
  for (let at = 0; at < path.length; ) {
    if (path.charAt(at) !== '{') {
      const end = path.indexOf('{', at);
      pieces.push({ kind: 'text', text: path.slice(at, end === -1 ? undefined : end) });
      at = end === -1 ? path.length : end;
      continue;
    }
    const inner = readAction(path, at + 1);
    if (inner === undefined) return undefined;
    pieces.push(inner.piece);
    at = inner.end;
  }
  return pieces;
}

/** @param from behind its opening brace. */
function readAction(path: string, from: number): { readonly piece: Piece; readonly end: number } | undefined {
  let start = from;
  while (path.charAt(start) === ' ') start += 1;
  if (path.charAt(start) !== '"') {
    const end = path.indexOf('}', start);
    const text = path.slice(start, end).trimEnd();
    return end === -1 || /["{]/.test(text) ? undefined : { piece: { kind: 'action', text }, end: end + 1 };
  }
  let end = start + 1;
  while (end < path.length && path.charAt(end) !== '"') end += path.charAt(end) === '\\' ? 2 : 1;
  const text = withoutEscapes(path.slice(start + 1, end));
  const brace = path.indexOf('}', end);
  if (text === undefined || brace === -1 || path.slice(end + 1, brace).trim() !== '') return undefined;
  return { piece: { kind: 'text', text }, end: brace + 1 };
}

function withoutEscapes(quoted: string): string | undefined {
  let isOdd = false;
  const text = quoted.replace(/\\(.)/g, (_, char: string) => {
    const meant = ESCAPES[char];
    if (meant === undefined) isOdd = true;
    return meant ?? '';
  });
  return isOdd ? undefined : text;
}
