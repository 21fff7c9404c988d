// The mark of the record that is being read, in the folder itself. What a record holds may end the process that reads
// it, so the next one finds the mark and sets that record aside; if reading ended that one too, all records of the
// kind. However much lies in the folder, a process starts after a few tries.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../system-code.ts';
import { removeFile } from './folder.ts';
import type { Name } from './record.ts';
import { readPlainFile } from './record-files.ts';

const MARK = 'reading';

interface Mark extends Name {
  /** Processes in a row that ended while they read. */
  readonly deaths: number;
}

export class Reading {
  readonly #markPath: string;
  /** What the process before this one was reading when it ended. */
  readonly left: Mark | undefined;

  constructor(folder: string) {
    this.#markPath = join(folder, MARK);
    const mark = readMark(this.#markPath);
    this.left = mark === undefined ? undefined : { ...mark, deaths: mark.deaths + 1 };
  }

  /** The one before it counts as read. */
  begin({ kind, id }: Name): void {
    const mark: Mark = { kind, id, deaths: this.left?.deaths ?? 0 };
    // Without it everything works but the rescue: a full or read-only folder must not keep a process from starting.
    tolerate(() => writeFileSync(this.#markPath, JSON.stringify(mark), { mode: 0o600 }));
  }

  /** Nothing is being read. */
  end(): void {
    tolerate(() => removeFile(this.#markPath));
  }
}

/** undefined: none, or half of one. */
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
