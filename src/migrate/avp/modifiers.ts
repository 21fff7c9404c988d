// The modifiers of a placeholder, one after the other, as the fields of an object: what is selected, then decoded, then
// encoded.
import { toRfc9535 } from './json-path.ts';

export interface Steps {
  readonly jsonPath: string | undefined;
  readonly encoding: 'base64' | undefined;
  readonly encode: 'base64' | undefined;
}

/** Undefined: no fields stand for them, in this order. */
export function toSteps(modifiers: readonly string[]): Steps | undefined {
  const rest = withoutReturns(modifiers);
  let jsonPath: string | undefined;
  if (nameOf(rest[0]) === 'jsonPath') {
    jsonPath = toRfc9535(argumentsOf(rest.shift()));
    if (jsonPath === undefined) return undefined;
  }
  const encoding = rest[0] === 'base64decode' ? 'base64' : undefined;
  if (encoding !== undefined) rest.shift();
  const encode = rest[0] === 'base64encode' ? 'base64' : undefined;
  if (encode !== undefined) rest.shift();
  return rest.length === 0 ? { jsonPath, encoding, encode } : undefined;
}

/** What is encoded and decoded at once is as it was. */
export function withoutReturns(modifiers: readonly string[]): string[] {
  const steps: string[] = [];
  for (const modifier of modifiers) {
    if (modifier === 'base64decode' && steps.at(-1) === 'base64encode') steps.pop();
    else steps.push(modifier);
  }
  return steps;
}

export function nameOf(modifier = ''): string {
  return /^\S*/.exec(modifier)?.[0] ?? '';
}

/** With one space between each, as the plugin writes them. */
export function argumentsOf(modifier = ''): string {
  return modifier.split(/\s+/).slice(1).join(' ');
}
