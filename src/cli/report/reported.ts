// The content of every report, for any command.

export interface Reported {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly level: 'error' | 'warning' | 'note';
  readonly rule: string;
  readonly message: string;
}

/** The rules that may be among them, by name. */
export type Rules = Readonly<Record<string, { readonly level: Reported['level']; readonly help: string }>>;
