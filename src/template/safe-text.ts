// Texts that an error may show. An error message is made of these only, so that no value of a template can come into one:
// the compiler refuses a plain string.

declare const mark: unique symbol;

/** Text from our source code, a type's name, or a name or excerpt of the template itself: never a value. */
export type SafeText = string & { readonly [mark]: true };

/** Marks a text as safe. The caller guarantees that it contains no value. */
export function safe(text: string): SafeText {
  return text as SafeText;
}

/** A count: of arguments, levels, or a limit's bytes. Never a number from a template's data. */
export function count(number: number): SafeText {
  return safe(String(number));
}

/** fail`expected ${typeOf(value)}` throws the text that follows `error calling NAME:`. */
export function fail(literals: TemplateStringsArray, ...parts: SafeText[]): never {
  throw new FunctionError(safe(String.raw({ raw: literals }, ...parts)));
}

/**
 * A function refused its arguments; the interpreter adds where. Any other error that a function throws is a fault of its
 * code or of a library: its text may hold a value, so it is not shown.
 */
export class FunctionError extends Error {
  override readonly message: SafeText;

  constructor(message: SafeText) {
    super();
    this.message = message;
  }
}
