// Classes that are nearly right: realistic seeds with bytes, lines and words changed, and classes grown from
// the grammar with hostile leaves. The fuzz test feeds them to parsePlan.
import { readdirSync, readFileSync } from 'node:fs';
import type { Random } from './random.ts';

const FOLDER = new URL('./seeds/', import.meta.url);
export const SEEDS = readdirSync(FOLDER)
  .sort()
  .map((name) => readFileSync(new URL(name, FOLDER), 'utf8'));

const FIELDS = [
  'objectName',
  'secretPath',
  'secretKey',
  'method',
  'secretArgs',
  'filePermission',
  'encoding',
  'format',
  'pem',
  'password',
  'keyAlias',
  'optional',
  '<<',
];
/** Pieces of YAML, paths and texts that have broken parsers before. */
const PIECES = [
  '- ',
  ': ',
  '? ',
  '&a ',
  '*a',
  '<<: ',
  '!!str ',
  '! ',
  '!x ',
  '|\n',
  '>-\n',
  '|9+',
  '"',
  "'",
  '{',
  '}',
  '[',
  ']',
  ',',
  '#',
  ' #',
  '%YAML 1.1\n',
  '---\n',
  '...\n',
  '\t',
  '\r\n',
  '\r',
  '\n',
  '\n\n',
  ' ',
  '   ',
  '\0',
  '\u{feff}',
  '\u2028',
  '\ud800',
  '\u{1f600}',
  '\\u0000',
  '\\x',
  '\\',
  '..',
  '../',
  '%2e%2e',
  '/',
  '//',
  '?',
  '&',
  '=',
  '%',
  '%zz',
  '~',
  'null',
  'yes',
  '.nan',
  '.inf',
  '-0',
  '0640',
  '0o9',
  '0x',
  '1e999',
  '9'.repeat(400),
  '2030-13-45',
  '__proto__',
  'constructor',
  'toString',
  'a'.repeat(300),
  'objectName',
  'secretPath: p\n',
  '- objectName: a\n',
  '@',
  '`',
  'é',
] as const;

export function makeObjects(random: Random): string {
  const text = random.oneIn(2) ? random.pick(SEEDS) : growList(random);
  return random.oneIn(8) ? text : mutate(random, text);
}

/** Changes anywhere in any text, also in JSON. */
export function mutate(random: Random, text: string): string {
  let changed = text;
  for (let left = 1 + random.size(40); left > 0; left--) {
    const at = random.below(changed.length + 1);
    const end = Math.min(changed.length, at + 1 + random.size(200));
    const kind = random.below(6);
    if (kind === 0) changed = changed.slice(0, at) + changed.slice(end);
    else if (kind === 1)
      changed = changed.slice(0, at) + random.pick(PIECES).repeat(1 + random.size(60)) + changed.slice(at);
    else if (kind === 2) changed = changed.slice(0, end) + changed.slice(at);
    else if (kind === 3)
      changed = changed.slice(0, at) + String.fromCharCode(random.below(0x180)) + changed.slice(at + 1);
    else if (kind === 4) changed = changed.slice(0, at) + random.pick(PIECES) + changed.slice(end);
    else if (random.oneIn(30)) changed = changed.repeat(1 + random.size(200));
    if (changed.length > 300_000) changed = changed.slice(0, 300_000);
  }
  return changed;
}

function growList(random: Random): string {
  const isFlow = random.oneIn(3);
  const objects = Array.from({ length: random.size(1200) }, () => (isFlow ? growFlow(random, 0) : growBlock(random)));
  return isFlow ? `[${objects.join(', ')}]` : objects.join('');
}

function growBlock(random: Random): string {
  const fields = Array.from({ length: 1 + random.size(20) }, () => `${growKey(random)}: ${growFlow(random, 0)}`);
  return `- ${fields.join('\n  ')}\n`;
}

function growFlow(random: Random, depth: number): string {
  const kind = depth > 40 ? 9 : random.below(10);
  if (kind === 0) return `[${Array.from({ length: random.size(30) }, () => growFlow(random, depth + 1)).join(', ')}]`;
  if (kind < 3) {
    const fields = Array.from({ length: random.size(12) }, () => `${growKey(random)}: ${growFlow(random, depth + 1)}`);
    return `${random.oneIn(5) ? '&a ' : ''}{${fields.join(', ')}}`;
  }
  if (kind === 3) return `"${random.pick(PIECES)}"`;
  if (kind === 4) return '*a';
  return random.pick([
    'a',
    'secret/data/x',
    '0640',
    'base64',
    'LIST',
    'yaml',
    'pem',
    'pkcs12',
    'true',
    String(random.below(1000)),
    random.pick(PIECES),
  ]);
}

function growKey(random: Random): string {
  return random.oneIn(6) ? random.pick(PIECES).trim() || 'k' : random.pick(FIELDS);
}
