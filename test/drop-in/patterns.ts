// Expected texts. They are compared byte for byte, but for the few things that a store makes anew each time.
import { strict as assert } from 'node:assert';

const PATTERNS: Readonly<Record<string, string>> = {
  any: '[^]*',
  /** Whichever object it is: what fails a login fails every object of the class. */
  who: '(?:object "[^"]+"|all \\d+ objects): ',
  uuid: '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}',
  time: '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?Z',
  hex12: '[0-9a-f]{12}',
  hex64: '[0-9a-f]{64}',
  /** 32 bytes as base64. */
  key32: '[A-Za-z0-9+/]{43}=',
  jwt: 'eyJ[\\w-]+\\.[\\w-]+\\.[\\w-]+',
};

/** Fails with both texts where `actual` is not what `expected`, with its `${...}`, says. */
export function assertText(actual: string | undefined, expected: string, what: string): void {
  const parts = expected.split(/\$\{([\w-]+)\}/);
  const source = parts.map((part, index) => (index % 2 === 0 ? RegExp.escape(part) : patternOf(part))).join('');
  const isSo = actual !== undefined && new RegExp(`^${source}$`).test(actual);
  assert.ok(isSo, `${what}\n  is:     ${JSON.stringify(actual)}\n  should: ${JSON.stringify(expected)}`);
}

function patternOf(name: string): string {
  const pattern = PATTERNS[name];
  if (pattern === undefined) throw new Error(`nobody knows \${${name}}`);
  return pattern;
}
