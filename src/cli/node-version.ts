// An old Node fails later, with a stack that names no cause. Before 22, JSON.parse loses the digits of long numbers; an
// older 22 or 24 ignores the proxy that it is given.

/** The oldest minor version that works, by major version. Newer majors work too. */
const OLDEST: ReadonlyMap<number, number> = new Map([
  [22, 21],
  [24, 15],
]);
const NEWEST = Math.max(...OLDEST.keys());

/** One sentence; undefined: this Node works. */
export function refuseOldNode(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > NEWEST || minor >= (OLDEST.get(major) ?? Number.POSITIVE_INFINITY)) return undefined;
  const oldest = [...OLDEST].map((parts) => parts.join('.')).join(', ');
  return `this is Node ${version}, and secretmount needs ${oldest} or newer${lossOf(major)}; install one, or put it first on the PATH`;
}

function lossOf(major: number): string {
  return major < 21 ? ': JSON.parse of an older one loses the digits of long numbers' : '';
}
