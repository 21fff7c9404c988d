// A value of a Secret or ConfigMap with placeholders to what it means in a class, or why it means nothing there.
import { quote } from '../../quote.ts';
import type { NotMapped } from '../movable.ts';
import { cleanPath, isKey } from '../paths.ts';
import type { StoreValue } from '../store-value.ts';
import type { AvpSettings } from './annotations.ts';
import { toSteps } from './modifiers.ts';
import type { Part, Placeholder } from './placeholder.ts';

export interface Mapped {
  readonly value: StoreValue;
  /** Differences that its reader should know. */
  readonly warnings: readonly string[];
}

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
  const steps = toSteps([...placeholder.modifiers, ...after]);
  if ('kind' in steps) return steps;
  const path = toPath(placeholder, settings);
  if (typeof path !== 'string') return path;
  const warnings: string[] = [];
  if (steps.jsonPath !== undefined)
    warnings.push('a text is the same; a number is written as the store has it, and not as Go prints it');
  const version = placeholder.path === undefined ? settings.version : placeholder.version;
  let query = '';
  if (version !== undefined && settings.kvVersion === '1')
    warnings.push('KV version 1 has no versions: argocd-vault-plugin ignored it, and the class does not name it');
  else if (version !== undefined && !/^\d{1,15}$/.test(version))
    return { kind: 'path', why: `the version ${quote(version)} is no number` };
  else if (version !== undefined) query = `?version=${version}`;
  if (settings.removesMissing)
    warnings.push('optional: true leaves the file out also if the whole path is absent, on which the plugin failed');
  const value = { path: path + query, key: placeholder.key, ...steps, isOptional: settings.removesMissing };
  return { value, warnings };
}

function toPath(placeholder: Placeholder, settings: AvpSettings): string | NotMapped {
  const given = placeholder.path ?? settings.path ?? '';
  const path = cleanPath(given);
  if (path === undefined) {
    const why = `a class and its policy cannot name the path ${quote(given)}; move the secret to a plainer one`;
    return { kind: 'path', why };
  }
  if (!isKey(placeholder.key))
    return { kind: 'path', why: `a class cannot name the key ${quote(placeholder.key)}; rename it in the store` };
  return path;
}
