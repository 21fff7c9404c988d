// `secretmount completion SHELL`: the script by which a shell completes commands, flags and their values, from the same
// table as --help.
import { UsageError } from '../args.ts';
import { SHELLS } from '../commands.ts';
import { bashCompletion } from './bash.ts';
import { fishCompletion } from './fish.ts';
import { zshCompletion } from './zsh.ts';

const SCRIPTS: Readonly<Record<(typeof SHELLS)[number], () => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

/** @throws UsageError */
export function completionScript([shell, another]: readonly string[]): string {
  const name = SHELLS.find((one) => one === shell);
  if (name === undefined || another !== undefined)
    throw new UsageError(`completion takes one shell: secretmount completion ${SHELLS.join('|')}`);
  return SCRIPTS[name]();
}
