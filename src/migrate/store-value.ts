// A value in the store, as an object of a class names it.
import { emitField } from '../yaml/emit.ts';

export interface StoreValue {
  /** With `?version=N` if it is not the latest. */
  readonly path: string;
  readonly key: string;
  /** What is selected of the key's JSON. */
  readonly jsonPath: string | undefined;
  readonly encoding: 'base64' | undefined;
  readonly encode: 'base64' | undefined;
  readonly isOptional: boolean;
}

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

function objectText({ name, value, mode }: ClassObject): string {
  const lines = [
    emitField('objectName', name, 0),
    emitField('secretPath', value.path, 0),
    emitField('secretKey', value.key, 0),
    ...(['jsonPath', 'encoding', 'encode'] as const).flatMap((field) => {
      const text = value[field];
      return text === undefined ? [] : [emitField(field, text, 0)];
    }),
    ...(mode === DEFAULT_MODE ? [] : [`filePermission: 0${mode.toString(8).padStart(3, '0')}`]),
    ...(value.isOptional ? ['optional: true'] : []),
  ];
  return `- ${lines.join('\n  ')}\n`;
}
