// A template may build the path of a secret from a value it read; an error that names the path would reveal the value.
import { MountError } from '../errors.ts';
import type { AgentRead } from '../template/functions/agent-reads.ts';

export type AskedPath = Pick<AgentRead, 'path' | 'query'>;

/** The text between slashes, quotes and lines. */
const PIECE = /[^/?"`\n]+/g;

/** The paths that errors may show: each part is in a template's text, or is a name from a list that a template read. */
export class ShownPaths {
  readonly #pieces = new Set<string>();

  constructor(texts: Iterable<string>) {
    for (const text of new Set(texts)) for (const [piece] of text.matchAll(PIECE)) this.#pieces.add(piece);
  }

  /** Adds a name from a list. */
  add(name: string): void {
    this.#pieces.add(name.replace(/\/$/, ''));
  }

  has({ path, query }: AskedPath): boolean {
    const parts = `${path}?${query}`.match(PIECE) ?? [];
    return parts.every((part) => this.#pieces.has(part));
  }
}

/** Replaces a path that must not be shown. */
export const UNSHOWN = '(a path that a template puts together)';

/** The same error without the path. */
export function hidden({ reason }: MountError): MountError {
  return new MountError(reason, HIDDEN);
}

const HIDDEN =
  "a secret whose path the template puts together; the path is not shown, as it may hold a value: it is in the store's audit log";
