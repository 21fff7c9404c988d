// A value of a Secret or ConfigMap with placeholders to what it means in a class, or why it means nothing there.
import { quote } from '../../quote.ts';
import type { Kind } from '../kinds.ts';
import type { StoreValue } from '../store-value.ts';
import type { AvpSettings } from './annotations.ts';
import type { Part, Placeholder } from './placeholder.ts';

export interface NotMapped {
  readonly kind: Kind;
  readonly why: string;
}

export interface Mapped {
  readonly value: StoreValue;
  /** Differences that its reader should know. */
  readonly warnings: readonly string[];
}

/** Without what a policy takes for a pattern, a URL or a shell for something else, and nobody sees. */
const PATH = /^(?:(?!\.{1,2}(?:\/|$))[\p{L}\p{N}_.~@:=,-]+(?:\/(?!$)|$))+$/u;
const BAD_KEY = /^$|\p{Cc}|.{1000}/u;
const LATER: Readonly<Record<string, string>> = {
  jsonPath: 'a value inside a value',
  jsonParse: 'a value inside a value',
  yamlParse: 'a value inside a value',
  indent: 'a template',
  sha256sum: 'a template',
};

/** @param after what is done to the value behind its own modifiers. */
export function toStoreValue(
  parts: readonly Part[],
  settings: AvpSettings,
  after: readonly string[],
): Mapped | NotMapped {
  const [placeholder] = parts;
  if (parts.length !== 1 || placeholder === undefined || typeof placeholder === 'string') {
    const why =
      'text around a placeholder, or several of them, need a template; keep the parts in one key of the store';
    return { kind: 'text', why };
  }
  const encoding = toEncoding([...placeholder.modifiers, ...after]);
  if (encoding !== undefined && typeof encoding !== 'string') return encoding;
  const path = toPath(placeholder, settings);
  if (typeof path !== 'string') return path;
  const warnings: string[] = [];
  const version = placeholder.path === undefined ? settings.version : placeholder.version;
  let query = '';
  if (version !== undefined && settings.kvVersion === '1')
    warnings.push('KV version 1 has no versions: argocd-vault-plugin ignored it, and the class does not name it');
  else if (version !== undefined && !/^\d{1,15}$/.test(version))
    return { kind: 'path', why: `the version ${quote(version)} is no number` };
  else if (version !== undefined) query = `?version=${version}`;
  if (settings.removesMissing)
    warnings.push('optional: true leaves the file out also if the whole path is absent, on which the plugin failed');
  const value = { path: path + query, key: placeholder.key, encoding, isOptional: settings.removesMissing };
  return { value, warnings };
}

function toPath(placeholder: Placeholder, settings: AvpSettings): string | NotMapped {
  const given = placeholder.path ?? settings.path ?? '';
  // As Go's path.Join makes of it, which the plugin's client goes through.
  const path = given.split('/').filter(Boolean).join('/');
  if (!PATH.test(path)) {
    const why = `a class and its policy cannot name the path ${quote(given)}; move the secret to a plainer one`;
    return { kind: 'path', why };
  }
  if (BAD_KEY.test(placeholder.key))
    return { kind: 'path', why: `a class cannot name the key ${quote(placeholder.key)}; rename it in the store` };
  return path;
}

function toEncoding(modifiers: readonly string[]): 'base64' | undefined | NotMapped {
  const steps: string[] = [];
  for (const modifier of modifiers) {
    if (modifier === 'base64decode' && steps.at(-1) === 'base64encode') steps.pop();
    else steps.push(modifier);
  }
  const [first, another] = steps;
  if (first === undefined) return undefined;
  if (another === undefined && first === 'base64decode') return 'base64';
  const unknown = steps.find((step) => step !== 'base64decode' && step !== 'base64encode');
  const name = /^\S*/.exec(unknown ?? 'base64encode')?.[0] ?? '';
  const need = LATER[name];
  if (unknown === undefined) {
    const why =
      'no field of an object encodes what the store holds; keep it encoded in the store, without the modifier';
    return { kind: 'modifier', why };
  }
  if (need === undefined) return { kind: 'modifier', why: `argocd-vault-plugin has no modifier ${quote(name)}` };
  const why = `the modifier ${name} needs ${need}, which a class of this version does not have; keep the result in the store`;
  return { kind: 'modifier', why };
}
