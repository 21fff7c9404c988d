// The members of a map for formats of names and texts, in the order of the keys. A text stays as it is; anything else
// becomes JSON, as in a file of one key.
import type { Buffer } from 'node:buffer';
import { collect, writeGoForm } from '../json-text/go-form.ts';
import type { JsonText } from '../json-text/json-text.ts';
import { Unfit } from './unfit.ts';

/** @throws Unfit if it is not a map. @throws TooLong */
export function* fieldsOf(value: JsonText, mostBytes: number): Iterable<readonly [key: string, text: Buffer]> {
  const { kind } = value;
  if (kind !== 'object')
    throw new Unfit(`it is ${KIND_NAMES[kind]}, not a map of names to values; choose json or yaml`);
  for (const [key, one] of value.entries())
    yield [key.toWellFormed(), one.stringBytes ?? collect(mostBytes, (sink) => writeGoForm(one, sink))];
}

const KIND_NAMES = {
  list: 'a list',
  string: 'a text',
  number: 'a number',
  true: 'true',
  false: 'false',
  null: 'null',
} as const;
