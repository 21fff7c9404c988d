// Whether samples of one quantity grow. A line is laid through them by least squares; its slope comes with its own
// standard error, which is large where the samples jump. Growth is a slope that is both more than noise makes (four
// errors: less than once in 500 runs by chance, with 18 samples) and more than the smallest leak that counts.

const ERRORS = 4;

export interface Line {
  /** Per sample. */
  readonly slope: number;
  readonly error: number;
}

export function lineThrough(samples: readonly number[]): Line {
  const count = samples.length;
  const middle = (count - 1) / 2;
  const mean = samples.reduce((sum, value) => sum + value, 0) / count;
  const spread = samples.reduce((sum, _, at) => sum + (at - middle) ** 2, 0);
  const slope = samples.reduce((sum, value, at) => sum + (at - middle) * (value - mean), 0) / spread;
  const residue = samples.reduce((sum, value, at) => sum + (value - mean - slope * (at - middle)) ** 2, 0);
  return { slope, error: Math.sqrt(residue / (count - 2) / spread) };
}

/** @param smallest growth per sample that counts */
export function grows({ slope, error }: Line, smallest: number): boolean {
  return slope > ERRORS * error && slope > smallest;
}
