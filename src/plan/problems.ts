// Collects every problem of a class, so that its author sees all of them at once, and makes one MountError of them.
// Texts must be ready to show: the caller has passed words from the class through `quote`.
import { MountError } from '../errors.ts';
import { quote } from '../quote.ts';
import type { Position } from '../yaml/position.ts';

/** More problems are not collected: they would tell the author nothing new. */
const MOST_PROBLEMS = 100;
/** The longest refusal: a pod's event shows little more. */
const LONGEST_BYTES = 4096;
/** Bytes of LONGEST_BYTES reserved for `... and 100 more`. */
const BYTES_FOR_REST = 20;

export type WarningKind = 'invisible' | 'template';

/** Something to put right in a class: a problem that refuses it, or a warning that does not. */
export interface Problem {
  /** Within the text of `objects`, or the name of the parameter where it stands. */
  readonly at: Position | string;
  /** The parameter, or which object, for example `object "db-password"`; undefined: the list as a whole. */
  readonly subject: string | undefined;
  /** What is wrong and what to change, one line. */
  readonly text: string;
  /** Set for a warning; undefined: something unknown. */
  readonly kind?: WarningKind;
}

export class Problems {
  readonly #found: Problem[] = [];

  get isFull(): boolean {
    return this.#found.length >= MOST_PROBLEMS;
  }

  get count(): number {
    return this.#found.length;
  }

  /** @param at another parameter, if the problem stands in that one. */
  addParameter(name: string, text: string, at = name): void {
    this.#add({ at, subject: name, text });
  }

  /** @param object how to name the object, for example `object "db-password"`; undefined: the list as a whole. */
  addObject(at: Position, object: string | undefined, text: string): void {
    this.#add({ at, subject: object, text });
  }

  addAll(problems: readonly Problem[]): void {
    for (const problem of problems) this.#add(problem);
  }

  /** In the order of the class: parameters, then by line. */
  list(): readonly Problem[] {
    return Object.freeze(this.#found.toSorted((a, b) => lineOf(a) - lineOf(b)));
  }

  #add(problem: Problem): void {
    if (!this.isFull) this.#found.push(Object.freeze(problem));
  }
}

/** The refusal: a headline, then one line for each problem as far as there is room. */
export function refuseClass(namespace: string, className: string, problems: Problems): MountError {
  const found = problems.list();
  const count = problems.isFull ? `${MOST_PROBLEMS} or more` : String(found.length);
  const lines = [
    `SecretProviderClass ${plain(namespace)}/${plain(className)}: ${count} problem${count === '1' ? '' : 's'}`,
  ];
  let sizeBytes = Buffer.byteLength(lines[0] ?? '');
  for (const [index, problem] of found.entries()) {
    const line = `- ${describeProblem(problem)}`;
    sizeBytes += Buffer.byteLength(line) + 1;
    if (sizeBytes > LONGEST_BYTES - BYTES_FOR_REST) {
      lines.push(`... and ${found.length - index} more`);
      break;
    }
    lines.push(line);
  }
  return new MountError('class-invalid', lines.join('\n'));
}

function describeProblem({ at, subject, text }: Problem): string {
  if (typeof at === 'string') return `parameter ${subject}: ${text}`;
  return `objects line ${at.line}${subject === undefined ? '' : `, ${subject}`}: ${text}`;
}

/** For the log, if a warning stands alone. */
export function describeWarning({ at, subject, text }: Problem): string {
  return typeof at === 'string' ? text : `${subject}: ${text}`;
}

function lineOf({ at }: Problem): number {
  return typeof at === 'string' ? 0 : at.line;
}

function plain(name: string): string {
  return quote(name).slice(1, -1);
}
