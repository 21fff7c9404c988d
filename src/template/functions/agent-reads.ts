// The reads that a template of the dialect `agent` asks for. A render continues with nothing in place of a missing answer,
// and reports it; the caller reads it and renders again.
import { type SafeText, safe } from '../safe-text.ts';
import { TypedList, type Value } from '../value.ts';

/** Limit on the reads of one pass; more are refused. */
export const MAX_READS_OF_PASS = 64;
/** Limit on their paths and arguments, in UTF-16 code units: the reader copies them outside of the render's budget. */
export const MAX_CHARS_OF_PASS = 256 * 1024;
/** After this many rounds of reads the template fails if it asks for more: paths built from answers may never end. */
export const MAX_PASSES = 5;

export interface AgentRead {
  /** `write` always has arguments, even if empty: `secret "path" ""`. */
  readonly kind: 'read' | 'write' | 'list' | 'certificate';
  /** Without slashes at its ends. */
  readonly path: string;
  /** The part of the path after `?`. */
  readonly query: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** Equal for reads that are the same. */
export function keyOf({ kind, path, query, parameters }: AgentRead): string {
  return JSON.stringify([kind, path, query, [...parameters].sort(([left], [right]) => (left < right ? -1 : 1))]);
}

/** Total length of a read's texts. */
export function charsOf({ path, query, parameters }: AgentRead): number {
  let chars = path.length + query.length;
  for (const [name, value] of parameters) chars += name.length + value.length;
  return chars;
}

/** The host of a render: the answers so far, and what the template is missing. Each render has its own. */
export class AgentRender {
  readonly #answers: ReadonlyMap<string, Value>;
  readonly #missing = new Map<string, AgentRead>();
  #chars = 0;
  /** What the template keeps in `scratch`. */
  readonly scratch = new Map<string, Value>();

  /** @param answers by `keyOf`; made by secretOf, certificateOf or namesOf */
  constructor(answers: ReadonlyMap<string, Value> = new Map()) {
    this.#answers = answers;
  }

  get missing(): readonly AgentRead[] {
    return [...this.#missing.values()];
  }

  /** Undefined if it is not known yet; it is then recorded as missing. */
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

  /** The limit that it exceeds in one pass; undefined: none. */
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
