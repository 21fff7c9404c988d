// A page of figures: its prose is written by people, its tables by a run, each between two marks.
import type { Results } from './results.ts';
import { type Table, toMarkdown } from './table.ts';

/**
 * Places of tables that are not given stay as they are.
 * @param measuredOn undefined: on no machine, it was computed
 * @throws Error if the page has no place for a table
 */
export function fillPage(
  page: string,
  command: 'bench' | 'soak' | 'fleet',
  tables: readonly Table[],
  measuredOn: Pick<Results, 'machine' | 'versions'> | undefined,
): string {
  const blocks = new Map(tables.map((table) => [table.name, toMarkdown(table)]));
  if (measuredOn !== undefined) blocks.set('machine', `Measured on ${measuredOn.machine}, ${measuredOn.versions}.`);
  const places = new RegExp(`<!-- ${command}:([\\w-]+) -->[\\s\\S]*?<!-- ${command} -->`, 'g');
  const filled = page.replace(places, (place, name: string) => {
    const block = blocks.get(name);
    if (block === undefined) return place;
    blocks.delete(name);
    return `<!-- ${command}:${name} -->\n${block}\n<!-- ${command} -->`;
  });
  if (blocks.size > 0) throw new Error(`the page has no place for ${[...blocks.keys()].join(', ')}`);
  return filled;
}
