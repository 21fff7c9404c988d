// Secrets that are awkward to write: what each format is made of, and what its real consumer gives back.

export interface AwkwardCase {
  readonly name: string;
  /** JSON, as a store sends it. */
  readonly text: string;
  /** Formats whose names are more than a shell's. */
  readonly isNoShells?: true;
}

/** Each code point where some reader or escape begins or ends. */
const POINTS = [
  ...range(0x01, 0x7ff),
  ...range(0x2000, 0x2070),
  ...[0xd7ff, 0xe000, 0xfeff, 0xfffd, 0xfffe, 0xffff, 0x10000, 0x1f511, 0x1fffe, 0x10ffff],
];

const VALUES = [
  '',
  ' ',
  '  two spaces at both ends  ',
  '\n',
  'one\ntwo\r\nthree\n\n',
  '\t\tTabs\t',
  "it's",
  "'''",
  "\\'",
  'say "hi"',
  `$HOME $\{HOME} $(id) \`id\` $$ $1 !! !x`,
  '# no comment',
  'a # b',
  'key=value',
  '=',
  ':',
  '- a',
  '? a',
  '\\',
  'ends with \\',
  '\\n \\u0041 \\x41 \\',
  '%PATH% %s %n',
  '{{ x }} {% y %} <%= z %>',
  '&anchor *alias !tag |',
  '---\n...\n',
  'yes',
  'NO',
  'null',
  '~',
  'true',
  '1.0',
  '0777',
  '1e3',
  '190:20:30',
  '2001-01-01',
  '.inf',
  '<<',
  'grüße, 世界 🔑 👩‍🚀 e\u0301',
  '\u00a0\u2028\u2029\u0085\ufeff',
  Buffer.from(range(0, 255)).toString('base64'),
  '-----BEGIN X-----\nYQ==\n-----END X-----\n',
  '*'.repeat(1100),
  String.fromCodePoint(...POINTS),
];

const KEYS = [
  ...['', ' ', 'a b', ' a', 'a ', 'yes', 'no', 'Null', 'null', '~', 'true', '1.0', '1', '0x1f', '1e3', '=', 'a=b'],
  ...[':', 'a:b', 'a: b', '#', '#a', 'a#b', '!', '!a', '?', '? a', '-', '- a', '---', '...', '{}', '[a]', '&a', '*a'],
  ...['|', '>', '%a', '@a', '`a`', '"', "'", '\\', 'a\\', 'a\nb', '\r', '\t', 'a.b', 'a-b', 'a/b', '<<', `$\{a}`, '$a'],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'ü', '世界', '🔑', '\u2028', '\u0000', '\u007f'],
  ...['k'.repeat(1023), 'l'.repeat(1024), 'm'.repeat(1025), 'ü'.repeat(600), '\u0001'.repeat(300)],
];

const SHELL_KEYS = [
  'a',
  'B',
  '_a',
  'A_1',
  'yes',
  'null',
  'if',
  'done',
  'PATH',
  'IFS',
  'PS4',
  '__proto__',
  'constructor',
];

const NUMBERS = [
  ...['0', '-0', '1', '-1', '9007199254740993', '12345678901234567890', '-9223372036854775808'],
  ...['123456789012345678901234567890', '1.10', '-0.0', '1e3', '1E3', '1e+3', '1e-7', '1.5e10', '-2.5E-3', '0.000001'],
];

export const AWKWARD: readonly AwkwardCase[] = [
  { name: 'a login', text: '{"username":"app","password":"s3cret"}' },
  { name: 'values', text: JSON.stringify(Object.fromEntries(VALUES.map((value, index) => [`V${index}`, value]))) },
  { name: 'keys of a shell', text: toObject(SHELL_KEYS) },
  { name: 'other keys', text: toObject(KEYS), isNoShells: true },
  { name: 'numbers', text: `{${NUMBERS.map((number, index) => `"N${index}":${number}`).join()}}` },
  { name: 'words', text: '{"t":true,"f":false,"n":null,"s":"true"}' },
  {
    name: 'maps and lists',
    text: '{"b":{"z":[1,{"y":"it\'s","x":[]},[[["deep"]],{}],null],"a":{"c":{"d":{"e":"\\n"}}}},"a":[],"c":{},"d":["x"]}',
  },
  { name: 'nothing', text: '{}' },
  { name: 'halves of characters', text: '{"a":"\\ud800","b":"x\\udc00y","c":"\\ud83d\\ude00","d":["\\ud83d"]}' },
  { name: 'a half in a key', text: '{"\\ud800":"a"}', isNoShells: true },
  { name: 'NUL', text: '{"a":"\\u0000","b":"x\\u0000y"}', isNoShells: true },
  { name: 'a key twice', text: '{"b":"1","a":"2","b":"3"}' },
  {
    name: 'a megabyte',
    text: JSON.stringify({ a: '\'"\\$ü\n🔑#=x'.repeat(70_000), b: '0123456789abcdef'.repeat(65_536) }),
  },
];

/** `__proto__` would be no key of a literal. */
function toObject(keys: readonly string[]): string {
  return `{${keys.map((key, index) => `${JSON.stringify(key)}:"of ${index}"`).join()}}`;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
