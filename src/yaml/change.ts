// The changes that a document allows, and how each changes its parsed values. rewrite.ts edits the text, applies the same
// change to the values, and accepts the text only if it parses to those values.
import { isList, type Value } from './emit.ts';

/** The names and list indices that lead to a value. */
export type Path = readonly (string | number)[];

export type Change =
  /** Replaces the text of a scalar. */
  | { readonly kind: 'scalar'; readonly path: Path; readonly value: string }
  /** Renames a field; its value stays. */
  | { readonly kind: 'name'; readonly path: Path; readonly name: string }
  /** Replaces the field at `path` by another field. */
  | { readonly kind: 'field'; readonly path: Path; readonly name: string; readonly value: Value }
  /** Appends to a list, or adds the list if it is absent. `path` leads to the field of the list. */
  | { readonly kind: 'append'; readonly path: Path; readonly values: readonly Value[] }
  /** Removes these fields from the map at `path`. At least one field must stay. */
  | { readonly kind: 'remove'; readonly path: Path; readonly names: readonly string[] }
  /** Replaces a whole resource: the document, or an item of a list. */
  | { readonly kind: 'replace'; readonly path: Path; readonly values: readonly Value[] };

export function applyChange(root: Value, { path, ...change }: Change): Value {
  if (change.kind === 'replace' && path.length === 0) return change.values[0] ?? null;
  if (change.kind === 'remove' && path.length === 0) return without(root, change.names);
  return changeAt(root, path, (holder, last) => {
    if (change.kind === 'replace') {
      return isList(holder) ? holder.toSpliced(Number(last), 1, ...change.values) : holder;
    }
    if (change.kind === 'remove') {
      if (isList(holder)) return holder.with(Number(last), without(holder[Number(last)], change.names));
      return { ...holder, [last]: without(holder[last], change.names) };
    }
    if (isList(holder)) return change.kind === 'scalar' ? holder.with(Number(last), change.value) : holder;
    if (change.kind === 'scalar') return { ...holder, [last]: change.value };
    if (change.kind === 'append') {
      const before = holder[last];
      return { ...holder, [last]: [...(isList(before) ? before : []), ...change.values] };
    }
    const entries = Object.entries(holder).map(([name, value]) => {
      if (name !== String(last)) return [name, value] as const;
      return [change.name, change.kind === 'field' ? change.value : value] as const;
    });
    return Object.fromEntries(entries);
  });
}

function without(map: Value | undefined, names: readonly string[]): Value {
  if (typeof map !== 'object' || map === null || isList(map)) return map ?? null;
  return Object.fromEntries(Object.entries(map).filter(([name]) => !names.includes(name)));
}

type Holder = readonly Value[] | { readonly [name: string]: Value };

function changeAt(root: Value, path: Path, change: (holder: Holder, last: string | number) => Value): Value {
  const [first, ...rest] = path;
  if (first === undefined || typeof root !== 'object' || root === null) return root;
  if (rest.length === 0) return change(root, first);
  if (isList(root)) return root.with(Number(first), changeAt(root[Number(first)] ?? null, rest, change));
  return { ...root, [first]: changeAt((root as { [name: string]: Value })[first] ?? null, rest, change) };
}
