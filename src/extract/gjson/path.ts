// One part of a gjson path, as github.com/tidwall/gjson v1.20 takes it off the front: a path has no grammar of its own, what
// its next part is depends on whether the value is an object or an array.

/** Those that External Secrets' users write; what they do is in modifiers.ts. */
export const MODIFIERS = ['this', 'keys', 'values', 'reverse', 'flatten', 'valid', 'fromstr', 'tostr'] as const;
export type Modifier = (typeof MODIFIERS)[number];

interface Part {
  readonly part: string;
  /** What follows a dot. */
  readonly path: string | undefined;
  /** What follows `|`, or a dot before a modifier: it is applied to what comes out of all before it. */
  readonly pipe: string | undefined;
}

export interface ObjectPart extends Part {
  readonly isWild: boolean;
}

export interface ArrayPart extends Part {
  /** It holds `#`, and is no index. */
  readonly isOfAll: boolean;
  /** What is asked of each item, of `#.path`. */
  readonly each: string | undefined;
  readonly query: Query | undefined;
}

/** `#(path op value)`; `#(...)#` for all that match. */
export interface Query {
  readonly path: string;
  /** Empty: whether there is anything at the path. */
  readonly operator: string;
  readonly value: string;
  readonly isForAll: boolean;
}

export function objectPart(path: string): ObjectPart {
  let part = '';
  let isWild = false;
  for (let at = 0; at < path.length; at += 1) {
    const char = path[at] as string;
    if (char === '|') return { part, path: undefined, pipe: path.slice(at + 1), isWild };
    if (char === '.') return { part, ...afterDot(path.slice(at + 1)), isWild };
    if (char === '\\') {
      at += 1;
      part += path[at] ?? '';
      continue;
    }
    if (char === '*' || char === '?') isWild = true;
    part += char;
  }
  return { part, path: undefined, pipe: undefined, isWild };
}

function afterDot(rest: string): Pick<Part, 'path' | 'pipe'> {
  return isPiped(rest) ? { path: undefined, pipe: rest } : { path: rest, pipe: undefined };
}

/** Before a modifier a dot is a pipe. */
function isPiped(rest: string): boolean {
  return modifierOf(rest) !== undefined;
}

/** Of `@name` at the front, and what follows it. */
export function modifierOf(path: string): { readonly name: Modifier; readonly rest: string } | undefined {
  if (path[0] !== '@') return undefined;
  const end = path.search(/[.|:]/);
  const word = end === -1 ? path.slice(1) : path.slice(1, end);
  const name = MODIFIERS.find((one) => one === word);
  return name === undefined ? undefined : { name, rest: end === -1 ? '' : path.slice(end) };
}

export function arrayPart(path: string): ArrayPart {
  let isOfAll = false;
  let query: Query | undefined;
  let each: string | undefined;
  for (let at = 0; at < path.length; at += 1) {
    const char = path[at];
    if (char === '|')
      return { part: path.slice(0, at), path: undefined, pipe: path.slice(at + 1), isOfAll, each, query };
    if (char === '.') {
      const rest = path.slice(at + 1);
      const next = isOfAll ? { path: rest, pipe: undefined } : afterDot(rest);
      return { part: path.slice(0, at), ...next, isOfAll, each, query };
    }
    if (char !== '#') continue;
    isOfAll = true;
    if (at > 0) continue;
    if (path[1] === '.') each = path.slice(2);
    else if (path[1] === '(') {
      const end = endOfQuery(path);
      query = readQuery(path.slice(2, end), path[end + 1] === '#');
      at = end;
    }
  }
  return { part: path, path: undefined, pipe: undefined, isOfAll, each, query };
}

/** Where the `)` of a query that starts at the front is; -1 if it has none. */
export function endOfQuery(path: string): number {
  let depth = 1;
  for (let at = 2; at < path.length; at += 1) {
    const char = path[at];
    if (char === '\\') at += 1;
    else if (char === '(' || char === '[') depth += 1;
    else if (char === '"') at = endOfText(path, at);
    else if (char === ')' || char === ']') {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return -1;
}

/** At the closing quote. */
function endOfText(path: string, quote: number): number {
  let at = quote + 1;
  while (at < path.length && path[at] !== '"') at += path[at] === '\\' ? 2 : 1;
  return at;
}

const OPERATORS = ['!=', '!%', '<=', '>=', '==', '=', '<', '>', '%'];

function readQuery(inner: string, isForAll: boolean): Query {
  const start = startOfOperator(inner);
  if (start === -1) return { path: trim(inner), operator: '', value: '', isForAll };
  const compared = trim(inner.slice(start));
  const written = OPERATORS.find((one) => compared.startsWith(one)) ?? '';
  const value = trim(compared.slice(written.length));
  const operator = written === '==' ? '=' : written;
  return { path: trim(inner.slice(0, start)), operator, value: unquoted(value), isForAll };
}

function startOfOperator(inner: string): number {
  let depth = 1;
  for (let at = 0; at < inner.length; at += 1) {
    const char = inner[at] as string;
    if (depth === 1 && '!=<>%'.includes(char)) return at;
    if (char === '\\') at += 1;
    else if (char === '(' || char === '[') depth += 1;
    else if (char === ')' || char === ']') depth -= 1;
    else if (char === '"') at = endOfText(inner, at);
  }
  return -1;
}

function unquoted(value: string): string {
  if (value.length < 2 || !value.startsWith('"') || !value.endsWith('"')) return value;
  if (!value.includes('\\')) return value.slice(1, -1);
  try {
    return JSON.parse(value) as string;
  } catch {
    return value.slice(1, -1);
  }
}

function trim(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && text.charCodeAt(from) <= 0x20) from += 1;
  while (to > from && text.charCodeAt(to - 1) <= 0x20) to -= 1;
  return text.slice(from, to);
}

/** Of what is asked of each item: what goes on with the list of all answers. */
export function splitAtPipe(path: string): { readonly left: string; readonly pipe: string | undefined } {
  for (let at = 0; at < path.length; at += 1) {
    const char = path[at];
    if (char === '\\') at += 1;
    else if (char === '.' && path.startsWith('#(', at + 1)) {
      const end = endOfQuery(path.slice(at + 1));
      at = end === -1 ? path.length : at + 1 + end;
    } else if (char === '|') return { left: path.slice(0, at), pipe: path.slice(at + 1) };
  }
  return { left: path, pipe: undefined };
}
