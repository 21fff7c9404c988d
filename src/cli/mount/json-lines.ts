// A mount for a program: one line of JSON for each look that is shown, never a value.
import { printableLines } from '../../printable.ts';
import type { Row } from './changes.ts';
import { formatMode } from './table.ts';

/** What a file does not have is null, so that every line has the same fields. */
export function formatJsonLine(rows: readonly Row[], folder: string): string {
  const files = rows.map(({ path, state, mode, sizeBytes, version, from }) => ({
    path,
    state,
    mode: mode === undefined ? null : formatMode(mode),
    bytes: sizeBytes ?? null,
    version: version ?? null,
    from: from ?? null,
  }));
  return printableLines(`${JSON.stringify({ folder, files })}\n`);
}
