// What may stand for a flag's value, as far as a shell can help with it.
import type { Flag } from '../flags.ts';

export type ValueForm =
  | { readonly kind: 'none' }
  | { readonly kind: 'choices'; readonly choices: readonly string[] }
  | { readonly kind: 'files' }
  | { readonly kind: 'folders' }
  | { readonly kind: 'free' };

const BY_VALUE: Readonly<Record<string, ValueForm>> = {
  FILE: { kind: 'files' },
  PATH: { kind: 'files' },
  FOLDER: { kind: 'folders' },
};

export function valueForm({ kind, value = '' }: Flag): ValueForm {
  if (kind === 'switch') return { kind: 'none' };
  if (value.includes('|')) return { kind: 'choices', choices: value.split('|') };
  return BY_VALUE[value] ?? { kind: 'free' };
}

/** Every name of each flag, as a person writes it. */
export function namesOf(flag: Flag): readonly string[] {
  return [flag.name, ...(flag.aliases ?? [])];
}
