// Changes of documents to the texts of their files. A file without a change is the same text.
import { MANIFEST_BOUNDS } from '../manifest/documents.ts';
import type { Source } from '../manifest/finding.ts';
import type { Change } from '../yaml/change.ts';
import { emitBlock, type Value } from '../yaml/emit.ts';
import { applyEdits, type Edit, rewriteYaml } from '../yaml/rewrite.ts';
import type { Place } from './input.ts';

export interface PlacedChange {
  readonly place: Place;
  readonly change: Change | Addition;
}

/** Resources behind those of a document. */
export interface Addition {
  readonly kind: 'add';
  readonly values: readonly Value[];
}

export interface WrittenFile {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  /** In the order in which they stand in `before`. */
  readonly edits: readonly Edit[];
}

export interface Rewritten {
  readonly files: readonly WrittenFile[];
  /** Those whose changes have no place in their text. */
  readonly unwritable: ReadonlySet<Place>;
}

export function rewriteFiles(sources: readonly Source[], changes: readonly PlacedChange[]): Rewritten {
  const unwritable = new Set<Place>();
  const edits = new Map<string, Edit[]>();
  for (const [place, placed] of Map.groupBy(changes, (one) => one.place)) {
    const { document, offset } = place;
    const found = editsOf(
      document.text,
      placed.map(({ change }) => change),
    );
    if (found === undefined) unwritable.add(place);
    const moved = (found ?? []).map(({ start, end, text }) => ({ start: start + offset, end: end + offset, text }));
    edits.set(document.file, [...(edits.get(document.file) ?? []), ...moved]);
  }
  const files = sources.map(({ name, text }) => {
    const ours = (edits.get(name) ?? []).sort((a, b) => a.start - b.start || a.end - b.end);
    return { name, before: text, after: applyEdits(text, ours), edits: ours };
  });
  return { files, unwritable };
}

function editsOf(text: string, changes: readonly PlacedChange['change'][]): readonly Edit[] | undefined {
  const more: Value[] = [];
  const distinct = new Map(changes.map((change) => [JSON.stringify(change), change]));
  const placed = [...distinct.values()].flatMap((change): readonly Change[] => {
    if (change.kind === 'add') {
      more.push(...change.values);
      return [];
    }
    if (change.kind !== 'replace' || change.path.length > 0 || change.values.length === 1) return [change];
    if (isJson(text)) return [{ ...change, values: [listOf(change.values)] }];
    more.push(...change.values.slice(1));
    return [{ ...change, values: change.values.slice(0, 1) }];
  });
  const edits = rewriteYaml(text, placed, MANIFEST_BOUNDS);
  if (edits === undefined || more.length === 0) return edits;
  if (isJson(text)) return withList(text, edits, more);
  return [...edits, { start: text.length, end: text.length, text: moreDocuments(text, more) }];
}

function listOf(items: readonly Value[]): Value {
  return { apiVersion: 'v1', kind: 'List', items };
}

/** JSON has no documents. */
function withList(text: string, edits: readonly Edit[], more: readonly Value[]): readonly Edit[] | undefined {
  const [start, end] = [text.length - text.trimStart().length, text.trimEnd().length];
  if (text[end - 1] !== '}') return undefined;
  const [head, tail] = JSON.stringify(listOf([])).split('[]');
  const others = more.map((value) => `, ${JSON.stringify(value, undefined, 2)}`).join('');
  return [{ start, end: start, text: `${head}[` }, ...edits, { start: end, end, text: `${others}]${tail}` }];
}

/** Behind the document, whose own text ends where the next one's mark begins. */
function moreDocuments(text: string, more: readonly Value[]): string {
  const documents = more.map((value) => `---\n${emitBlock(value, 0)}\n`).join('');
  const whole = text.endsWith('\n') ? documents : `\n${documents}`;
  return text.includes('\r\n') ? whole.replaceAll('\n', '\r\n') : whole;
}

function isJson(text: string): boolean {
  return /^\s*[{[]/.test(text);
}
