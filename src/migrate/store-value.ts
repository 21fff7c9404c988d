// A value in the store, as an object of a class names it.
import { emitField } from '../yaml/emit.ts';

export interface StoreValue {
  /** With `?version=N` if it is not the latest. */
  readonly path: string;
  /** Undefined: all of the secret, by `format` or `gjson`, or its keys by `keys`. */
  readonly key: string | undefined;
  readonly format?: 'json';
  readonly gjson?: string;
  /** All but these. */
  readonly keys?: { readonly except: readonly string[] };
  /** What is selected of the key's JSON. */
  readonly jsonPath: string | undefined;
  readonly encoding: 'base64' | 'base64url' | undefined;
  readonly encode: 'base64' | undefined;
  readonly isOptional: boolean;
}

/** A value as it is. */
export const PLAIN = { jsonPath: undefined, encoding: undefined, encode: undefined, isOptional: false } as const;

/** What every file has unless the volume says otherwise: the driver's default, and the kubelet's for Secrets. */
export const DEFAULT_MODE = 0o644;

/** One entry of `objects`. */
export interface ClassObject {
  readonly name: string;
  readonly value: StoreValue;
  readonly mode: number;
}

export function objectsText(objects: readonly ClassObject[]): string {
  return objects.map(objectText).join('');
}

function keysText(except: readonly string[]): string {
  if (except.length === 0) return 'keys: all';
  const literal = (key: string) => key.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
  return `keys: {exclude: ${JSON.stringify(except.map((key) => `^${literal(key)}$`))}}`;
}

function objectText({ name, value, mode }: ClassObject): string {
  const lines = [
    emitField('objectName', name, 0),
    emitField('secretPath', value.path, 0),
    ...(value.key === undefined ? [] : [emitField('secretKey', value.key, 0)]),
    ...(value.keys === undefined ? [] : [keysText(value.keys.except)]),
    ...(['format', 'gjson', 'jsonPath', 'encoding', 'encode'] as const).flatMap((field) => {
      const text = value[field];
      return text === undefined ? [] : [emitField(field, text, 0)];
    }),
    ...(mode === DEFAULT_MODE ? [] : [`filePermission: 0${mode.toString(8).padStart(3, '0')}`]),
    ...(value.isOptional ? ['optional: true'] : []),
  ];
  return `- ${lines.join('\n  ')}\n`;
}
