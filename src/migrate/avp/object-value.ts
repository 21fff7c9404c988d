// A value of a Secret or ConfigMap with placeholders to what it means in a class, or why it means nothing there.
import { quote } from '../../quote.ts';
import type { NotMapped } from '../movable.ts';
import { cleanPath, isKey } from '../paths.ts';
import { fixedText, MOST_READS, type ObjectValue, type StoreRead } from '../store-value.ts';
import type { AvpSettings } from './annotations.ts';
import { toSteps, withoutReturns } from './modifiers.ts';
import { hasPlaceholder, type Part, type Placeholder } from './placeholder.ts';
import { type Found, toTemplateText } from './template.ts';

export interface Mapped {
  readonly value: ObjectValue;
  /** Differences that its reader should know. */
  readonly warnings: readonly string[];
}

/** @param after what is done to the value behind its own modifiers. */
export function toObjectValue(
  parts: readonly Part[],
  settings: AvpSettings,
  after: readonly string[],
): Mapped | NotMapped {
  if (!hasPlaceholder(parts)) return toFixed(parts.join(''), after);
  const [only] = parts;
  if (parts.length > 1 || only === undefined || typeof only === 'string') return toTemplate(parts, settings, after);
  const modifiers = [...only.modifiers, ...after];
  const steps = toSteps(modifiers);
  if (steps === undefined) return toTemplate([{ ...only, modifiers }], settings, []);
  const found = find(only, settings);
  if ('kind' in found) return found;
  const warnings = [...found.warnings];
  if (steps.jsonPath !== undefined)
    warnings.unshift('a text is the same; a number is written as the store has it, and not as Go prints it');
  if (settings.removesMissing)
    warnings.push('optional: true leaves the file out also if the whole path is absent, on which the plugin failed');
  return { value: { ...found.read, ...steps, isOptional: settings.removesMissing }, warnings };
}

function toTemplate(parts: readonly Part[], settings: AvpSettings, after: readonly string[]): Mapped | NotMapped {
  if (settings.removesMissing) return text('remove-missing: a template is a file even if a value of it is missing');
  const [last, ...more] = withoutReturns(after);
  if (more.length > 0 || last === 'base64decode')
    return text('text around a placeholder in base64; write the value under stringData');
  const warnings = new Set<string>();
  const found: (string | Found)[] = [];
  for (const part of parts) {
    if (typeof part === 'string') {
      found.push(part);
      continue;
    }
    const one = find(part, settings);
    if ('kind' in one) return one;
    for (const warning of one.warnings) warnings.add(warning);
    found.push({ read: one.read, modifiers: part.modifiers });
  }
  const made = toTemplateText(found, last === 'base64encode');
  if ('kind' in made) return made;
  const { template, reads } = made;
  if (reads.length > MOST_READS)
    return text(`more than ${MOST_READS} values; keep the whole text in one key of the store`);
  return { value: { syntax: 'sprig', template, reads }, warnings: [...warnings, ...made.warnings] };
}

/** A template that reads nothing. */
function toFixed(given: string, after: readonly string[]): Mapped | NotMapped {
  let fixed = given;
  for (const step of after) {
    if (step === 'base64encode') fixed = Buffer.from(fixed).toString('base64');
    else {
      const bytes = Buffer.from(fixed, 'base64');
      const isBase64 = bytes.toString('base64') === fixed.replace(/\s/g, '');
      fixed = bytes.toString();
      if (!isBase64 || !Buffer.from(fixed).equals(bytes))
        return { kind: 'literal', why: 'a fixed value that is no text in base64; keep it in the store' };
    }
  }
  return { value: fixedText(fixed), warnings: [] };
}

interface FoundRead {
  readonly read: StoreRead;
  readonly warnings: readonly string[];
}

function find(placeholder: Placeholder, settings: AvpSettings): FoundRead | NotMapped {
  const path = toPath(placeholder, settings);
  if (typeof path !== 'string') return path;
  const read = { path, key: placeholder.key, encoding: undefined };
  const version = placeholder.path === undefined ? settings.version : placeholder.version;
  if (version === undefined) return { read, warnings: [] };
  if (settings.kvVersion === '1') {
    const warning = 'KV version 1 has no versions: argocd-vault-plugin ignored it, and the class does not name it';
    return { read, warnings: [warning] };
  }
  if (!/^\d{1,15}$/.test(version)) return { kind: 'path', why: `the version ${quote(version)} is no number` };
  return { read: { ...read, path: `${path}?version=${version}` }, warnings: [] };
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

function text(why: string): NotMapped {
  return { kind: 'text', why };
}
