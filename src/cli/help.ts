// What --help prints: for a person, in a terminal's width, from the tables of commands and flags.
import { COMMANDS, type Command } from './commands.ts';
import { type Flag, spelled } from './flags.ts';

const HEAD = `secretmount: a Kubernetes Secrets Store CSI provider for Vault and OpenBao.
It answers the driver's Mount calls with files, logged in to the store as the pod.
`;

const ABOUT_FLAGS = `
Flags take one dash or two. A flag takes precedence over its environment variable. Times are
written 500ms, 30s, 1h30m.
`;

const ABOUT_DOCS = `
Documentation: docs/README.md of the repository, by what you want to do.
`;

/** The lines of help stay under a terminal's 100 columns. */
const WIDTH = 96;
const INDENT = '      ';

export function helpText({ name, usage, help, flags, exitCodes }: Command): string {
  const isProgram = name === 'serve' || name === 'help';
  const head = isProgram
    ? `${HEAD}\nUsage:\n${COMMANDS.map(describeCommand).join('')}`
    : `secretmount ${name} ${usage}\n${wrap(help)}`;
  const groups = [...new Set(flags.map((flag) => flag.group))].map(
    (group) =>
      `\n${group}:\n${flags
        .filter((flag) => flag.group === group)
        .map(describeFlag)
        .join('')}`,
  );
  return `${head}${ABOUT_FLAGS}${groups.join('')}\nExit codes: ${exitCodes}.\n${isProgram ? ABOUT_DOCS : ''}`;
}

function describeCommand({ name, usage, help }: Command): string {
  return `  secretmount ${[name === 'serve' ? '[serve]' : name, usage].filter(Boolean).join(' ')}\n${wrap(help)}`;
}

function describeFlag(flag: Flag): string {
  const names = [flag.name, ...(flag.aliases ?? [])].map(spelled).join(', ');
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
