// A value in the store, or a text made of several, as an object of a class names it.
import { quote } from '../quote.ts';
import type { Value } from '../yaml/emit.ts';
import { goString, plainText } from './go-template.ts';
import type { KeyFilter } from './key-filter.ts';

/** One request to the store. */
export interface StoreRead {
  /** With `?version=N` if it is not the latest. */
  readonly path: string;
  /** Undefined: all of the secret. */
  readonly key: string | undefined;
  /** Undefined: it is read. */
  readonly method?: 'POST' | 'PUT';
  readonly args?: { readonly [name: string]: Value };
  readonly encoding: 'base64' | 'base64url' | undefined;
}

/** How long the answer counts, if it is a lease or was written. */
export interface LeaseFields {
  readonly refreshAfter?: string;
  readonly revoke?: false;
}

/** Which keys, and under which names. */
export interface KeySelection extends KeyFilter {
  readonly renames: readonly Renaming[];
}

/** Without a key: by `format` or an expression, or its keys by `keys`. */
export interface StoreValue extends StoreRead, LeaseFields {
  readonly format?: 'json';
  readonly gjson?: string;
  readonly jmesPath?: string;
  readonly keys?: KeySelection;
  /** What is selected of the key's JSON. */
  readonly jsonPath: string | undefined;
  readonly encode: 'base64' | undefined;
  readonly isOptional: boolean;
}

/** Renames each key that matches `from`; both fields are as in a class. */
export interface Renaming {
  readonly from: string;
  readonly to: string;
}

/** A value as it is. */
export const PLAIN = { jsonPath: undefined, encoding: undefined, encode: undefined, isOptional: false } as const;

/** Rendered over its reads by name. A read without a key is a map of all keys. */
export interface SprigTemplate extends LeaseFields {
  readonly syntax: 'sprig';
  readonly template: string;
  readonly reads: readonly NamedRead[];
  /** Undefined: it is an error. */
  readonly errorOnMissingKey?: false;
}

export interface NamedRead extends StoreRead {
  readonly name: string;
}

/** The template itself names what it reads. */
export interface AgentTemplate extends LeaseFields {
  readonly syntax: 'agent';
  readonly template: string;
  /** What it reads, for the policy. */
  readonly rights: readonly Right[];
  /** Undefined: braces. */
  readonly delimiters?: readonly [string, string];
  readonly errorOnMissingKey?: boolean;
}

export type TemplateValue = SprigTemplate | AgentTemplate;
export type ObjectValue = StoreValue | TemplateValue;

export function isTemplate(value: ObjectValue): value is TemplateValue {
  return 'template' in value;
}

/** Most reads of one template, as in a class. */
export const MOST_READS = 64;

/** A value that comes from no store. */
export function fixedText(text: string): AgentTemplate {
  // A class refuses an empty template.
  const template = text.trim() === '' ? `{{ ${goString(text)} }}` : plainText(text);
  return { syntax: 'agent', template, rights: [] };
}

/** What a pod's role needs. */
export interface Right {
  readonly path: string;
  readonly capability: 'read' | 'update';
}

export function rightsOf(value: ObjectValue): readonly Right[] {
  if (!isTemplate(value)) return [rightOf(value)];
  return value.syntax === 'agent' ? value.rights : value.reads.map(rightOf);
}

function rightOf({ path, method }: StoreRead): Right {
  return { path: path.replace(/\?.*$/, ''), capability: method === undefined ? 'read' : 'update' };
}

/** For messages. */
export function sourceOf(value: ObjectValue): string {
  if (isTemplate(value)) {
    const paths = [...new Set(rightsOf(value).map(({ path }) => path))];
    return paths.length === 0 ? 'its fixed text' : `a template of ${paths.map(quote).join(', ')}`;
  }
  const part = value.key ?? value.gjson ?? value.jmesPath;
  return quote(part === undefined ? value.path : `${value.path}#${part}`);
}
