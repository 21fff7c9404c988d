// How much YAML is read, and the refusals that say so. A bound that is passed ends the reading, whatever
// else is wrong with the text; the numbers are design.md's ("Safety") unless said otherwise.

export const LARGEST_BYTES = 256 * 1024;
export const DEEPEST = 32;
export const MOST_NODES = 10_000;
/** Tokens of any kind, spaces and comments too: five for each node, which lexer and parser do in some 50 ms. */
export const MOST_TOKENS = 50_000;
/** Characters once aliases are written out: more than a class can hold in the API server (1.5 MiB with the rest). */
export const MOST_CHARS = 1024 * 1024;

export class YamlRefusal extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

export function tooLarge(): YamlRefusal {
  return new YamlRefusal(1, `larger than ${LARGEST_BYTES / 1024} KiB, split it over several classes`);
}

export function tooManyTokens(line: number): YamlRefusal {
  return new YamlRefusal(
    line,
    `more than ${MOST_TOKENS} words, marks and comments up to here, split it over several classes`,
  );
}

export function tooManyNodes(line: number): YamlRefusal {
  return new YamlRefusal(line, `more than ${MOST_NODES} values up to here, split it over several classes`);
}

export function tooDeep(line: number): YamlRefusal {
  return new YamlRefusal(line, `nested deeper than ${DEEPEST} levels, an object needs three`);
}

export function tooMuchAliased(line: number): YamlRefusal {
  return new YamlRefusal(line, `aliases grow it beyond ${MOST_NODES} values or 1 MiB here, write less with "*"`);
}
