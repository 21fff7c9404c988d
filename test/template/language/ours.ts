// A case of the oracle, rendered by the port.
import { Buffer } from 'node:buffer';
import { compile } from '../../../src/template/template.ts';
import { TemplateError } from '../../../src/template/template-error.ts';
import { fromBytes, toBytes } from '../../../src/template/text.ts';
import { type IntType, JsonNumber, TypedInt, TypedList, TypedMap, type Value } from '../../../src/template/value.ts';
import type { Answer, Case } from '../oracle/language.ts';
import { FUNCTIONS, rocket } from './functions.ts';

export async function askOurs(one: Case): Promise<Answer> {
  const [leftDelimiter, rightDelimiter] = one.delimiters ?? ['', ''];
  const missingKey = one.missingKey ?? 'default';
  const text = one.bytes === undefined ? one.template : fromBytes(Buffer.from(one.bytes, 'base64'));
  try {
    const template = compile(text, { name: 't', functions: FUNCTIONS, missingKey, leftDelimiter, rightDelimiter });
    const output = await template.render(one.data === undefined ? undefined : decoded(one.data));
    if (output.isWellFormed()) return { output };
    return { base64: toBytes(output).toString('base64') };
  } catch (error) {
    if (error instanceof TemplateError) return { error: error.message };
    throw error;
  }
}

/** A number's text is passed too, which TypeScript does not know. */
type Reviver = (key: string, value: unknown, context: { readonly source: string }) => unknown;
const parseWithSource = JSON.parse as (text: string, reviver: Reviver) => unknown;

export function decoded(data: string): Value {
  return parseWithSource(data, (_, value, { source }) => {
    if (typeof value === 'number') return /^-?\d+$/.test(source) ? BigInt(source) : value;
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value) || !isPlain(value)) return value;
    const entries = Object.entries(value) as [string, Value][];
    const [key, inner] = entries[0] ?? ['', undefined];
    return entries.length === 1 && key.startsWith('$') ? special(key.slice(1), inner) : new Map(entries);
  }) as Value;
}

function isPlain(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype;
}

function special(kind: string, value: Value): Value {
  switch (kind) {
    case 'number':
      return new JsonNumber(value as string);
    case 'bytes':
      return new Uint8Array(Buffer.from(value as string, 'base64'));
    case 'text':
      return fromBytes(Buffer.from(value as string, 'base64'));
    case 'strings':
      return new TypedList('[]string', value as string[]);
    case 'stringMap':
      return new TypedMap('map[string]string', value as Map<string, Value>);
    case 'rocket':
      return rocket(value as string);
  }
  return new TypedInt(kind as IntType, BigInt(value as string));
}
