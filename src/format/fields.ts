// The members of a map, as formats of names and texts have them: in the order of the keys, a text as it is and anything
// else as JSON, which is what a file of one key holds.
import type { Buffer } from 'node:buffer';
import { Containers } from '../json-text/containers.ts';
import { collect, writeGoForm } from '../json-text/go-form.ts';
import type { JsonText } from '../json-text/json-text.ts';
import { membersOf } from '../json-text/members.ts';
import { endOfString, endOfValue, QUOTE } from '../json-text/scan.ts';
import { stringBytes } from '../json-text/string.ts';
import { Unfit } from './unfit.ts';

/**
 * @param use gets key and value as UTF-8; both may share the memory of `value`
 * @throws Unfit if it is no map. @throws TooLong
 */
export function eachField(value: JsonText, mostBytes: number, use: (key: Buffer, text: Buffer) => void): void {
  if (value.kind !== 'object') throw new Unfit(`it is ${KIND_NAMES[value.kind]}, not a map of names to values`);
  const { bytes, start } = value;
  const members = membersOf(bytes, start, 0, new Containers(bytes, start));
  while (members.next()) {
    const key = stringBytes({ bytes, from: members.key + 1, to: endOfString(bytes, members.key) - 1 });
    use(key, textOf(bytes, members.value, mostBytes));
  }
}

const KIND_NAMES = {
  list: 'a list',
  string: 'a text',
  number: 'a number',
  true: 'true',
  false: 'false',
  null: 'null',
} as const;

function textOf(bytes: Buffer, start: number, mostBytes: number): Buffer {
  if (bytes[start] === QUOTE) return stringBytes({ bytes, from: start + 1, to: endOfString(bytes, start) - 1 });
  return collect(mostBytes, (sink) => writeGoForm({ bytes, start, end: endOfValue(bytes, start) }, sink));
}
