// What stands in `objects` of a class.
import { emitField, type Value } from '../yaml/emit.ts';
import {
  isTemplate,
  type KeySelection,
  type LeaseFields,
  type ObjectValue,
  type StoreRead,
  type StoreValue,
  type TemplateValue,
} from './store-value.ts';

/** What every file has unless the volume says otherwise: the driver's default, and the kubelet's for Secrets. */
export const DEFAULT_MODE = 0o644;

/** One entry of `objects`. */
export interface ClassObject {
  readonly name: string;
  readonly value: ObjectValue;
  readonly mode: number;
}

export function objectsText(objects: readonly ClassObject[]): string {
  return objects.map(objectText).join('');
}

/** Where the fields of an entry begin, behind its dash. */
const FIELDS = 2;

function objectText({ name, value, mode }: ClassObject): string {
  const lines = [
    emitField('objectName', name, FIELDS),
    ...(isTemplate(value) ? templateLines(value) : valueLines(value)),
    ...leaseLines(value),
    ...(mode === DEFAULT_MODE ? [] : [`filePermission: 0${mode.toString(8).padStart(3, '0')}`]),
    ...(!isTemplate(value) && value.isOptional ? ['optional: true'] : []),
  ];
  return `- ${lines.join('\n  ')}\n`;
}

function valueLines(value: StoreValue): readonly string[] {
  return [
    ...Object.entries(readFields(value)).map(([field, text]) => emitField(field, text, FIELDS)),
    ...(value.keys === undefined ? [] : [keysText(value.keys)]),
    ...(['format', 'gjson', 'jmesPath', 'jsonPath', 'encoding', 'encode'] as const).flatMap((field) => {
      const text = value[field];
      return text === undefined ? [] : [emitField(field, text, FIELDS)];
    }),
  ];
}

function readFields({ path, key, method, args }: Omit<StoreRead, 'encoding'>): { readonly [field: string]: Value } {
  return {
    secretPath: path,
    ...(key === undefined ? {} : { secretKey: key }),
    ...(method === undefined ? {} : { method }),
    ...(args === undefined ? {} : { secretArgs: args }),
  };
}

function keysText({ include, exclude, renames }: KeySelection): string {
  const lists = Object.entries({ include, exclude, rename: renames }).filter(([, list]) => list.length > 0);
  if (lists.length === 0) return 'keys: all';
  return `keys: {${lists.map(([name, list]) => `${name}: ${JSON.stringify(list)}`).join(', ')}}`;
}

function leaseLines({ refreshAfter, revoke }: LeaseFields): readonly string[] {
  return [
    ...(refreshAfter === undefined ? [] : [emitField('refreshAfter', refreshAfter, FIELDS)]),
    ...(revoke === undefined ? [] : [`revoke: ${revoke}`]),
  ];
}

function templateLines(value: TemplateValue): readonly string[] {
  const lines: string[] = [];
  if (value.syntax === 'sprig') {
    const reads = value.reads.map(({ name, encoding, ...read }) => {
      return [name, { ...readFields(read), ...(encoding === undefined ? {} : { encoding }) }] as const;
    });
    lines.push('templateSyntax: sprig', emitField('reads', Object.fromEntries(reads), FIELDS));
  }
  if (value.errorOnMissingKey !== undefined) lines.push(`errorOnMissingKey: ${value.errorOnMissingKey}`);
  if (value.syntax === 'agent' && value.delimiters !== undefined)
    lines.push(emitField('templateDelimiters', value.delimiters, FIELDS));
  return [...lines, emitField('template', value.template, FIELDS)];
}
