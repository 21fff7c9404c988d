// Input and output of a check: position, level, rule, and what to do. These are the library's public types.
import type { Level, Rule } from './rules.ts';

/** A file, or what came on standard input. */
export interface Source {
  readonly name: string;
  readonly text: string;
}

export interface Finding {
  /** As the caller named it; `-` for standard input. */
  readonly file: string;
  /** From 1, in the file, also for a position within the text of `objects`. */
  readonly line: number;
  /** From 1, in UTF-16 units, as editors and SARIF count them. */
  readonly column: number;
  readonly level: Level;
  readonly rule: Rule;
  /** What is wrong and what to change; one line. */
  readonly message: string;
  /** The resource that contains it, for example `SecretProviderClass shop/app`; undefined for any other text. */
  readonly resource: string | undefined;
}

type Placed = Pick<Finding, 'file' | 'line' | 'column' | 'message'>;

/** In the order in which a reader meets them. */
export function compareFindings(a: Placed, b: Placed): number {
  return compareText(a.file, b.file) || a.line - b.line || a.column - b.column || compareText(a.message, b.message);
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Manifests of another system, which `secretmount migrate` turns into classes. */
export interface Migratable {
  readonly system:
    | 'argocd-vault-plugin'
    | 'External Secrets'
    | 'Vault Agent injector'
    | 'Vault Secrets Operator'
    | 'Sealed Secrets'
    | 'aws-secret-operator';
  /** Documents. */
  readonly count: number;
  /** The file of the first one. */
  readonly file: string;
  readonly line: number;
}
