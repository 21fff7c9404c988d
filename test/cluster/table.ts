// The suite's outcome as text: one row a step, what it found below it.

export interface Outcome {
  readonly name: string;
  readonly proves: string;
  readonly notes: readonly string[];
  readonly seconds: number;
  readonly hasFailed: boolean;
}

export function formatTable(outcomes: readonly Outcome[]): string {
  const width = Math.max(0, ...outcomes.map((outcome) => outcome.name.length));
  const rows = outcomes.map(({ name, proves, notes, seconds, hasFailed }) => {
    const state = hasFailed ? 'FAILED' : 'ok    ';
    const below = notes.map((note) => `${' '.repeat(width + 19)}- ${note}\n`).join('');
    return `${name.padEnd(width)}  ${seconds.toFixed(1).padStart(6)} s  ${state} ${proves}\n${below}`;
  });
  return `\n${rows.join('')}`;
}
