// What --help prints: for a person, in a terminal's width, from the table of flags.
import { FLAGS, type Flag, GROUPS } from './flags.ts';

const HEAD = `secretmount: a Kubernetes Secrets Store CSI provider for Vault and OpenBao.
It answers the driver's Mount calls with files, logged in to the store as the pod.

Usage:
  secretmount [serve] [flags]   serve the driver on Unix sockets, until stopped
  secretmount version           print the version
  secretmount help              print this

Flags take one dash or two. A flag wins over its environment variable. Times are
written 500ms, 30s, 1h30m.
`;

const FOOT = `
Exit codes: 0 stopped as asked, 1 failed, 2 the command line cannot be understood.
`;

/** The lines of help stay under a terminal's 100 columns. */
const WIDTH = 96;
const INDENT = '      ';

export function helpText(): string {
  const groups = GROUPS.map((group) => {
    const flags = FLAGS.filter((flag) => flag.group === group);
    return `\n${group}:\n${flags.map(describeFlag).join('')}`;
  });
  return HEAD + groups.join('') + FOOT;
}

function describeFlag(flag: Flag): string {
  const names = [flag.name, ...(flag.aliases ?? [])].map((name) => `--${name}`).join(', ');
  const value = flag.value === undefined ? '' : ` ${flag.value}`;
  const notes = [
    ...(flag.default === undefined ? [] : [`default ${flag.default}`]),
    ...(flag.env === undefined ? [] : [`or ${flag.env.join(', ')}`]),
  ];
  const text = notes.length === 0 ? flag.help : `${flag.help} (${notes.join('; ')})`;
  return `  ${names}${value}\n${wrap(text)}`;
}

function wrap(text: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && INDENT.length + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.map((one) => `${INDENT}${one}\n`).join('');
}
