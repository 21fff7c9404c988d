// A read as errors, logs and the status name it.

interface Named {
  readonly method: string;
  readonly path: string;
  readonly shownAs?: string;
}

export function describeRead({ method, path, shownAs }: Named): string {
  return `${method} ${shownAs ?? path}`;
}
