// What a value can be asked for by name, as Go's methods: those of a struct, and of a number of a JSON text.
import { define } from '../function.ts';
import { type NumberFault, parseFloat64, parseSigned } from '../functions/go-number.ts';
import { fail, type SafeText, safe } from '../safe-text.ts';
import { JsonNumber, Struct, type TemplateFunction, TypedInt, type Value } from '../value.ts';

export function methodOf(receiver: Value, name: string): TemplateFunction | undefined {
  if (receiver instanceof Struct) return receiver.methods.get(name);
  return receiver instanceof JsonNumber ? OF_NUMBERS.get(name)?.(receiver) : undefined;
}

const OF_NUMBERS: ReadonlyMap<string, (number: JsonNumber) => TemplateFunction> = new Map([
  ['String', ({ text }) => define([], () => text)],
  ['Float64', ({ text }) => define([], () => orFail(parseFloat64(text), safe('ParseFloat')))],
  ['Int64', ({ text }) => define([], () => new TypedInt('int64', orFail(parseSigned(text, 10), safe('ParseInt'))))],
]);

function orFail<T extends bigint | number>(parsed: T | NumberFault, name: SafeText): T {
  return typeof parsed === 'string' ? fail`strconv.${name}: ${safe(parsed)}` : parsed;
}
