// Edits the text of a document in place: everything else stays the same, byte for byte. The result is parsed again and
// accepted only if its values are the intended ones.
import { isDeepStrictEqual } from 'node:util';
import type { YamlBounds } from './bounds.ts';
import { applyChange, type Change } from './change.ts';
import { emitBlock, emitField, emitFlow, emitScalar, type Value } from './emit.ts';
import { readYaml, type YamlProblems } from './parse.ts';
import { toValue } from './plain.ts';
import { spansWithout } from './spans-without.ts';
import { WrittenDocument, type WrittenNode } from './written.ts';

export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The edits, sorted by their offset in `text`.
 * @param text of one document that `readYaml` has read without a problem.
 * @returns undefined if a value has no place of its own (written.ts), or if the new text has other values than intended.
 */
export function rewriteYaml(text: string, changes: readonly Change[], bounds: YamlBounds): readonly Edit[] | undefined {
  // Positions of the parser do not count a byte order mark.
  const mark = text.startsWith('\u{feff}') ? 1 : 0;
  const document = new WrittenDocument(text.slice(mark));
  const joined = joinAppends(changes);
  const edits: Edit[] = [];
  // Deepest path first: if an inner and an outer list end at one offset, the inner list's additions must come first.
  for (const change of joined.toSorted((a, b) => b.path.length - a.path.length)) {
    const found = change.kind === 'remove' ? removals(document, change.path, change.names) : toEdit(document, change);
    if (found === undefined) return undefined;
    const newline = text.includes('\r\n') ? '\r\n' : '\n';
    for (const { start, end, text: put } of [found].flat())
      edits.push({ start: start + mark, end: end + mark, text: put.replaceAll('\n', newline) });
  }
  edits.sort((a, b) => a.start - b.start || a.end - b.end);
  if (edits.some((edit, index) => edit.start < (edits[index - 1]?.end ?? 0))) return undefined;
  return isMeant(text, joined, edits, bounds) ? edits : undefined;
}

export function applyEdits(text: string, edits: readonly Edit[]): string {
  let [done, at] = ['', 0];
  for (const edit of edits) {
    done += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return done + text.slice(at);
}

/** Merges all appends to one list, because the list may have to be created, and only once. */
function joinAppends(changes: readonly Change[]): readonly Change[] {
  const joined = new Map<string, Change>();
  for (const change of changes) {
    const key = JSON.stringify([change.kind, change.path]);
    const before = joined.get(key);
    if (change.kind === 'append' && before?.kind === 'append')
      joined.set(key, { ...change, values: [...before.values, ...change.values] });
    else joined.set(key, change);
  }
  return [...joined.values()];
}

function toEdit(document: WrittenDocument, change: Exclude<Change, { kind: 'remove' }>): Edit | undefined {
  if (change.kind === 'replace') return replace(document, change.path, change.values);
  const name = change.path.at(-1);
  const holder = document.find(change.path.slice(0, -1));
  if (holder === undefined || typeof name !== 'string') return undefined;
  const field = holder.field(name);
  if (change.kind === 'append' && (field?.value === undefined || field.value.isEmpty)) {
    if (field === undefined) return addField(document.text, holder, name, change.values);
    const end = field.value?.end ?? document.text.indexOf(':', field.key.end) + 1;
    return { start: field.key.start, end, text: fieldText(holder, name, change.values, field.column) };
  }
  const value = document.find(change.path);
  if (field === undefined || value === undefined) return undefined;
  if (change.kind === 'append') return append(document.text, value, change.values);
  if (change.kind === 'scalar') return { start: value.start, end: value.end, text: emitScalar(change.value) };
  if (change.kind === 'name') return { ...field.key, text: keyText(holder, change.name) };
  return { start: field.key.start, end: value.end, text: fieldText(holder, change.name, change.value, field.column) };
}

function removals(
  document: WrittenDocument,
  path: Change['path'],
  names: readonly string[],
): readonly Edit[] | undefined {
  const map = document.find(path);
  const spans = map === undefined ? undefined : spansWithout(document.text, map, new Set(names));
  return spans?.map(({ start, end }) => ({ start, end, text: '' }));
}

function replace(document: WrittenDocument, path: Change['path'], values: readonly Value[]): Edit | undefined {
  const node = document.find(path);
  if (node === undefined) return undefined;
  const { start, end, innerColumn: column } = node;
  const [first = null] = values;
  const list = path.length === 0 ? undefined : document.find(path.slice(0, -1));
  if (list !== undefined) {
    if (list.isFlow || node.isFlow)
      return list.isFlow ? { start, end, text: values.map(emitFlow).join(', ') } : undefined;
    const pad = `\n${' '.repeat(list.innerColumn)}- `;
    return { start, end, text: values.map((value) => emitBlock(value, column)).join(pad) };
  }
  if (node.isFlow) {
    return values.length === 1 ? { start, end, text: JSON.stringify(first, undefined, 2) } : undefined;
  }
  return { start, end, text: emitBlock(first, column) };
}

function append(text: string, list: WrittenNode, values: readonly Value[]): Edit {
  if (list.isFlow) {
    const at = endOfLastItem(text, list);
    return { start: at, end: at, text: `, ${values.map(emitFlow).join(', ')}` };
  }
  const column = list.innerColumn;
  const at = endOfLine(text, list.end);
  const lines = values.map((value) => `\n${' '.repeat(column)}- ${emitBlock(value, column + 2)}`);
  return { start: at, end: at, text: lines.join('') };
}

function addField(text: string, map: WrittenNode, name: string, value: Value): Edit {
  if (map.isFlow) {
    const at = endOfLastItem(text, map);
    return { start: at, end: at, text: `, ${fieldText(map, name, value, 0)}` };
  }
  const at = endOfLine(text, map.end);
  return { start: at, end: at, text: `\n${' '.repeat(map.innerColumn)}${emitField(name, value, map.innerColumn)}` };
}

/** Offset behind the last item: before the closing bracket and the space in front of it. */
function endOfLastItem(text: string, { start, end }: WrittenNode): number {
  return start + text.slice(start, end - 1).trimEnd().length;
}

/** Offset of the end of the line, behind its comment if there is one. */
function endOfLine(text: string, offset: number): number {
  const rest = /^[^\r\n]*/.exec(text.slice(offset, offset + 10_000))?.[0] ?? '';
  return offset + rest.length;
}

function keyText(map: WrittenNode, name: string): string {
  return map.isFlow ? JSON.stringify(name) : emitScalar(name);
}

function fieldText(map: WrittenNode, name: string, value: Value, column: number): string {
  return map.isFlow ? `${JSON.stringify(name)}: ${JSON.stringify(value)}` : emitField(name, value, column);
}

function isMeant(text: string, changes: readonly Change[], edits: readonly Edit[], bounds: YamlBounds): boolean {
  const before = meaningOf(text, bounds);
  const after = meaningOf(applyEdits(text, edits), bounds);
  return before !== undefined && isDeepStrictEqual(after, inOrder(changes).reduce(applyChange, before));
}

/** From the end, so that one item replaced by several does not shift others. Renames late, because paths use old names. */
function inOrder(changes: readonly Change[]): readonly Change[] {
  const rank = ({ kind }: Change) => ['append', 'scalar', 'field', 'name', 'remove', 'replace'].indexOf(kind);
  return changes.toSorted((a, b) => rank(a) - rank(b) || comparePaths(b.path, a.path));
}

function comparePaths(a: Change['path'], b: Change['path']): number {
  const index = a.findIndex((step, at) => step !== b[at]);
  if (index === -1) return a.length - b.length;
  const [one, other] = [a[index], b[index]];
  return typeof one === 'number' && typeof other === 'number' ? one - other : 0;
}

function meaningOf(text: string, bounds: YamlBounds): Value | undefined {
  const problems = new Count();
  const root = readYaml(text, bounds, problems);
  return root === undefined || problems.count > 0 ? undefined : toValue(root);
}

class Count implements YamlProblems {
  count = 0;

  addObject(): void {
    this.count += 1;
  }
}
