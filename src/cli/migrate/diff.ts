// A file's changes as `diff -u` prints them, out of the edits that made them.
import type { WrittenFile } from '../../migrate/rewrite-files.ts';
import { applyEdits, type Edit } from '../../yaml/rewrite.ts';

const CONTEXT = 3;

/** Lines that went and those in their place, from line `start` on, counted from 0. */
interface Hunk {
  readonly start: number;
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** Empty if nothing changes. */
export function formatDiff({ name, before, edits }: WrittenFile): string {
  if (edits.length === 0) return '';
  const lines = linesOf(before);
  let shift = 0;
  const groups = group(regionsOf(before, edits).map((region) => trim(region))).map((hunks) => {
    const from = Math.max(0, (hunks[0]?.start ?? 0) - CONTEXT);
    const last = hunks.at(-1);
    const to = Math.min(lines.length, (last?.start ?? 0) + (last?.removed.length ?? 0) + CONTEXT);
    const body: string[] = [];
    let at = from;
    for (const { start, removed, added } of hunks) {
      body.push(...lines.slice(at, start).map((line) => ` ${line}`));
      body.push(...removed.map((line) => `-${line}`), ...added.map((line) => `+${line}`));
      at = start + removed.length;
    }
    body.push(...lines.slice(at, to).map((line) => ` ${line}`));
    const grown = hunks.reduce((sum, { removed, added }) => sum + added.length - removed.length, 0);
    const head = `@@ -${rangeOf(from, to - from)} +${rangeOf(from + shift, to - from + grown)} @@\n`;
    shift += grown;
    return head + body.map(endLine).join('');
  });
  return `--- ${name}\n+++ ${name}\n${groups.join('')}`;
}

/** The whole lines that each edit touches; those that share a line are one. */
function regionsOf(before: string, edits: readonly Edit[]): readonly Hunk[] {
  const regions: { from: number; to: number; edits: Edit[] }[] = [];
  for (const edit of edits) {
    const from = before.lastIndexOf('\n', edit.start - 1) + 1;
    const end = before.indexOf('\n', edit.end);
    const to = end === -1 ? before.length : end + 1;
    const last = regions.at(-1);
    if (last !== undefined && from < last.to) {
      last.to = Math.max(last.to, to);
      last.edits.push(edit);
    } else regions.push({ from, to, edits: [edit] });
  }
  let [line, at] = [0, 0];
  return regions.map(({ from, to, edits: own }) => {
    line += linesOf(before.slice(at, from)).length;
    const text = before.slice(from, to);
    const moved = own.map((edit) => ({ ...edit, start: edit.start - from, end: edit.end - from }));
    const hunk = { start: line, removed: linesOf(text), added: linesOf(applyEdits(text, moved)) };
    line += hunk.removed.length;
    at = to;
    return hunk;
  });
}

function trim({ start, removed, added }: Hunk): Hunk {
  let head = 0;
  while (head < removed.length && removed[head] === added[head]) head += 1;
  let tail = 0;
  const most = Math.min(removed.length, added.length) - head;
  while (tail < most && removed.at(-1 - tail) === added.at(-1 - tail)) tail += 1;
  return {
    start: start + head,
    removed: removed.slice(head, removed.length - tail),
    added: added.slice(head, added.length - tail),
  };
}

/** Those whose context would overlap. */
function group(hunks: readonly Hunk[]): readonly (readonly Hunk[])[] {
  const groups: Hunk[][] = [];
  for (const hunk of hunks) {
    const last = groups.at(-1)?.at(-1);
    const isNear = last !== undefined && hunk.start - (last.start + last.removed.length) <= 2 * CONTEXT;
    if (isNear) groups.at(-1)?.push(hunk);
    else groups.push([hunk]);
  }
  return groups;
}

/** Each with its end, which the last may not have. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function endLine(line: string): string {
  return line.endsWith('\n') ? line : `${line}\n\\ No newline at end of file\n`;
}

function rangeOf(start: number, count: number): string {
  return `${count === 0 ? start : start + 1},${count}`;
}
