// Which file names the driver's writer takes (driver v1.6.0, pkg/util/fileutil: validatePath, and
// filepath.Clean must leave the path as it is), and which of them cannot stand side by side.

/** Names the volume as a folder. */
export const VOLUME = '.';
/** PATH_MAX and NAME_MAX of Linux, which the driver checks as bytes. */
const LONGEST_PATH_BYTES = 4096;
const LONGEST_ELEMENT_BYTES = 255;

/** What is wrong with a name, or undefined. */
export function findPathProblem(name: string): string | undefined {
  if (name === '') return 'objectName is empty; write the name of the file';
  if (name.includes('\0') || !name.isWellFormed())
    return 'objectName holds a character no file name can hold; remove it';
  if (name.startsWith('/')) return 'objectName starts with "/"; write it without: files lie below the mount path';
  if (name.endsWith('/')) return 'objectName ends with "/"; write the name of a file';
  if (Buffer.byteLength(name) > LONGEST_PATH_BYTES)
    return `objectName is longer than ${LONGEST_PATH_BYTES} bytes; shorten it`;
  const elements = name.split('/');
  if (elements.includes('..')) return 'objectName holds a ".." element; write the path without it';
  if (elements.includes('.')) return 'objectName holds a "." element; write the path without it';
  if (elements.includes('')) return 'objectName holds "//"; write one "/"';
  if (name.startsWith('..'))
    return 'objectName starts with "..", which the driver keeps for itself; write another name';
  if (elements.some((element) => Buffer.byteLength(element) > LONGEST_ELEMENT_BYTES)) {
    return `objectName has a part longer than ${LONGEST_ELEMENT_BYTES} bytes; shorten it`;
  }
  return undefined;
}

export interface Clash<Item> {
  /** Its path is a folder for the other. */
  readonly file: Item;
  readonly inner: Item;
}

/** Finds files whose path is also a folder of another item. Paths must be distinct and clean. */
export function findClashes<Item extends { readonly name: string; readonly isFolder: boolean }>(
  items: readonly Item[],
): readonly Clash<Item>[] {
  // With NUL for "/" (no name holds one) whatever lies below a path sorts right behind it.
  const sorted = items.map((item) => ({ item, path: item.name.replaceAll('/', '\0') }));
  sorted.sort((a, b) => (a.path < b.path ? -1 : 1));
  const clashes: Clash<Item>[] = [];
  let top = sorted[0];
  for (const entry of sorted) {
    if (top !== undefined && entry.path.startsWith(`${top.path}\0`))
      clashes.push({ file: top.item, inner: entry.item });
    else top = entry.item.isFolder ? undefined : entry;
  }
  return clashes;
}
