// Texts that an error may show. An error message is made of these only, so that no value of a template can come into one:
// the compiler refuses a plain string.

declare const mark: unique symbol;

/** Written in the source code, a type's name, a name or an excerpt of the template's own text: never a value. */
export type SafeText = string & { readonly [mark]: true };

/** Says that the text is no value and made of none. Whoever calls it answers for that. */
export function safe(text: string): SafeText {
  return text as SafeText;
}

/** How many of something: arguments, levels, bytes of a limit. Never a number out of a template's data. */
export function count(number: number): SafeText {
  return safe(String(number));
}

/** fail`expected ${typeOf(value)}` throws what `error calling NAME:` is followed by. */
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
