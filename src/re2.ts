// RE2 expressions, as Go has them: no lookaround and no references back, so that a text is read once. Loaded by patterns.ts only.
import { RE2JS, RE2JSException, RE2JSSyntaxException } from 're2js';
import { quote } from './quote.ts';

/** What stands for a group in a replacement, as JavaScript has it. */
const GROUP = /\$(?:(\$)|(\d{1,2})|<([^<>]*)>|&)/g;

export function parsePattern(text: string): Pattern | string {
  try {
    return new Pattern(RE2JS.compile(text));
  } catch (thrown) {
    if (!(thrown instanceof RE2JSException)) throw thrown;
    if (!(thrown instanceof RE2JSSyntaxException)) return 'it cannot be compiled';
    return `${thrown.getDescription()} ${quote(thrown.getPattern() ?? '')}`;
  }
}

export class Pattern {
  readonly #re2: RE2JS;

  constructor(re2: RE2JS) {
    this.#re2 = re2;
  }

  /** How many instructions it is. */
  get size(): number {
    return this.#re2.programSize();
  }

  /** Whether it is found somewhere in the text. */
  isIn(text: string): boolean {
    return this.#re2.test(text);
  }

  /** Each place where it is found becomes `to`. */
  replace(text: string, to: string): string {
    return this.#re2.matcher(text).replaceAll(to);
  }

  /** A group that `to` names and the expression does not have; undefined: none. */
  missingGroup(to: string): string | undefined {
    const names = Object.keys(this.#re2.namedGroups());
    for (const [whole, dollar, number, name] of to.matchAll(GROUP)) {
      if (dollar !== undefined) continue;
      const isThere =
        name === undefined
          ? number === undefined || (Number(number) > 0 && Number(number) <= this.#re2.groupCount())
          : names.includes(name);
      if (!isThere) return whole;
    }
    return undefined;
  }
}
