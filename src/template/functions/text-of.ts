// A value as a text, as sprig converts it: itself, its own text, or the output of `%v`.
import { NO_FLAGS } from '../print/flags.ts';
import { Printer } from '../print/printer.ts';
import { fromBytes } from '../text.ts';
import type { CallContext, Value } from '../value.ts';

export function textOf(context: CallContext, value: Value): string {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return fromBytes(value);
  return printedOf(context, value);
}

/** What `%v` prints. */
export function printedOf(context: CallContext, value: Value): string {
  const printer = new Printer(context);
  printer.argument(value, 'v', NO_FLAGS);
  return printer.text;
}
