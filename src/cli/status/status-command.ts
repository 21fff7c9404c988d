// `secretmount status`: what the daemon of this node holds, for a person or for a program.
import { printable, printableLines } from '../../printable.ts';
import type { GivenFlags } from '../args.ts';
import { FlagSource } from '../flag-source.ts';
import type { ExitCode, Streams } from '../run.ts';
import { formatStatus } from './format-status.ts';
import { NoStatus, readStatus } from './read-status.ts';
import { STATUS_FLAGS } from './status-flags.ts';

/** @throws UsageError */
export async function statusCommand(flags: GivenFlags, streams: Streams): Promise<ExitCode> {
  const source = new FlagSource(flags, {}, STATUS_FLAGS);
  const output = source.oneOf('output', ['text', 'json']);
  try {
    const { status, text } = await readStatus(source.text('socket') ?? '');
    streams.out(output === 'json' ? printableLines(text) : formatStatus(status));
    return 0;
  } catch (thrown) {
    if (!(thrown instanceof NoStatus)) throw thrown;
    streams.err(`secretmount: ${printable(thrown.message)}\n`);
    return 1;
  }
}
