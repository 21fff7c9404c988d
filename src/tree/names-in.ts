// The names in the answer to a LIST.
import type { AnswerBody, KeyHints } from '../fetch/ports.ts';

/** If the answer to a list has no names, the error lists no other keys. */
const NO_HINTS: KeyHints = { describe: (wanted) => JSON.stringify(wanted) };

export function* namesIn(body: AnswerBody, path: string): Iterable<string> {
  for (const item of body.open(['keys']).value('keys', path, NO_HINTS).items()) {
    const name = item.text;
    if (name !== undefined && name !== '' && name !== '/') yield name;
  }
}
