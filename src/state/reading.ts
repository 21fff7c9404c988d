// Marks the record that is being read, in the folder itself. A record's content may crash the process. The next one then
// finds the mark and sets that record aside; if it crashes too, all records of the kind. So a process starts after a few
// attempts, whatever the folder holds.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../system-code.ts';
import { removeFile } from './folder.ts';
import type { Name } from './record.ts';
import { readPlainFile } from './record-files.ts';

const MARK = 'reading';

interface Mark extends Name {
  /** Processes in a row that crashed while reading. */
  readonly deaths: number;
}

export class Reading {
  readonly #markPath: string;
  /** What the previous process was reading when it crashed. */
  readonly left: Mark | undefined;

  constructor(folder: string) {
    this.#markPath = join(folder, MARK);
    const mark = readMark(this.#markPath);
    this.left = mark === undefined ? undefined : { ...mark, deaths: mark.deaths + 1 };
  }

  /** The record before it now counts as read. */
  begin({ kind, id }: Name): void {
    const mark: Mark = { kind, id, deaths: this.left?.deaths ?? 0 };
    // The mark only helps after a crash: a full or read-only folder must not keep a process from starting.
    tolerate(() => writeFileSync(this.#markPath, JSON.stringify(mark), { mode: 0o600 }));
  }

  /** Nothing is being read. */
  end(): void {
    tolerate(() => removeFile(this.#markPath));
  }
}

/** undefined: missing or incomplete. */
function readMark(markPath: string): Mark | undefined {
  try {
    const { kind, id, deaths } = JSON.parse(String(readPlainFile(markPath)));
    const isMark = typeof kind === 'string' && typeof id === 'string' && Number.isSafeInteger(deaths);
    return isMark ? { kind, id, deaths } : undefined;
  } catch {
    return undefined;
  }
}

function tolerate(call: () => void): void {
  try {
    call();
  } catch (thrown) {
    if (systemCode(thrown) === undefined) throw thrown;
  }
}
