// A template may make the path of a secret of a value that it read, and an error that names the path would tell the value.
import { MountError } from '../errors.ts';

/** A path as a template has it. */
export interface NamedPath {
  /** Of its read. */
  readonly key: string;
  readonly path: string;
}

/**
 * The errors of reads whose path has a part that stands in no template and is no name out of a list: without the path.
 * @param listed names in the lists that templates asked for
 */
export function hidePaths(
  paths: Iterable<NamedPath>,
  texts: readonly string[],
  listed: ReadonlySet<string>,
  errors: ReadonlyMap<string, MountError>,
): ReadonlyMap<string, MountError> {
  if (errors.size === 0) return errors;
  const hidden = new Map(errors);
  const isShown = (part: string) => listed.has(part) || texts.some((text) => text.includes(part));
  for (const { key, path } of paths) {
    const error = errors.get(key);
    if (error === undefined || path.split('/').every(isShown)) continue;
    hidden.set(key, new MountError(error.reason, HIDDEN));
  }
  return hidden;
}

const HIDDEN =
  "a secret whose path the template makes of values that it read; the path is not shown, as it may hold one: it is in the store's audit log";
