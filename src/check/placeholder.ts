// Placeholders that envsubst, a CI server or a person should have replaced.
import { quote } from '../quote.ts';

const PLACEHOLDER = /\$\{\w+\}|\$\(\w+\)|<[A-Za-z][\w -]*>|\{\{[^{}]*\}\}/;

/** The message about it; undefined if there is none. */
export function findPlaceholder(text: string): string | undefined {
  const found = PLACEHOLDER.exec(text)?.[0];
  return found === undefined ? undefined : `the placeholder ${quote(found)} was not replaced; write the value`;
}
