// Classes in the worst shapes that fit into the bounds, or miss them by little: what the parser, and whoever stands
// behind it, must answer in a time that no other mount feels.
import { ONE_OBJECT } from './request.ts';

export const KIB = 1024;

export const fill = (part: string, bytes = 256 * KIB) => part.repeat(Math.floor(bytes / part.length));
export const many = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => make(i)).join('');
export const bomb = many(9, (i) => `- &a${i + 1} [${Array.from({ length: 9 }, () => `*a${i}`).join(',')}]\n`);

/** What comes out: the number of objects, or a part of the refusal. */
export const SHAPES: Readonly<Record<string, readonly [objects: string, outcome: number | string]>> = {
  'a thousand objects': [
    many(1000, (i) => `- objectName: f${i}\n  secretPath: secret/data/app${i}\n  secretKey: k\n`),
    1000,
  ],
  'a thousand and one': [many(1001, (i) => `- {objectName: f${i}, secretPath: p}\n`), 'more than 1000 objects'],
  'deep file names': [many(60, (i) => `- {objectName: ${'a/'.repeat(2000)}f${i}, secretPath: p}\n`), 60],
  'one byte too many': [`${ONE_OBJECT}#${'x'.repeat(256 * KIB)}`, 'larger than 256 KiB'],
  'few characters of many bytes': [`# ${'ü'.repeat(200 * KIB)}`, 'larger than 256 KiB'],
  'a huge comment': [`${ONE_OBJECT}#${'x'.repeat(255 * KIB)}`, 1],
  'comments only': [`${ONE_OBJECT}${'#\n'.repeat(24_000)}`, 1],
  'blank lines, then comments': [`a: |\n  x\n${'\n'.repeat(25_000)}${' #\n'.repeat(8000)}`, 'a map, not a list'],
  'blank lines': [fill('\n', 200 * KIB), 'more than 50000 words'],
  'tabs and line ends': [`- a\n${fill('\t\n', 255 * KIB)}`, 'more than 50000 words'],
  'a long plain text': [`- objectName: ${'x'.repeat(250 * KIB)}\n`, 'longer than 4096 bytes'],
  'a long plain text over many lines': [`- objectName: ${fill('x\n   ', 250 * KIB)}`, 'more than 50000 words'],
  'a long text of escapes': [`- secretKey: "${fill('\\u0041', 250 * KIB)}"`, 'longer than 4096 characters'],
  'a long folded text of blank lines': [`- secretKey: >\n    x${'\n'.repeat(250 * KIB)}    y`, 'more than 50000 words'],
  'a long folded text': [`- secretKey: >\n${fill('    x\n', 250 * KIB)}`, 'longer than 4096 characters'],
  'a long block text': [`- secretKey: |+\n${'\n'.repeat(49_000)}`, 'longer than 4096 characters'],
  'a wide map': [`${ONE_OBJECT}${many(4990, (i) => `  k${i}: ${i}\n`)}`, 1],
  'a wide map of near misses': [`${ONE_OBJECT}${many(4990, (i) => `  secretKe${i}: ${i}\n`)}`, 1],
  'a wide map with a missing name': [
    `- secretPath: p\n${many(4990, (i) => `  objectN${i}: ${i}\n`)}`,
    'objectName is missing',
  ],
  'many duplicate keys': [`${ONE_OBJECT}${'  a: b\n'.repeat(4990)}`, '100 or more problems'],
  'wide arguments': [`${ONE_OBJECT}  secretArgs:\n${many(4990, (i) => `    k${i}: ${i}\n`)}`, 1],
  'an integer of 250 KB': [`${ONE_OBJECT}  secretArgs: {a: ${'9'.repeat(250 * KIB)}}`, 1],
  'a mode of 250 KB': [`${ONE_OBJECT}  filePermission: 0${'8'.repeat(250 * KIB)}x`, 'not a whole number'],
  'a time of 250 KB': [`${ONE_OBJECT}  refreshAfter: ${'1'.repeat(250 * KIB)}`, 'refreshAfter is not a time'],
  'a time of many units': [`${ONE_OBJECT}  refreshAfter: ${'1m'.repeat(125 * KIB)}`, 'refreshAfter is not a time'],
  'ten thousand tiny values': [`[${'a,'.repeat(9990)}]`, 'more than 1000 objects'],
  'more values than that': [`[${'a,'.repeat(10_010)}]`, 'more than 10000 values'],
  'many tiny problems': ['- {a: b}\n'.repeat(1000), '100 or more problems'],
  'many near misses': [
    many(1000, (i) => `- {objectName: f${i}, secretPath: p, encoding: bas64}\n`),
    '100 or more problems',
  ],
  'deep flow': ['['.repeat(256 * KIB), 'nested deeper than 32 levels'],
  'deep maps': ['{a: '.repeat(64 * KIB), 'nested deeper than 32 levels'],
  'deep block lists on a line': [fill('- '), 'nested deeper than 32 levels'],
  'deep keys on a line': [fill('? '), 'nested deeper than 32 levels'],
  'deep values on a line': [fill(': '), 'nested deeper than 32 levels'],
  'deep block maps': [many(500, (i) => `${' '.repeat(i)}a:\n`), 'nested deeper than 32 levels'],
  'deep flow often': [many(310, () => `- ${'['.repeat(30)}${']'.repeat(30)}\n`), '100 or more problems'],
  'an alias bomb': [`- &a0 [x,x,x,x,x,x,x,x,x]\n${bomb}`, 'aliases grow it beyond'],
  'an alias bomb of text': [`- &a ${'x'.repeat(200 * KIB)}\n${'- *a\n'.repeat(6)}`, 'aliases grow it beyond'],
  'an alias bomb of depth': [
    many(40, (i) => `- &a${i + 1} [${i === 0 ? 'x' : `*a${i}`}]\n`),
    'nested deeper than 32 levels',
  ],
  'a merge bomb': [`- &a {${many(100, (i) => `k${i}: 1, `)}}\n${'- {<<: *a}\n'.repeat(900)}`, 'aliases grow it beyond'],
  'many aliases': [`- &a x\n${'- *a\n'.repeat(4900)}`, 'more than 1000 objects'],
  'anchors in a row': ['&a '.repeat(16_000), 'missing or empty'],
  'tags in a row': ['! '.repeat(24_000), 'missing or empty'],
  'commas in a row': [`[${','.repeat(49_900)}`, 'an unexpected character'],
  'closing brackets in a row': [']'.repeat(49_900), 'an unexpected character'],
  'colons in a row': [`{${': '.repeat(24_000)}`, 'an unexpected character'],
  'open quotes': ['- "\n'.repeat(4900), 'objects line'],
  'a template of as many parts as may be': [`- {objectName: a, template: "${'{{.}}'.repeat(1_900)}"}`, 1],
  'templates of many parts': [
    many(20, (i) => `- {objectName: a${i}, template: "${'{{.}}'.repeat(2_300)}"}\n`),
    'more than 10,000 words, numbers and signs',
  ],
  'a template of parentheses': [`- {objectName: a, template: "{{${'('.repeat(200 * KIB)}"}`, 'max expression depth'],
  'a template of open quotes': [`- {objectName: a, template: '{{ ${'"x '.repeat(60 * KIB)}'}`, 'in operand'],
  'a template of text': [`- {objectName: a, template: "${'x'.repeat(250 * KIB)}"}`, 1],
  'documents in a row': ['---\n'.repeat(24_000), 'missing or empty'],
  'directives in a row': ['%A\n'.repeat(16_000), 'missing or empty'],
};
