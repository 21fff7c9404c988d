// Finds a text in another in linear time: V8's own search is quadratic for some long texts.

/** V8 searches for texts up to this length: the product of the lengths then stays small. */
const SHORT = 64;

export class Search {
  readonly #wanted: string;
  /** By the number of matched characters: how many of them still match further on. */
  readonly #retries: Int32Array;

  constructor(wanted: string) {
    this.#wanted = wanted;
    this.#retries = wanted.length <= SHORT ? new Int32Array() : retriesOf(wanted);
  }

  /** Where it is found, or -1. */
  in(text: string, from = 0): number {
    const wanted = this.#wanted;
    if (wanted.length <= SHORT) return text.indexOf(wanted, from);
    let matched = 0;
    for (let at = from; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      while (matched > 0 && wanted.charCodeAt(matched) !== code) matched = this.#retries[matched] as number;
      if (wanted.charCodeAt(matched) === code) matched += 1;
      if (matched === wanted.length) return at + 1 - matched;
    }
    return -1;
  }
}

function retriesOf(wanted: string): Int32Array {
  const retries = new Int32Array(wanted.length + 1);
  let matched = 0;
  for (let at = 1; at < wanted.length; at += 1) {
    const code = wanted.charCodeAt(at);
    while (matched > 0 && wanted.charCodeAt(matched) !== code) matched = retries[matched] as number;
    if (wanted.charCodeAt(matched) === code) matched += 1;
    retries[at + 1] = matched;
  }
  return retries;
}
