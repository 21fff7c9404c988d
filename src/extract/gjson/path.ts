// Splits the first part off a gjson path, as github.com/tidwall/gjson v1.20 does. A gjson path has no grammar of its own:
// its next part depends on whether the value is an object or an array.

/** The modifiers that users of External Secrets write; modifiers.ts applies them. */
export const MODIFIERS = ['this', 'keys', 'values', 'reverse', 'flatten', 'valid', 'fromstr', 'tostr'] as const;
export type Modifier = (typeof MODIFIERS)[number];

interface Part {
  readonly part: string;
  /** The rest after a dot. */
  readonly path: string | undefined;
  /** The rest after `|`, or after a dot before a modifier: applied to the result of all before it. */
  readonly pipe: string | undefined;
}

export interface ObjectPart extends Part {
  readonly isWild: boolean;
}

export interface ArrayPart extends Part {
  /** It holds `#` and is no index. */
  readonly isOfAll: boolean;
  /** In `#.path`, the path that is applied to each item. */
  readonly each: string | undefined;
  readonly query: Query | undefined;
}

/** `#(path op value)`; `#(...)#` for all that match. */
export interface Query {
  readonly path: string;
  /** Empty: the query asks whether the path exists. */
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

/** A dot before a modifier acts as a pipe. */
function isPiped(rest: string): boolean {
  return modifierOf(rest) !== undefined;
}

/** Splits `@name` off the front; undefined if the path does not begin with a known modifier. */
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

/** Index of the `)` that closes the query at the front; -1 if there is none. */
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

/** Splits the path for each item from the pipe that follows the list of all results. */
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
