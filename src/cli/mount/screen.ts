// What a person is told while the command runs: results on the output, warnings and troubles on the error stream, each
// of those once however often it is met. Whatever a class or its store wrote is made printable here and in table.ts.
import type { Fact } from '../../events.ts';
import { printable, printableLines } from '../../printable.ts';
import { explainFault } from '../explain-fault.ts';
import type { Streams } from '../run.ts';
import type { Row } from './changes.ts';
import { formatJsonLine } from './json-lines.ts';
import type { MountOptions } from './mount-options.ts';
import { formatChange, formatSummary, formatTable } from './table.ts';

export class Screen {
  readonly #streams: Streams;
  readonly #hasColours: boolean;
  readonly #warnings = new Set<string>();
  #trouble: string | undefined;

  constructor(streams: Streams, hasColours: boolean) {
    this.#streams = streams;
    this.#hasColours = hasColours;
  }

  showAll(rows: readonly Row[], { folder, login, isWatching, intervalMs, output }: MountOptions): void {
    if (output === 'json') return void this.#streams.out(formatJsonLine(rows, folder));
    this.#streams.out(formatTable(rows, this.#hasColours) + formatSummary(rows, folder));
    if (login.kind === 'token')
      this.#streams.out("read with the given store token; the class's own login was not tried\n");
    if (isWatching) this.#streams.out(`looking again every ${intervalMs / 1_000} s, until stopped\n`);
  }

  /** Called after each later mount that succeeds. */
  showChanges(rows: readonly Row[], { folder, output }: MountOptions): void {
    if (this.#trouble !== undefined) this.#streams.err(`${clockTime()}  works again\n`);
    this.#trouble = undefined;
    const changes = rows.filter(({ state }) => state !== 'same' && state !== 'absent');
    if (output === 'text')
      for (const row of changes) this.#streams.out(formatChange(row, clockTime(), this.#hasColours));
    else if (changes.length > 0) this.#streams.out(formatJsonLine(rows, folder));
  }

  /** Called if the first mount takes long. */
  showWaiting(mostMs: number): void {
    this.#streams.err(`secretmount: still waiting; it fails after ${mostMs / 1_000} s (--mount-timeout)\n`);
  }

  /** Called after each later mount that fails. */
  showTrouble(text: string): void {
    if (text !== this.#trouble)
      this.#streams.err(`${clockTime()}  failed, the files stay as they are: ${printableLines(text)}\n`);
    this.#trouble = text;
  }

  showFailure(text: string): void {
    this.#streams.err(`secretmount: ${printableLines(text)}\n`);
  }

  /** Shows faults and warnings only, each warning once. */
  hear(fact: Fact): void {
    if (fact.type === 'fault') this.showFailure(explainFault(fact.message, fact.cause));
    if (fact.type !== 'notice' || fact.level === 'info' || this.#warnings.has(fact.message)) return;
    this.#warnings.add(fact.message);
    this.#streams.err(`secretmount: warning: ${printable(fact.message)}\n`);
  }
}

/** The time of day, where the person is. */
function clockTime(): string {
  return new Date().toTimeString().slice(0, 8);
}
