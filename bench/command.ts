// What `npm run bench` is asked for.
import { parseArgs } from 'node:util';

export interface Command {
  /** In the order of the list; without names it is all of `overview` and the scenarios. */
  readonly names: readonly string[];
  readonly isQuick: boolean;
  readonly isWriting: boolean;
  readonly base: string | undefined;
  readonly peer: string | undefined;
}

/** Asked for by name alone: it takes minutes and says nothing of one node's day. */
const BY_NAME = new Set(['growth', 'fleet']);

/** @throws Error that says what there is */
export function readCommand(words: readonly string[], known: readonly string[]): Command {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: { quick: { type: 'boolean' }, write: { type: 'boolean' }, base: text, peer: text },
  });
  const strangers = positionals.filter((name) => !known.includes(name));
  if (strangers.length > 0) throw new Error(`there is no ${strangers.join(', ')}; there are ${known.join(', ')}`);
  const isAsked = (name: string) => (positionals.length === 0 ? !BY_NAME.has(name) : positionals.includes(name));
  return {
    names: known.filter(isAsked),
    isQuick: values.quick ?? false,
    isWriting: values.write ?? false,
    base: values.base,
    peer: values.peer,
  };
}
