// A template may make the path of a secret of a value that it read, and an error that names the path would tell the value.
import { MountError } from '../errors.ts';
import type { AgentRead } from '../template/functions/agent-reads.ts';

export type AskedPath = Pick<AgentRead, 'path' | 'query'>;

/** What stands between slashes, quotes and lines. */
const PIECE = /[^/?"`\n]+/g;

/** Of which errors may tell: all their parts stand in a template, or are names out of lists that templates asked for. */
export class ShownPaths {
  readonly #pieces = new Set<string>();

  constructor(texts: Iterable<string>) {
    for (const text of new Set(texts)) for (const [piece] of text.matchAll(PIECE)) this.#pieces.add(piece);
  }

  /** Out of a list. */
  add(name: string): void {
    this.#pieces.add(name.replace(/\/$/, ''));
  }

  has({ path, query }: AskedPath): boolean {
    const parts = `${path}?${query}`.match(PIECE) ?? [];
    return parts.every((part) => this.#pieces.has(part));
  }
}

/** In place of such a path. */
export const UNSHOWN = '(a path that a template puts together)';

/** The same error without the path. */
export function hidden({ reason }: MountError): MountError {
  return new MountError(reason, HIDDEN);
}

const HIDDEN =
  "a secret whose path the template puts together; the path is not shown, as it may hold a value: it is in the store's audit log";
