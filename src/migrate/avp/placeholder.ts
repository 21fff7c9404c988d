// The placeholders of argocd-vault-plugin in a text, found as it finds them (v1.18.1, pkg/kube/util.go).

export interface Placeholder {
  /** Undefined: the path of the resource's annotation. */
  readonly path: string | undefined;
  readonly key: string;
  readonly version: string | undefined;
  /** Each with its arguments. */
  readonly modifiers: readonly string[];
}

/** Texts and placeholders as they follow each other. */
export type Part = string | Placeholder;

const PATH_START = '<path:';
const PATH = 'path:';
const PATH_KEY_VERSION = /^([^#]+)#([^#]+)(?:#([^\n]+))?/;
/** Limit above any real path or key. */
const LONGEST = 4096;

/** @param hasPath whether the resource has the annotation: only then is every `<text>` a placeholder. */
export function parsePlaceholders(text: string, hasPath: boolean): readonly Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (const { start, end } of hasPath ? findMarked(text) : findWithPath(text)) {
    if (start > at) parts.push(text.slice(at, start));
    parts.push(toPlaceholder(text.slice(start, end)));
    at = end;
  }
  if (at < text.length) parts.push(text.slice(at));
  return parts;
}

/** Whether anything in it looks like a placeholder. */
export function hasMark(text: string): boolean {
  return findMarked(text).next().done !== true;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** As `(?mU)<(.*)>` does, in one pass. */
function* findMarked(text: string): Generator<Span> {
  const [nextEnd, nextLine] = [nextOf(text, '>'), nextOf(text, '\n')];
  for (let start = text.indexOf('<'); start !== -1; ) {
    const end = nextEnd(start + 1);
    const isOne = end < nextLine(start + 1);
    if (isOne) yield { start, end: end + 1 };
    start = text.indexOf('<', isOne ? end + 1 : start + 1);
  }
}

/** As `(?mU)<path:([^#]+)#([^#]+)(?:#([^#]+))?>` does, in one pass. */
function* findWithPath(text: string): Generator<Span> {
  const [firstHash, secondHash, thirdHash] = [nextOf(text, '#'), nextOf(text, '#'), nextOf(text, '#')];
  const [keyEnd, versionEnd] = [nextOf(text, '>'), nextOf(text, '>')];
  for (let start = text.indexOf(PATH_START); start !== -1; ) {
    const first = firstHash(start + PATH_START.length);
    const second = secondHash(first + 1);
    const withoutVersion = keyEnd(first + 2);
    const withVersion = versionEnd(second + 2);
    let end = Number.POSITIVE_INFINITY;
    if (first > start + PATH_START.length && second > first + 1) {
      if (withoutVersion < second) end = withoutVersion;
      else if (withVersion < thirdHash(second + 1)) end = withVersion;
    }
    if (Number.isFinite(end)) yield { start, end: end + 1 };
    start = text.indexOf(PATH_START, Number.isFinite(end) ? end + 1 : start + 1);
  }
}

/** The next place of a character, asked for from ever later places on; infinity if there is none. */
function nextOf(text: string, char: string): (from: number) => number {
  let found = -1;
  return (from) => {
    if (found < from) {
      const at = Number.isFinite(from) ? text.indexOf(char, from) : -1;
      found = at === -1 ? Number.POSITIVE_INFINITY : at;
    }
    return found;
  };
}

export function hasPlaceholder(parts: readonly Part[]): boolean {
  return parts.some((part) => typeof part !== 'string');
}

function toPlaceholder(match: string): Placeholder {
  const [first = '', ...modifiers] = without('<>', match).split('|');
  const head = without(' ', first);
  const found = head.length > LONGEST ? null : PATH_KEY_VERSION.exec(pathOf(head));
  const steps = modifiers.map((one) => one.trim());
  if (found === null) return { path: undefined, key: head, version: undefined, modifiers: steps };
  return { path: found[1] ?? '', key: (found[2] ?? '').trim(), version: found[3], modifiers: steps };
}

/** From the first path on that is not empty. */
function pathOf(head: string): string {
  let at = head.indexOf(PATH);
  while (at !== -1 && head.startsWith('#', at + PATH.length)) at = head.indexOf(PATH, at + PATH.length);
  return at === -1 ? '' : head.slice(at + PATH.length);
}

/** None of these characters at either end. */
function without(chars: string, text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && chars.includes(text.charAt(start))) start += 1;
  while (end > start && chars.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}
