// How a build's image starts its daemon, read from its Dockerfile: a build is measured with its own flags, not with those
// of another one.

export interface Image {
  readonly nodeFlags: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** @throws Error if the text is no Dockerfile of the daemon's. */
export function readImage(dockerfile: string): Image {
  // A line that ends with a backslash goes on in the next one.
  const lines = dockerfile.replace(/\\\n/g, ' ').split('\n');
  // What an earlier stage sets does not reach the image.
  const last = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')) + 1);
  const entry = last.find((line) => line.startsWith('ENTRYPOINT '))?.slice('ENTRYPOINT '.length);
  if (entry === undefined) throw new Error('the Dockerfile has no ENTRYPOINT in its last stage');
  const nodeFlags = (JSON.parse(entry) as string[]).filter((word) => word.startsWith('--'));
  const env = last.flatMap((line) => {
    const [, name, value] = /^ENV (\w+)=(\S+)$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
  return { nodeFlags, env: Object.fromEntries(env) };
}
