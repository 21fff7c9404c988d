// A template may make the path of a secret of a value that it read, and an error that names the path would tell the value.
import { MountError } from '../errors.ts';

/** A path as a template has it. */
export interface NamedPath {
  /** Of its read. */
  readonly key: string;
  readonly path: string;
}

const HIDDEN =
  "a secret whose path the template makes of values that it read; the path is not shown, as it may hold one: it is in the store's audit log";

export class HiddenPaths {
  /** Parts that stand in no template and are no names out of a list. */
  readonly #parts = new Set<string>();
  readonly #keys = new Set<string>();

  /** @param listed names in the lists that templates asked for */
  constructor(paths: Iterable<NamedPath>, texts: readonly string[], listed: ReadonlySet<string>) {
    const isShown = (part: string) => listed.has(part) || texts.some((text) => text.includes(part));
    for (const { key, path } of paths) {
      const hidden = path.split('/').filter((part) => !isShown(part));
      if (hidden.length > 0) this.#keys.add(key);
      for (const part of hidden) this.#parts.add(part);
    }
  }

  /** @param errors of reads, by their keys */
  hideIn(errors: ReadonlyMap<string, MountError>): ReadonlyMap<string, MountError> {
    const kept = [...errors].map(([key, error]) => [key, this.#keys.has(key) ? hidden(error) : error] as const);
    return new Map(kept);
  }

  /** @param error of an answer, which names its path; what a template failed with does not */
  hideOf(error: MountError): MountError {
    if (error.reason === 'template-failed') return error;
    for (const part of this.#parts) if (error.message.includes(part)) return hidden(error);
    return error;
  }
}

function hidden({ reason }: MountError): MountError {
  return new MountError(reason, HIDDEN);
}
