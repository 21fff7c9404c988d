// Completion for zsh, by its own _arguments.
import { COMMANDS, type Command } from '../commands.ts';
import { type Flag, spelled } from '../flags.ts';
import { namesOf, type ValueForm, valueForm } from './value-form.ts';

export function zshCompletion(): string {
  const described = COMMANDS.map(({ name, help }) => `    ${quote(`${name}:${help.replaceAll(':', '\\:')}`)}\n`);
  return `#compdef secretmount
# zsh completion for secretmount, made by: secretmount completion zsh
_secretmount() {
  local command=serve
  local -a commands=(
${described.join('')}  )
  if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then
    _describe command commands
    return
  fi
  if [[ $words[2] != -* ]]; then
    command=$words[2]
    shift words
    (( CURRENT-- ))
  fi
  case $command in
${COMMANDS.map(argumentsOf).join('')}  esac
}
# As a file of fpath it is called; if it is sourced it is registered.
if [[ $funcstack[1] == _secretmount ]]; then _secretmount "$@"; else compdef _secretmount secretmount; fi
`;
}

function argumentsOf({ name, flags, words }: Command): string {
  const specs = flags.flatMap((flag) => namesOf(flag).map((one) => specOf(flag, spelled(one))));
  if (words === 'files') specs.push(quote('*:file:_files'));
  else if (words !== undefined) specs.push(quote(`1:word:(${words.join(' ')})`));
  return `    ${name})\n      _arguments \\\n${specs.map((spec) => `        ${spec}`).join(' \\\n')}\n      ;;\n`;
}

function specOf(flag: Flag, name: string): string {
  const form = valueForm(flag);
  const help = flag.help.replace(/[\\[\]]/g, '\\$&');
  const value = form.kind === 'none' ? '' : `:${flag.value?.replaceAll(':', '\\:')}:${actionOf(form)}`;
  // One letter takes its value as the next word, a longer name also behind =.
  const equals = form.kind === 'none' || name.length === 2 ? '' : '=';
  return quote(`${flag.kind === 'list' ? '*' : ''}${name}${equals}[${help}]${value}`);
}

function actionOf(form: ValueForm): string {
  if (form.kind === 'choices') return `(${form.choices.join(' ')})`;
  return { none: '', free: ' ', files: '_files', folders: '_files -/' }[form.kind];
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
