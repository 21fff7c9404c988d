// The suite's outcome as text: one row a step, what it found below it.

export interface Outcome {
  readonly name: string;
  readonly proves: string;
  readonly notes: readonly string[];
  readonly seconds: number;
  readonly state: 'ok' | 'FAILED' | 'not run';
}

export function formatTable(outcomes: readonly Outcome[]): string {
  const width = Math.max(0, ...outcomes.map((outcome) => outcome.name.length));
  const rows = outcomes.map(({ name, proves, notes, seconds, state }) => {
    const below = notes.map((note) => `${' '.repeat(width + 20)}- ${note}\n`).join('');
    return `${name.padEnd(width)}  ${seconds.toFixed(1).padStart(6)} s  ${state.padEnd(7)} ${proves}\n${below}`;
  });
  return `\n${rows.join('')}`;
}
