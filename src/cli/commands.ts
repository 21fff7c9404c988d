// The commands, each with the flags it takes: what arguments are parsed by and what `secretmount COMMAND --help` prints.
import { CHECK_FLAGS } from './check/check-flags.ts';
import { FLAGS, type Flag } from './flags.ts';
import { MIGRATE_FLAGS } from './migrate/migrate-flags.ts';
import { MOUNT_FLAGS } from './mount/mount-flags.ts';
import { STATUS_FLAGS } from './status/status-flags.ts';
import { TEMPLATE_FLAGS } from './template/template-flags.ts';

export type CommandName =
  | 'serve'
  | 'check'
  | 'mount'
  | 'migrate'
  | 'template'
  | 'status'
  | 'completion'
  | 'version'
  | 'help';

export interface Command {
  readonly name: CommandName;
  /** After the program's and the command's name. */
  readonly usage: string;
  readonly help: string;
  /** Group by group, in the order in which --help prints them. */
  readonly flags: readonly Flag[];
  /** Arguments that are not flags: files, or one of these; undefined: there are none. */
  readonly words?: 'files' | readonly string[];
  readonly exitCodes: string;
}

export const SHELLS = ['bash', 'zsh', 'fish'] as const;

const PRINTED = '0 printed, 2 the command line cannot be understood';

export const COMMANDS: readonly Command[] = [
  {
    name: 'serve',
    usage: '[flags]',
    help: 'serve the driver on Unix sockets, until stopped; also if no command is given',
    flags: FLAGS,
    exitCodes: '0 stopped as asked, 1 failed, 2 the command line, or a file it names, cannot be used',
  },
  {
    name: 'check',
    usage: 'FILE... [flags]',
    help: 'find the problems of SecretProviderClasses in manifests: files, folders, or - for standard input',
    flags: CHECK_FLAGS,
    words: 'files',
    exitCodes:
      '0 no errors, 1 errors found (with --strict: or warnings), 2 not all was checked: the command line, a file or the store cannot be used, or --min-classes is not met',
  },
  {
    name: 'mount',
    usage: 'FILE --out FOLDER [flags]',
    help: 'write what a pod of a SecretProviderClass would get into a folder, and show where it came from; - for standard input',
    flags: MOUNT_FLAGS,
    words: 'files',
    exitCodes:
      '0 mounted, or stopped as asked, 1 the mount failed, 2 the command line, or a file or folder it names, cannot be used',
  },
  {
    name: 'migrate',
    usage: 'FILE... --out FOLDER [flags]',
    help: 'turn manifests of argocd-vault-plugin, the agent injector and four operators into SecretProviderClasses, changed pods and roles; files, folders, or - for standard input',
    flags: MIGRATE_FLAGS,
    words: 'files',
    exitCodes:
      '0 all is mapped, 1 something is not (see --allow), 2 the command line, or a file or folder it names, cannot be used',
  },
  {
    name: 'template',
    usage: 'FILE [flags]',
    help: 'render one template with the data of a file, without a store; - for standard input',
    flags: TEMPLATE_FLAGS,
    words: 'files',
    exitCodes: '0 rendered, 1 the template failed, 2 the command line, or a file it names, cannot be used',
  },
  {
    name: 'status',
    usage: '[flags]',
    help: 'show what a running daemon holds, for whom and until when; never a secret',
    flags: STATUS_FLAGS,
    exitCodes: '0 shown, 1 no daemon answered, 2 the command line cannot be understood',
  },
  {
    name: 'completion',
    usage: SHELLS.join('|'),
    help: 'print the script by which a shell completes commands, flags and their values',
    flags: FLAGS.filter(({ name }) => name === 'help'),
    words: SHELLS,
    exitCodes: PRINTED,
  },
  {
    name: 'version',
    usage: '',
    help: 'print the version',
    flags: FLAGS.filter(({ name }) => name === 'output' || name === 'help'),
    exitCodes: PRINTED,
  },
  {
    name: 'help',
    usage: '[COMMAND]',
    help: 'print this, or what a command takes',
    flags: FLAGS,
    words: ['serve', 'check', 'mount', 'migrate', 'template', 'status', 'completion', 'version'],
    exitCodes: PRINTED,
  },
];

export function findCommand(name: string): Command | undefined {
  return COMMANDS.find((one) => one.name === name);
}
