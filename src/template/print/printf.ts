// Go's Sprint, Sprintln and Sprintf, with the marks that Sprintf leaves where format and arguments do not fit together.
import { MAX_WIDTH } from '../limits.ts';
import { normalized } from '../text.ts';
import { type CallContext, JsonNumber, TypedInt, typeOf, type Value } from '../value.ts';
import { type Flags, NO_FLAGS } from './flags.ts';
import { Printer } from './printer.ts';

const FLAGS: ReadonlyMap<string, 'minus' | 'plus' | 'sharp' | 'space' | 'zero'> = new Map([
  ['-', 'minus'],
  ['+', 'plus'],
  ['#', 'sharp'],
  [' ', 'space'],
  ['0', 'zero'],
]);

const STEPS_PER_VERB = 16;

/** A space stands between two arguments of which neither is a string. */
export function sprint(context: CallContext, values: readonly Value[]): string {
  return spaced(context, values, (printer, value) => printer.argument(value, 'v', NO_FLAGS));
}

/** The same of values as a template prints them by themselves: nothing is `<no value>`, a pointer what it points to. */
export function sprintPointed(context: CallContext, values: readonly Value[]): string {
  const shown = values.map((value) => value ?? '<no value>');
  return spaced(context, shown, (printer, value) => printer.pointed(value));
}

function spaced(
  context: CallContext,
  values: readonly Value[],
  print: (printer: Printer, value: Value) => void,
): string {
  const printer = new Printer(context);
  let wasText = true;
  for (const value of values) {
    const isText = typeof value === 'string' || value instanceof JsonNumber;
    if (!isText && !wasText) printer.write(' ');
    print(printer, value);
    wasText = isText;
  }
  return normalized(printer.text);
}

export function sprintln(context: CallContext, values: readonly Value[]): string {
  const printer = new Printer(context);
  values.forEach((value, at) => {
    if (at > 0) printer.write(' ');
    printer.argument(value, 'v', NO_FLAGS);
  });
  printer.write('\n');
  return normalized(printer.text);
}

export function sprintf(context: CallContext, format: string, values: readonly Value[]): string {
  return new Format(context, format, values).print();
}

class Format {
  readonly #printer: Printer;
  readonly #context: CallContext;
  readonly #format: string;
  readonly #values: readonly Value[];
  #at = 0;
  /** The argument that is next. */
  #index = 0;
  /** `%[2]d` was used somewhere: then left over arguments are no fault. */
  #isReordered = false;
  /** Whether the indexes of the current verb are in order. */
  #isGoodIndex = true;
  /** True if the last thing read is an index. */
  #isAfterIndex = false;

  constructor(context: CallContext, format: string, values: readonly Value[]) {
    this.#printer = new Printer(context);
    this.#context = context;
    this.#format = format;
    this.#values = values;
  }

  print(): string {
    const format = this.#format;
    while (this.#at < format.length) {
      const percent = format.indexOf('%', this.#at);
      this.#printer.write(format.slice(this.#at, percent === -1 ? undefined : percent));
      if (percent === -1) break;
      this.#at = percent + 1;
      this.#context.charge(STEPS_PER_VERB);
      if (!this.#verb()) break;
    }
    if (!this.#isReordered && this.#index < this.#values.length) this.#extra();
    return normalized(this.#printer.text);
  }

  /** @returns false at the end of the format */
  #verb(): boolean {
    this.#isGoodIndex = true;
    this.#isAfterIndex = false;
    const flags: Partial<Record<keyof Flags, boolean | number | undefined>> = {};
    for (let flag = this.#flag(); flag !== undefined; flag = this.#flag()) flags[flag] = true;
    this.#argumentIndex();
    this.#width(flags);
    this.#precision(flags);
    if (!this.#isAfterIndex) this.#argumentIndex();
    const code = this.#format.codePointAt(this.#at);
    if (code === undefined) {
      this.#printer.write('%!(NOVERB)');
      return false;
    }
    // To Go, an invalid byte is a character.
    const verb = code >= 0xd800 && code < 0xe000 ? '\ufffd' : String.fromCodePoint(code);
    this.#at += code > 0xffff ? 2 : 1;
    this.#printVerb(verb, { ...NO_FLAGS, ...flags } as Flags);
    return true;
  }

  #printVerb(verb: string, flags: Flags): void {
    if (verb === '%') this.#printer.write('%');
    else if (!this.#isGoodIndex) this.#printer.write(`%!${verb}(BADINDEX)`);
    else if (this.#index >= this.#values.length) this.#printer.write(`%!${verb}(MISSING)`);
    else {
      const { sharp, plus } = flags;
      const own =
        verb === 'v' || verb === 'w' ? { ...flags, sharp: false, plus: false, sharpV: sharp, plusV: plus } : flags;
      this.#printer.argument(this.#values[this.#index], verb, own);
      this.#index += 1;
    }
  }

  #flag(): 'minus' | 'plus' | 'sharp' | 'space' | 'zero' | undefined {
    const flag = FLAGS.get(this.#format[this.#at] ?? '');
    if (flag !== undefined) this.#at += 1;
    return flag;
  }

  #width(flags: Partial<Record<keyof Flags, boolean | number | undefined>>): void {
    if (this.#format[this.#at] !== '*') {
      flags.width = this.#number();
      if (this.#isAfterIndex && flags.width !== undefined) this.#isGoodIndex = false;
      return;
    }
    this.#at += 1;
    const width = this.#integerArgument();
    if (width === undefined) this.#printer.write('%!(BADWIDTH)');
    else if (width < 0) {
      flags.minus = true;
      flags.zero = false;
    }
    flags.width = width === undefined ? undefined : Math.abs(width);
    this.#isAfterIndex = false;
  }

  #precision(flags: Partial<Record<keyof Flags, boolean | number | undefined>>): void {
    // A point at the very end is the verb.
    if (this.#format[this.#at] !== '.' || this.#at + 1 >= this.#format.length) return;
    this.#at += 1;
    if (this.#isAfterIndex) this.#isGoodIndex = false;
    this.#argumentIndex();
    if (this.#format[this.#at] !== '*') {
      flags.precision = this.#number() ?? 0;
      return;
    }
    this.#at += 1;
    const precision = this.#integerArgument();
    flags.precision = precision === undefined || precision < 0 ? undefined : precision;
    if (flags.precision === undefined) this.#printer.write('%!(BADPREC)');
    this.#isAfterIndex = false;
  }

  /** Digits at this place. A number beyond all widths is none, and ends the format. */
  #number(): number | undefined {
    let number: number | undefined;
    for (let char = this.#format[this.#at] ?? ''; char >= '0' && char <= '9'; char = this.#format[this.#at] ?? '') {
      if ((number ?? 0) > MAX_WIDTH) {
        this.#at = this.#format.length;
        return undefined;
      }
      number = (number ?? 0) * 10 + Number(char);
      this.#at += 1;
    }
    return number;
  }

  /** The next argument as a width or precision. */
  #integerArgument(): number | undefined {
    const value = this.#values[this.#index];
    if (this.#index < this.#values.length) this.#index += 1;
    const whole = typeof value === 'bigint' ? value : value instanceof TypedInt ? value.value : undefined;
    if (whole === undefined || whole > MAX_WIDTH || whole < -MAX_WIDTH) return undefined;
    return Number(whole);
  }

  /** `[2]`, if there is one here. */
  #argumentIndex(): void {
    const format = this.#format;
    this.#isAfterIndex = false;
    if (format[this.#at] !== '[') return;
    this.#isReordered = true;
    const close = format.indexOf(']', this.#at);
    if (close === -1 || format.length - this.#at < 3) {
      this.#isGoodIndex = false;
      this.#at += 1;
      return;
    }
    const digits = format.slice(this.#at + 1, close);
    this.#at = close + 1;
    const isNumber = /^\d{1,7}$/.test(digits) && Number(digits.slice(0, -1)) <= MAX_WIDTH;
    this.#isAfterIndex = isNumber;
    const index = Number(digits) - 1;
    if (isNumber && index >= 0 && index < this.#values.length) this.#index = index;
    else this.#isGoodIndex = false;
  }

  #extra(): void {
    this.#printer.write('%!(EXTRA ');
    this.#values.slice(this.#index).forEach((value, at) => {
      if (at > 0) this.#printer.write(', ');
      if (value !== null && value !== undefined) this.#printer.write(`${typeOf(value)}=`);
      this.#printer.argument(value, 'v', NO_FLAGS);
    });
    this.#printer.write(')');
  }
}
