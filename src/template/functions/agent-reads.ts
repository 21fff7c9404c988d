// What a template of the dialect `agent` asks a store for. A render that lacks an answer goes on with nothing in its place
// and says what it lacks; whoever renders reads that and renders again.
import { type SafeText, safe } from '../safe-text.ts';
import { TypedList, type Value } from '../value.ts';

/** Of one pass: what a template asks for beyond them is refused. */
export const MAX_READS_OF_PASS = 64;
/** Of their paths and arguments, in UTF-16 code units: whoever reads copies them, which no budget of the render counts. */
export const MAX_CHARS_OF_PASS = 256 * 1024;
/** After so many, what is still missing is refused: paths that come out of answers may go on for ever. */
export const MAX_PASSES = 5;

export interface AgentRead {
  /** `write` has arguments, be it none: `secret "path" ""`. */
  readonly kind: 'read' | 'write' | 'list' | 'certificate';
  /** Without slashes at its ends. */
  readonly path: string;
  /** Of the path, after `?`, without it. */
  readonly query: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** The same for two reads that are one. */
export function keyOf({ kind, path, query, parameters }: AgentRead): string {
  return JSON.stringify([kind, path, query, [...parameters].sort(([left], [right]) => (left < right ? -1 : 1))]);
}

/** How long what it asks for is. */
export function charsOf({ path, query, parameters }: AgentRead): number {
  let chars = path.length + query.length;
  for (const [name, value] of parameters) chars += name.length + value.length;
  return chars;
}

/** The host of a render: the answers that there are, and what the template still lacks. Each render has its own. */
export class AgentRender {
  readonly #answers: ReadonlyMap<string, Value>;
  readonly #missing = new Map<string, AgentRead>();
  #chars = 0;
  /** What the template keeps in `scratch`. */
  readonly scratch = new Map<string, Value>();

  /** @param answers by `keyOf`: of secretOf, certificateOf or namesOf */
  constructor(answers: ReadonlyMap<string, Value> = new Map()) {
    this.#answers = answers;
  }

  get missing(): readonly AgentRead[] {
    return [...this.#missing.values()];
  }

  /** Undefined, and noted, if it is not known yet. */
  answerTo(read: AgentRead): Value {
    const chars = charsOf(read);
    // A key would be as long.
    if (chars > MAX_CHARS_OF_PASS) {
      this.#chars += chars;
      return undefined;
    }
    const key = keyOf(read);
    const answer = this.#answers.get(key);
    if (!this.#answers.has(key) && !this.#missing.has(key)) {
      this.#missing.set(key, read);
      this.#chars += chars;
    }
    return answer;
  }

  /** What it asks for too much of at once; undefined: nothing. */
  get excess(): SafeText | undefined {
    if (this.#missing.size > MAX_READS_OF_PASS) return safe(`${MAX_READS_OF_PASS} secrets`);
    if (this.#chars > MAX_CHARS_OF_PASS) return safe(`${MAX_CHARS_OF_PASS} characters of paths and arguments`);
    return undefined;
  }
}

/** The names that a list found. */
export function namesOf(names: readonly string[]): Value {
  return new TypedList('[]string', names);
}
