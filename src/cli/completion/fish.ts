// Completion for fish, a line for each flag.
import { COMMANDS, type Command } from '../commands.ts';
import type { Flag } from '../flags.ts';
import { namesOf, valueForm } from './value-form.ts';

export function fishCompletion(): string {
  const others = COMMANDS.map(({ name }) => name).filter((name) => name !== 'serve');
  const conditionOf = (name: string) =>
    name === 'serve' ? `not __fish_seen_subcommand_from ${others.join(' ')}` : `__fish_seen_subcommand_from ${name}`;
  const lines = COMMANDS.flatMap((command) => {
    const { name, help } = command;
    const first = `-n __fish_use_subcommand -a ${name} -d ${quote(help)}`;
    return [first, ...argumentsOf(command).map((line) => `-n ${quote(conditionOf(name))} ${line}`)];
  });
  return `# fish completion for secretmount, made by: secretmount completion fish
complete -c secretmount -f
${lines.map((line) => `complete -c secretmount ${line}\n`).join('')}`;
}

function argumentsOf({ flags, words }: Command): readonly string[] {
  const lines = flags.map(flagOf);
  if (words === 'files') return ['-F', ...lines];
  return words === undefined ? lines : [`-a ${quote(words.join(' '))}`, ...lines];
}

function flagOf(flag: Flag): string {
  const names = namesOf(flag).map((name) => (name.length === 1 ? `-s ${name}` : `-l ${name}`));
  const form = valueForm(flag);
  const value = {
    none: [],
    free: ['-x'],
    files: ['-r', '-F'],
    folders: ['-x', '-a', quote('(__fish_complete_directories)')],
    choices: ['-x', '-a', form.kind === 'choices' ? quote(form.choices.join(' ')) : ''],
  }[form.kind];
  return [...names, ...value, '-d', quote(flag.help)].join(' ');
}

function quote(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
