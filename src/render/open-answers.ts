// The answers of one mount while files are made of them: each is opened once, for all that its objects ask of it.
import type { Answer, KeyHints, OpenAnswer } from '../fetch/ports.ts';
import type { PlanObject, Read, Source } from '../plan/plan.ts';
import { MountKeyHints } from './key-hint.ts';

export class OpenAnswers {
  readonly hints: KeyHints = new MountKeyHints();
  readonly #answers: ReadonlyMap<string, Answer>;
  readonly #keys: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #open = new Map<string, OpenAnswer>();
  readonly #versions = new Map<OpenAnswer, string | undefined>();

  constructor(objects: readonly PlanObject[], answers: ReadonlyMap<string, Answer>) {
    this.#answers = answers;
    this.#keys = keysByRead(objects);
  }

  open({ key }: Pick<Read, 'key'>): OpenAnswer {
    const known = this.#open.get(key);
    if (known !== undefined) return known;
    const answer = this.#answers.get(key);
    if (answer === undefined) throw new Error('an object reads what it does not name in `reads`');
    const opened = answer.body.reveal().open(this.#keys.get(key) ?? []);
    this.#open.set(key, opened);
    return opened;
  }

  /** The store's version number; undefined if the store counts none, or the read was not sent. */
  version(read: Pick<Read, 'key'>): string | undefined {
    if (!this.#answers.has(read.key)) return undefined;
    const opened = this.open(read);
    if (!this.#versions.has(opened)) this.#versions.set(opened, opened.version);
    return this.#versions.get(opened);
  }
}

function keysByRead(objects: readonly PlanObject[]): ReadonlyMap<string, ReadonlySet<string>> {
  const keys = new Map<string, Set<string>>();
  for (const { source } of objects) {
    for (const [read, key] of keysOf(source)) {
      const ofRead = keys.get(read.key) ?? new Set();
      keys.set(read.key, ofRead.add(key));
    }
  }
  return keys;
}

/** The keys that the source names, each with its read. */
function keysOf(source: Source): (readonly [read: Read, key: string])[] {
  if (source.kind === 'keys' || source.kind === 'tree') return [];
  if (source.kind === 'template')
    return source.named.flatMap(({ read, key }) => (key === undefined ? [] : [[read, key] as const]));
  const { read } = source;
  if (!('keys' in source)) return source.key === undefined ? [] : [[read, source.key]];
  const ofBlocks = source.keys.map((key) => [read, key] as const);
  return 'password' in source ? [...ofBlocks, [source.password.read, source.password.key]] : ofBlocks;
}
