// docs/performance.md: its prose is written by people, its tables by a run, each between two marks.
import type { Results } from './results.ts';
import { type Table, toMarkdown } from './table.ts';

/** @throws Error where the page has no place for a table, or a place that no table fills. */
export function fillPage(page: string, tables: readonly Table[], results: Results): string {
  const blocks = new Map(tables.map((table) => [table.name, toMarkdown(table)]));
  blocks.set('machine', `Measured on ${results.machine}, ${results.versions}.`);
  const filled = page.replace(/<!-- bench:(\w+) -->[\s\S]*?<!-- bench -->/g, (_, name: string) => {
    const block = blocks.get(name);
    if (block === undefined) throw new Error(`the bench has no ${name}`);
    blocks.delete(name);
    return `<!-- bench:${name} -->\n${block}\n<!-- bench -->`;
  });
  if (blocks.size > 0) throw new Error(`docs/performance.md has no place for ${[...blocks.keys()].join(', ')}`);
  return filled;
}
