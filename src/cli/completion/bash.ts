// Completion for bash, by what bash itself has: the package bash-completion may be missing.
import { COMMANDS, type Command } from '../commands.ts';
import { spelled } from '../flags.ts';
import { namesOf, type ValueForm, valueForm } from './value-form.ts';

export function bashCompletion(): string {
  return `# bash completion for secretmount, made by: secretmount completion bash
_secretmount() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" command=serve
  # bash takes --flag=value apart at its =.
  if [[ $current == = ]]; then current=''; elif [[ $before == = ]]; then before="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  COMPREPLY=()
  if [[ $COMP_CWORD -eq 1 && $current != -* ]]; then
    COMPREPLY=($(compgen -W '${COMMANDS.map(({ name }) => name).join(' ')}' -- "$current"))
    return
  fi
  if [[ \${COMP_WORDS[1]} != -* ]]; then command="\${COMP_WORDS[1]}"; fi
  case "$command $before" in
${COMMANDS.map(valuesOf).join('')}  esac
  case "$command" in
${COMMANDS.map(wordsOf).join('')}  esac
}
complete -F _secretmount secretmount
`;
}

/** What may follow each of its flags. */
function valuesOf({ name, flags }: Command): string {
  return flags
    .map((flag) => {
      const reply = replyOf(valueForm(flag));
      const patterns = namesOf(flag).flatMap((one) => [`'${name} --${one}'`, `'${name} -${one}'`]);
      return reply === undefined ? '' : `    ${patterns.join(' | ')}) ${reply}; return ;;\n`;
    })
    .join('');
}

function replyOf(form: ValueForm): string | undefined {
  if (form.kind === 'none') return undefined;
  if (form.kind === 'choices') return `COMPREPLY=($(compgen -W '${form.choices.join(' ')}' -- "$current"))`;
  return form.kind === 'free' ? ':' : filesReply(form.kind);
}

/** A name may hold spaces. */
function filesReply(kind: 'files' | 'folders'): string {
  const option = kind === 'files' ? '-f' : '-d';
  return `compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen ${option} -- "$current")`;
}

function wordsOf({ name, flags, words }: Command): string {
  const names = flags.flatMap(namesOf).map(spelled).join(' ');
  const others =
    words === 'files'
      ? ` else ${filesReply('files')};`
      : words === undefined
        ? ''
        : ` else COMPREPLY=($(compgen -W '${words.join(' ')}' -- "$current"));`;
  return `    ${name}) if [[ $current == -* ]]; then COMPREPLY=($(compgen -W '${names}' -- "$current"));${others} fi ;;\n`;
}
