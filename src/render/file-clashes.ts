// Files of a volume that clash. The parser compared those that a class names; the names that a folder of keys brings are
// known only now.
import { MountError } from '../errors.ts';
import { findClashes } from '../file-path.ts';
import { FOLDER_KINDS } from '../plan/object-table.ts';
import { quoteName } from '../printable.ts';
import type { ObjectFailure, RenderedFile } from './rendered.ts';

/** Each failure belongs to the later of two objects. */
export function findFileClashes(files: readonly RenderedFile[]): readonly ObjectFailure[] {
  if (!files.some(({ object }) => FOLDER_KINDS.has(object.source.kind))) return [];
  const first = new Map<string, RenderedFile>();
  const failures: ObjectFailure[] = [];
  for (const file of files) {
    const other = first.get(file.path);
    if (other === undefined) first.set(file.path, file);
    else
      failures.push(
        failure(file, `the file ${quoteName(file.path)}, which object ${quoteName(other.object.name)} has`),
      );
  }
  const named = [...first.values()].map((file) => ({ name: file.path, isFolder: false, file }));
  for (const { file, inner } of findClashes(named))
    failures.push(
      failure(
        inner.file,
        `the folder ${quoteName(file.name)}, where object ${quoteName(file.file.object.name)} has a file`,
      ),
    );
  return failures;
}

function failure({ object, path }: RenderedFile, what: string): ObjectFailure {
  const text = `${quoteName(path)} needs ${what}; rename one, or leave it out`;
  return { object, error: new MountError('file-name', text) };
}
